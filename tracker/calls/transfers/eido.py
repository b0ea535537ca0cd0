"""EIDO JSON (NENA-STA-021.1), the standard form of an incident passed between agencies, to transfers. Pure.

Whatever a sender leaves out is left out; only what makes a transfer unusable (no incident id, no time) or dangerous
refuses it. XML and HTML inside are read by `pidf_lo.py` and `html_text.py`.
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ...errors import ImportRefused
from .drafts import Refused, TransferDraft, clean, clean_narrative, read_instant, read_priority
from .html_text import html_to_text
from .pidf_lo import Location, read_location

LONGEST_FILE = 20_000_000
MOST_DOCUMENTS, _DEEPEST, _MOST_PARTS, _MOST_OF_A_KIND = 5_000, 40, 20_000, 100
_INCIDENT_ID = re.compile(r"urn:emergency:uid:incidentid:[^\s:]{1,100}:([^\s:]{1,60})\Z")
_LAST_ROLES = ("RoutingLocation",)
Json = dict[str, Any]


def load_documents(text: str) -> list[object]:
    """The documents of a file: one EIDO, or a list of them. Raises `ImportRefused` for what is no JSON at all."""
    if len(text) > LONGEST_FILE:
        raise ImportRefused(f"The file is larger than {LONGEST_FILE // 1_000_000} MB; send fewer transfers at once.")
    try:
        found = json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise ImportRefused("The file nests deeper than any EIDO does; it was not read.") from None
    except ValueError as error:
        raise ImportRefused(f"The file is not JSON: {error}.") from None
    documents = found if isinstance(found, list) else [found]
    if len(documents) > MOST_DOCUMENTS:
        raise ImportRefused(f"The file holds {len(documents):,} documents; at most {MOST_DOCUMENTS:,} are read.")
    return documents


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def read_document(document: object, now: datetime) -> TransferDraft:
    """The transfer that one EIDO tells of; raises `Refused` with the reason."""
    if not isinstance(document, dict):
        raise Refused("it is no EIDO: a document is an object in braces")
    _require_bounded(document)
    source_id, source = _identify(document)
    incident = next(_parts(document, "incidentComponent"), {})
    location = _location(document, incident)
    phone, name = _caller(document)
    return TransferDraft(
        source=source,
        source_id=source_id,
        received_at=_received(document, now),
        incident_code=clean(_text(incident, "incidentTypeCommonRegistryText"), 60),
        incident_text=clean(_text(incident, "incidentTypeInternalText"), 200),
        priority=read_priority(incident.get("incidentCommonPriorityNumber")),
        narrative=_narrative(document),
        address=location.address,
        lat=location.point[0] if location.point else None,
        long=location.point[1] if location.point else None,
        phone=phone,
        name=name,
    )


def _require_bounded(document: Json) -> None:
    """Refuse what is nested or branched beyond any real incident, without recursion of our own."""
    level: list[Any] = [document]
    parts = 0
    for _ in range(_DEEPEST):
        level = [child for one in level for child in (one.values() if isinstance(one, dict) else one)
                 if isinstance(child, dict | list)]  # fmt: skip
        parts += len(level)
        if parts > _MOST_PARTS:
            raise Refused(f"it has more than {_MOST_PARTS:,} parts, as no incident has")
        if not level:
            return
    raise Refused(f"it nests deeper than {_DEEPEST} levels, as no EIDO does")


def _identify(document: Json) -> tuple[str, str]:
    """The incident's id and the domain that gave it."""
    names = ("$id", "incidentTrackingIdentifier")
    ids = [_text(part, name) for part in (document, *_parts(document, "incidentComponent")) for name in names]
    for text in ids:
        found = _INCIDENT_ID.match(text.strip())
        if found:
            return found[0], found[1]
    raise Refused("it names no incident (urn:emergency:uid:incidentid:...), so it could be taken twice")


def _parts(document: Json, name: str) -> Iterator[Json]:
    """The objects of one component, at most a hundred."""
    found = document.get(name)
    parts = found if isinstance(found, list) else [found]
    yield from (part for part in parts[:_MOST_OF_A_KIND] if isinstance(part, dict))


def _text(part: Json, name: str) -> str:
    value = part.get(name)
    return value if isinstance(value, str) else ""


def _received(document: Json, now: datetime) -> datetime:
    """When the call began; else when it was answered; else when the document was written."""
    calls = list(_parts(document, "callComponent"))
    texts = [_text(call, name) for name in ("callStartTimestamp", "answerDate") for call in calls]
    texts = [text for text in [*texts, _text(document, "lastUpdateTimeStamp")] if text]
    if not texts:
        raise Refused("it says nowhere when the call began")
    return read_instant(texts[0], "callStartTimestamp", now)


def _narrative(document: Json) -> str:
    """Every note, in the order sent, as plain text."""
    notes = (html_to_text(_text(note, "notesActionComments")) for note in _parts(document, "notesComponent"))
    return clean_narrative("\n".join(note for note in notes if note))


def _location(document: Json, incident: Json) -> Location:
    """The best that the locations say together: the incident's own first, the one that only routed the call last."""
    wanted = {_text(one, "$ref") for one in _parts(incident, "locationReference")}

    def rank(part: Json) -> int:
        is_last = _text(part, "locationTypeDescriptionRegistryText") in _LAST_ROLES
        return 0 if _text(part, "$id") in wanted else 2 if is_last else 1

    found = [read_location(_text(part, "locationByValue"))
             for part in sorted(_parts(document, "locationComponent"), key=rank)
             if _text(part, "locationByValue").strip()]  # fmt: skip
    return Location(
        next((one.address for one in found if one.address), ""), next((one.point for one in found if one.point), None)
    )


def _caller(document: Json) -> tuple[str, str]:
    """Number to ring back and name, as far as they are sent."""
    uris = [uri for part in _parts(document, "callbackComponent") for uri in _strings(part, "callBackInformationUri")]
    best = next((uri for uri in uris if uri.startswith("tel:")), next(iter(uris), ""))
    phone = re.sub(r"^(tel|sips?):|[;@?].*$", "", best)
    for person in _parts(document, "personComponent"):
        if "Caller" in _strings(person, "personIncidentRoleRegistryText"):
            names = (_text(person, name) for name in ("personFullName", "personGivenName", "personSurName"))
            return clean(phone, 40), clean(" ".join(name for name in names if name), 160)
    return clean(phone, 40), ""


def _strings(part: Json, name: str) -> list[str]:
    value = part.get(name)
    values = value if isinstance(value, list) else [value]
    return [one for one in values[:_MOST_OF_A_KIND] if isinstance(one, str)]
