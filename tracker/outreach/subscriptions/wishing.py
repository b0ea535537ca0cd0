"""From what somebody chose on the form to a wish: the place becomes its public point, a number the public record."""

from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy import select

from ...calls.models import Family, ServiceRequest
from ...config import Settings
from ...errors import Invalid, NotFound
from ...extensions import db
from ...places.city import the_city
from ...places.models import AreaKind
from ...published.calls import find_published_call
from ...published.circles import read_radius
from ...published.events import find_area
from ...published.finding import find_place
from ...published.status import find_public_case
from ..mail import is_mail_on
from ..texting import is_text_on
from .addresses import read_address
from .models import Rhythm, SubscriptionKind, Way
from .subscribing import Wish

AREA_KINDS = {
    SubscriptionKind.NEIGHBORHOOD: AreaKind.NEIGHBORHOOD,
    SubscriptionKind.CENTER: AreaKind.SERVICE_CENTER,
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """The form as it was filled in; `about` is a number, a place or a code, by the kind."""

    kind: SubscriptionKind
    about: str
    way: Way
    address: str
    radius: str = ""
    family: str = ""
    language: str = "en"
    rhythm: Rhythm = Rhythm.DAILY


def open_ways(settings: Settings) -> list[Way]:
    """How this installation can reach people: none where it does not know its own address, for the link to leave."""
    if not settings.address:
        return []
    is_open = {Way.MAIL: is_mail_on(settings), Way.TEXT: is_text_on(settings), Way.WEBHOOK: True}
    return [way for way in Way if is_open[way]]


def read_wish(chosen: Chosen, settings: Settings) -> Wish:
    """The wish; raises `Invalid`, in words, for what there is not, and for what no stranger may follow."""
    if chosen.way not in open_ways(settings):
        raise Invalid(str(gettext("The city does not send news this way.")))
    address = read_address(chosen.way, chosen.address, the_city().phone_prefix)
    common = {
        "way": chosen.way, "address": address, "language": chosen.language, "rhythm": chosen.rhythm,
        "family_id": find_family(chosen.family),
    }  # fmt: skip
    try:
        return Wish(chosen.kind, **{**common, **_about(chosen)})  # type: ignore[arg-type]  # columns by their names
    except NotFound as why:
        raise Invalid(str(why)) from why


def find_family(code: str) -> int | None:
    """The family with this code; None for none."""
    return db.session.scalar(select(Family.id).where(Family.code == code)) if code else None


def _about(chosen: Chosen) -> dict[str, object]:
    if chosen.kind is SubscriptionKind.CASE:
        case = find_public_case(chosen.about)
        return {"case_id": case.id, "label": case.public_id}
    if chosen.kind is SubscriptionKind.REPORT:
        number = find_published_call(chosen.about).number
        call_id = db.session.scalar(select(ServiceRequest.id).where(ServiceRequest.service_request_id == number))
        return {"call_id": call_id, "label": number}
    if chosen.kind is SubscriptionKind.CIRCLE:
        return _circle(chosen)
    if chosen.kind in AREA_KINDS:
        area = find_area(AREA_KINDS[chosen.kind], chosen.about)
        return {"area_id": area.id, "label": area.name}
    return {}


def _circle(chosen: Chosen) -> dict[str, object]:
    near = find_place(chosen.about)
    if near is None:
        raise Invalid(str(gettext("No place of this name is known. Type an address, a crossing or a neighborhood.")))
    return {"label": near.label, "lat": near.lat, "long": near.long, "radius_m": read_radius(chosen.radius)}
