"""From the arguments of a POST to a call that is grouped like any other. The view commits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import FileStorage

from ..calls.known_types import KnownType, find_type_coded, type_with_id
from ..calls.photos import CleanPhoto, clean_photo
from ..calls.photos.cleaning import MOST_BYTES
from ..calls.photos.keeping import MOST_PHOTOS
from ..calls.placing import Spot
from ..calls.questions import ReadAnswer, asks_anything, attribute_values, questions_of, read_answers
from ..calls.reporting.post import PostedReport
from ..calls.reporting.posting import Posted, place_post, posted_before, record_post
from ..calls.reporting.senders import Sender, keep_sender
from ..cases.intake import take_one
from ..cases.suggesting import same_caller_repeat
from ..cases.turns import take_turns
from ..change_marks import Marks, current_marks
from ..clock import utc_now
from ..errors import Invalid, NotFound
from ..extensions import db
from ..identifiers import read_number
from ..places.city import find_city, is_in_bounds, the_city
from ..places.models import Address, City
from ..staff.api_keys.using import UsedKey
from .arguments import Arguments
from .jurisdiction import check_jurisdiction

LONGEST_RETRY_KEY = 200
_PLACE_WANTED = "A location was not provided: send lat and long together, or address_string, or address_id."


@dataclass(frozen=True, slots=True)
class SentRequest:
    """What came in: texts, all values by name, files, and the header by which the sender knows a retry."""

    values: Mapping[str, str]
    fields: Mapping[str, list[str]]
    files: list[FileStorage]
    retry_key: str


def take_request(api_key: UsedKey, sent: SentRequest) -> tuple[Posted, KnownType]:
    """The report, recorded and grouped or as it was when it was sent before, and what it is about now. Flushes."""
    marks = current_marks()
    find_city(marks)
    report, kind = _read(sent, marks)
    take_turns()  # first, as everybody does; and of two sendings at once the second waits here
    before, key = posted_before(api_key, report)
    if before is not None:
        return before, type_with_id(before.service_type_id)
    place, caller = place_post(report, marks), keep_sender(report.sender)
    is_repeat = _is_repeat(kind.family_id, place, caller.id if caller else None)
    recorded, call_id = record_post(api_key, report, key, place, kind, caller, is_repeat=is_repeat, marks=marks)
    take_one(call_id)
    return recorded, kind


def notice_of(kind: KnownType, city: City, pace: str) -> str:
    """What to tell whoever reported, in the words of `service_notice`."""
    whom = f" Ask: {city.contact}." if city.contact else " Ask the city's 311."
    words = {
        "realtime": "Thank you, it has been recorded.",
        "batch": "Thank you, it has been recorded. Ask for its number with the token.",
        "blackbox": f"Thank you, it has been recorded. For reports of this kind no number is given.{whom}",
    }[pace]
    hidden = "" if kind.is_public and not kind.is_confidential else " Reports of this kind are not shown to anybody."
    return words + hidden


def _read(sent: SentRequest, marks: Marks) -> tuple[PostedReport, KnownType]:
    city, arguments = the_city(), Arguments(sent.values)
    check_jurisdiction(sent.values)
    code = arguments.needed("service_code")
    spot = _read_spot(city, arguments)
    words, media_url = arguments.text("description"), arguments.link("media_url")
    names = [arguments.text(name) for name in ("first_name", "last_name")]
    sender = Sender(" ".join(filter(None, names)), arguments.text("phone"), arguments.text("email"))
    device_id, account_id = arguments.text("device_id"), arguments.text("account_id")
    if len(sent.retry_key) > LONGEST_RETRY_KEY:
        arguments.faults.append(f"Idempotency-Key has more than {LONGEST_RETRY_KEY} characters.")
    kind = _find_kind(code, marks) if code else None
    is_asked = kind is not None and asks_anything(kind.id, marks)
    answers = _read_answers(kind.id, sent.fields, arguments) if kind and is_asked else ()
    photos = _read_photos(sent.files, arguments)
    arguments.require_right()
    if kind is None:
        raise NotFound("service_code was not found.")
    report = PostedReport(
        kind.id, spot, words, sender, media_url, answers, photos, sent.retry_key, device_id, account_id
    )
    return report, kind


def _find_kind(code: str, marks: Marks) -> KnownType:
    """Confidential kinds are taken too; what is a test, or filed by nobody, is no service."""
    kind = find_type_coded(code, marks)
    if kind is None or kind.is_test or kind.is_unsorted:
        raise NotFound("service_code was not found.")
    return kind


def _read_spot(city: City, arguments: Arguments) -> Spot:
    """Degrees win over the text; what the text says is kept."""
    lat, long = arguments.point()
    text, address_id = arguments.text("address_string"), arguments.text("address_id")
    if address_id and not text and lat is None:
        address = _find_address(address_id)
        if address is not None:
            return Spot(address.display, address.lat, address.long)
        arguments.faults.append("address_id is none of this city's addresses.")
    if lat is not None and long is not None and not is_in_bounds(city, lat, long):
        arguments.faults.append(f"lat and long lie outside {city.name}.")
    if lat is None and not (text or address_id or {"lat", "long"} & arguments.values.keys()):
        arguments.faults.append(_PLACE_WANTED)
    return Spot(text, lat, long)


def _find_address(typed: str) -> Address | None:
    try:
        return db.session.get(Address, read_number(typed))
    except ValueError:
        return None


def _read_answers(
    service_type_id: int, fields: Mapping[str, list[str]], arguments: Arguments
) -> tuple[ReadAnswer, ...]:
    """What the kind asks, question by question, so that each refusal names its own."""
    values, answers = attribute_values(fields), []
    for question in questions_of(service_type_id):
        try:
            answers += read_answers([question], values)
        except Invalid as refusal:
            arguments.faults.append(f"attribute[{question.code}] {refusal}")
    return tuple(answers)


def _read_photos(files: list[FileStorage], arguments: Arguments) -> tuple[CleanPhoto, ...]:
    photos = []
    if len(files) > MOST_PHOTOS:
        arguments.faults.append(f"media holds {len(files)} files; at most {MOST_PHOTOS} are taken.")
        return ()
    for file in files:
        file.stream.seek(0)  # whoever is refused by the database at the first try is read once more
        try:
            photos.append(clean_photo(file.stream.read(MOST_BYTES + 1)))
        except Invalid as refusal:
            arguments.faults.append(f"media {refusal}")
    return tuple(photos)


def _is_repeat(family_id: int, place: Mapping[str, Any], caller_id: int | None) -> bool:
    """Whether the same person said the same within the hour, as at the desk."""
    x_dm, y_dm = place["x_dm"], place["y_dm"]
    if caller_id is None or x_dm is None or y_dm is None:
        return False
    repeat = same_caller_repeat(caller_id, family_id, x_dm, y_dm, utc_now())
    return repeat is not None and repeat.is_within_the_hour
