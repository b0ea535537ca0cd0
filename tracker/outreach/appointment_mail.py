"""Residents are told about their appointments: from the log, each thing once, in their language, by mail or text.

Whom neither reaches is put on the staff's list of people to be called. What somebody already knows (she chose it on her
own page, or on the phone) is only confirmed to her in writing.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..batches import in_chunks
from ..config import Settings
from ..extensions import db
from ..places.city import the_city
from ..scheduling.appointments.contacting import dialed
from ..scheduling.appointments.finding import link_secret
from ..scheduling.appointments.keeping import need_call
from ..scheduling.appointments.log_words import agreed_window
from ..scheduling.appointments.models import Appointment, AppointmentStatus
from ..scheduling.appointments.saying import say_when
from ..staff.models import LogEntry
from .appointment_words import TELLINGS, Facts, Telling, mail_of, subject_of, text_of
from .links import appointment_key, own_link_mark
from .log_reading import claim_portion, hold_reader, next_portion
from .mail import is_mail_on
from .notice_models import Notice, NoticeStatus
from .notices import BY_TEXT, write_notices
from .texting import is_text_on

CONSUMER = "appointment_mail"
AT_ONCE = 200
STILL_TRUE = {
    "appointment_offered": (AppointmentStatus.OFFERED, AppointmentStatus.HELD),
    "appointment_confirmed": (AppointmentStatus.CONFIRMED,),
    "appointment_changed": (AppointmentStatus.CONFIRMED,),
    "appointment_reminded": (AppointmentStatus.CONFIRMED,),
    "appointment_to_move": (AppointmentStatus.TO_MOVE,),
    "appointment_cancelled": (AppointmentStatus.CANCELLED,),
}
"""What has changed again since is not told any more: a later entry says how it stands."""


def tell_residents(settings: Settings) -> bool:
    """Deal with the next portion of the log; True while there is more to read. Flushes.

    It begins with the log itself: what was agreed before the worker first ran is told too.
    """
    reader = hold_reader(CONSUMER, from_beginning=True)
    portion = next_portion(reader, TELLINGS)
    appointments = _appointments_of(portion.entries)
    for entry in portion.entries:
        appointment = appointments.get(int((entry.data or {}).get("appointment_id", 0)))
        if appointment is not None and _is_true_still(entry, appointment):
            _tell(entry, appointment, settings)
    claim_portion(portion)
    return not portion.is_last


def _appointments_of(entries: Sequence[LogEntry]) -> dict[int, Appointment]:
    found: dict[int, Appointment] = {}
    ids = {int((entry.data or {}).get("appointment_id", 0)) for entry in entries}
    for chunk in in_chunks(sorted(ids)):
        query = select(Appointment).options(joinedload(Appointment.order)).where(Appointment.id.in_(chunk))
        locked = query.order_by(Appointment.id).with_for_update(of=Appointment)
        found |= {one.id: one for one in db.session.scalars(locked.execution_options(populate_existing=True))}
    return found


def _is_true_still(entry: LogEntry, appointment: Appointment) -> bool:
    if appointment.status not in STILL_TRUE[entry.verb]:
        return False
    said, window = (entry.data or {}).get("starts_at"), agreed_window(appointment)
    return said is None or (window is not None and datetime.fromisoformat(said) == window.starts_at)


def _tell(entry: LogEntry, appointment: Appointment, settings: Settings) -> None:
    """Write her mail or text message, or note that she has to be called."""
    telling, data = TELLINGS[entry.verb], entry.data or {}
    knows = bool(data.get("on_phone")) or (entry.verb == "appointment_cancelled" and not data.get("by_city"))
    if knows and telling.asks:
        return
    way = _way_to(appointment, settings)
    if way is None or (telling.asks and not settings.address):
        if telling.by_phone and not knows:
            need_call(appointment, telling.by_phone)
        return
    link_secret(appointment, settings)
    key = appointment_key(appointment.id, entry.id)
    with force_locale(appointment.language):
        words = _words(telling, _facts(appointment, settings), by_text=way.startswith(BY_TEXT))
    write_notices([{"key": key, "address": way, **words}])
    appointment.mail_key = key
    if telling.asks:
        appointment.to_call = ""


def _way_to(appointment: Appointment, settings: Settings) -> str | None:
    if appointment.email and is_mail_on(settings):
        return appointment.email
    return _number_of(appointment, settings)


def _number_of(appointment: Appointment, settings: Settings) -> str | None:
    number = dialed(appointment.phone, the_city().phone_prefix) if is_text_on(settings) else ""
    return BY_TEXT + number if number else None


def _words(telling: Telling, facts: Facts, *, by_text: bool) -> dict[str, Any]:
    if by_text:
        return {"subject": "", "text": text_of(telling, facts)}
    return {"subject": subject_of(telling, facts), "text": mail_of(telling, facts)}


def _facts(appointment: Appointment, settings: Settings) -> Facts:
    """What her texts speak of; call it in her language."""
    mark, window = own_link_mark(settings), agreed_window(appointment)
    language = f"?lang={appointment.language}" if mark else ""
    is_agreed = appointment.status is AppointmentStatus.CONFIRMED
    return Facts(
        city=the_city().name,
        name=appointment.name,
        what=appointment.order.title,
        when=say_when(window) if window else "",
        reason=appointment.reason if appointment.status is AppointmentStatus.TO_MOVE else "",
        link=mark + language,
        calendar_link=f"{mark}/appointment.ics{language}" if mark and is_agreed else "",
    )


def note_appointments() -> int:
    """Put whom her notice did not reach on the list of people to be called; how many. Flushes."""
    failed, last = 0, 0
    while True:
        query = select(Appointment).where(Appointment.mail_key != "", Appointment.id > last)
        some = list(db.session.scalars(query.order_by(Appointment.id).limit(AT_ONCE)))
        if not some:
            return failed
        keys = [one.mail_key for one in some]
        notices = {notice.key: notice for notice in db.session.scalars(select(Notice).where(Notice.key.in_(keys)))}
        failed += sum(_note(one, notices.get(one.mail_key)) for one in some)
        last = some[-1].id


def _note(appointment: Appointment, notice: Notice | None) -> bool:
    if notice is not None and notice.status is NoticeStatus.WAITING:
        return False
    appointment.mail_key = ""
    if notice is None or notice.status is NoticeStatus.SENT:
        db.session.flush()
        return False
    need_call(appointment, f"Nothing reached her («{notice.problem}»). Tell her how it stands.")
    return True
