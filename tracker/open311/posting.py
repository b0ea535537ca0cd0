"""From the arguments of a POST to a call that is grouped like any other. The view commits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from ..calls.models import ServiceType
from ..calls.photos import CleanPhoto, clean_photo
from ..calls.photos.cleaning import MOST_BYTES
from ..calls.photos.keeping import MOST_PHOTOS
from ..calls.placing import Spot
from ..calls.questions import ReadAnswer, attribute_values, questions_of, read_answers
from ..calls.reporting.models import SentReport
from ..calls.reporting.post import PostedReport
from ..calls.reporting.posting import place_post, posted_before, record_post
from ..calls.reporting.senders import Sender, keep_sender
from ..cases.intake import take_calls
from ..cases.suggesting import same_caller_repeat
from ..cases.turns import take_turns
from ..clock import utc_now
from ..errors import Invalid, NotFound
from ..extensions import db
from ..identifiers import read_number
from ..places.city import is_in_bounds, the_city
from ..places.models import Address, City
from ..staff.api_keys.models import ApiKey
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


def take_request(api_key: ApiKey, sent: SentRequest) -> tuple[SentReport, bool]:
    """The report, recorded and grouped, and whether it had been sent before. Flushes."""
    report = _read(sent)
    take_turns()  # first, as everybody does; and of two sendings at once the second waits here
    before = posted_before(api_key, report)
    if before is not None:
        return before, True
    place, caller = place_post(report), keep_sender(report.sender)
    is_repeat = _is_repeat(report, place, caller.id if caller else None)
    recorded = record_post(api_key, report, place, caller, is_repeat=is_repeat)
    take_calls()
    return recorded, False


def notice_of(kind: ServiceType, city: City, pace: str) -> str:
    """What to tell whoever reported, in the words of `service_notice`."""
    whom = f" Ask: {city.contact}." if city.contact else " Ask the city's 311."
    words = {
        "realtime": "Thank you, it has been recorded.",
        "batch": "Thank you, it has been recorded. Ask for its number with the token.",
        "blackbox": f"Thank you, it has been recorded. For reports of this kind no number is given.{whom}",
    }[pace]
    hidden = "" if kind.is_public and not kind.is_confidential else " Reports of this kind are not shown to anybody."
    return words + hidden


def _read(sent: SentRequest) -> PostedReport:
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
    kind = _find_kind(code) if code else None
    answers = _read_answers(kind, sent.fields, arguments) if kind else ()
    photos = _read_photos(sent.files, arguments)
    arguments.require_right()
    if kind is None:
        raise NotFound("service_code was not found.")
    return PostedReport(
        kind.id, spot, words, sender, media_url, answers, photos, sent.retry_key, device_id, account_id
    )


def _find_kind(code: str) -> ServiceType:
    """Confidential kinds are taken too; what is a test, or filed by nobody, is no service."""
    query = select(ServiceType).where(
        ServiceType.service_code == code, ServiceType.is_test.is_(False), ServiceType.is_unsorted.is_(False)
    )
    kind = db.session.scalars(query).first()
    if kind is None:
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


def _read_answers(kind: ServiceType, fields: Mapping[str, list[str]], arguments: Arguments) -> tuple[ReadAnswer, ...]:
    """What the kind asks, question by question, so that each refusal names its own."""
    values, answers = attribute_values(fields), []
    for question in questions_of(kind.id):
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


def _is_repeat(report: PostedReport, place: Mapping[str, Any], caller_id: int | None) -> bool:
    """Whether the same person said the same within the hour, as at the desk."""
    x_dm, y_dm = place["x_dm"], place["y_dm"]
    if caller_id is None or x_dm is None or y_dm is None:
        return False
    family_id = db.session.get_one(ServiceType, report.service_type_id).family_id
    repeat = same_caller_repeat(caller_id, family_id, x_dm, y_dm, utc_now())
    return repeat is not None and repeat.is_within_the_hour
