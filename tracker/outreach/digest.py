"""The morning mail: what changed on each owner's cases since the last one, gathered for everybody at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from ..calls.as_of import as_of
from ..cases.alive import NOT_DISMISSED
from ..cases.contacts import live_loads
from ..cases.models import CaseAssignment, CaseCall, CaseStatus, Contact, ProblemCase
from ..cases.response.models import CaseTask
from ..config import Settings
from ..extensions import db
from ..formatters import plural
from ..places.city import city_zone, find_city
from ..staff.models import LogEntry, Role, User
from ..staff.turns import take_turn
from .digest_text import Line, Part, digest_subject, digest_text
from .links import case_link, caseload_link
from .mail import is_mail_on
from .notice_models import DigestRun, MailChoice
from .notices import write_notices

LISTED = 8
HOURS = 5
"""How long after its hour a digest still goes out, when the worker was down."""
FURTHEST = timedelta(days=7)
MOST_ENTRIES = 5_000
_TURN = 8_311_000_117


@dataclass(frozen=True, slots=True)
class Span:
    """What a digest is about: the news after one instant up to another, and the work of a day."""

    since: datetime
    until: datetime
    today: date

    def holds(self, at: InstrumentedAttribute[datetime]) -> ColumnElement[bool]:
        """The condition: neither told before nor to be told again."""
        return and_(at > self.since, at <= self.until)


def write_digests(now: datetime, settings: Settings) -> int:
    """Write the morning mails of the day, once, on working days from the set hour on; how many. Flushes."""
    city = find_city()
    if city is None or not is_mail_on(settings):
        return 0
    local = now.astimezone(city_zone(city))
    if local.weekday() >= 5 or not settings.digest_hour <= local.hour < settings.digest_hour + HOURS:
        return 0
    take_turn(_TURN)
    if db.session.get(DigestRun, local.date()) is not None:
        return 0
    last = db.session.scalar(select(func.max(DigestRun.at)))
    span = Span(max(last or now - timedelta(days=1), now - FURTHEST), now, local.date())
    db.session.add(DigestRun(day=local.date(), at=now))
    people = _people(as_of(city))
    parts = gather_news(people, span, settings)
    rows = [
        {
            "key": f"digest:{user.id}:{span.today}",
            "user_id": user.id,
            "subject": digest_subject(parts[user.id], f"{span.today:%a %-d %b}"),
            "text": digest_text(user.display_name, parts[user.id], caseload_link(settings)),
        }
        for user in people
        if parts.get(user.id)
    ]
    db.session.flush()
    return write_notices(rows) if rows else 0


def _people(at: datetime) -> list[User]:
    """Whoever owns a live case or leads, has an address, works here and wants the mail."""
    owners = live_loads(at)
    owning = set(db.session.scalars(select(Contact.user_id).where(Contact.id.in_(list(owners)))))
    query = select(User).outerjoin(MailChoice, MailChoice.user_id == User.id).where(
        User.email != "", User.disabled_at.is_(None), func.coalesce(MailChoice.wants_digest, True)
    )  # fmt: skip
    return [user for user in db.session.scalars(query) if user.id in owning or user.role is Role.SUPERVISOR]


def gather_news(people: Sequence[User], span: Span, settings: Settings) -> dict[int, list[Part]]:
    """User id to the parts of her mail that hold something, the most pressing first: seven queries for all."""
    found: dict[int, list[Part]] = {}
    ids = [user.id for user in people]
    leads = [user.id for user in people if user.role is Role.SUPERVISOR]
    for title, query in (
        ("Late", _tasks(ids, CaseTask.due_on < span.today)),
        ("Due today", _tasks(ids, CaseTask.due_on == span.today)),
        ("Came back", _came_back(ids, span)),
        ("New for you", _assigned(ids, span)),
        ("New calls", _new_calls(ids, span)),
    ):
        for user_id, part in _parts(title, query, settings).items():
            found.setdefault(user_id, []).append(part)
    for title, lines in (
        ("Mentions", _mentions(ids, span, settings)),
        ("Escalated", _escalations(leads, span, settings)),
    ):
        for user_id, all_lines in lines.items():
            found.setdefault(user_id, []).append(Part(title, len(all_lines), all_lines[:LISTED]))
    return found


def _parts(title: str, query: Select[Any], settings: Settings) -> dict[int, Part]:
    """The first lines of each person, from a query of `person`, `public_id`, `address`, `what`, `rank`, `total`."""
    ranked = query.subquery()
    rows = db.session.execute(
        select(ranked).where(ranked.c.rank <= LISTED).order_by(ranked.c.person, ranked.c.rank)
    ).all()
    lines: dict[int, list[Line]] = {}
    totals: dict[int, int] = {}
    for row in rows:
        what = plural(row.what, "new call") if isinstance(row.what, int) else row.what
        lines.setdefault(row.person, []).append(
            Line(f"{row.address}: {what}" if what else row.address, case_link(settings, row.public_id))
        )
        totals[row.person] = row.total
    return {person: Part(title, totals[person], lines[person]) for person in lines}


def _ranked(person: Any, what: Any, order: Any) -> Select[Any]:
    """A row per thing, numbered within each person's, with how many she has."""
    return select(
        person.label("person"), ProblemCase.public_id, ProblemCase.address, what.label("what"),
        func.row_number().over(partition_by=person, order_by=order).label("rank"),
        func.count().over(partition_by=person).label("total"),
    )  # fmt: skip


def _tasks(ids: Sequence[int], when: Any) -> Select[Any]:
    return (
        _ranked(CaseTask.owner_id, CaseTask.title, (CaseTask.due_on, CaseTask.id))
        .join(ProblemCase, ProblemCase.id == CaseTask.case_id)
        .where(CaseTask.owner_id.in_(ids), CaseTask.is_open, when)
        .where(NOT_DISMISSED)
    )


def _of_owner(query: Select[Any], ids: Sequence[int]) -> Select[Any]:
    owned = query.join(Contact, Contact.id == ProblemCase.contact_id)
    return owned.where(Contact.user_id.in_(ids), ProblemCase.status == CaseStatus.OPEN)


def _came_back(ids: Sequence[int], span: Span) -> Select[Any]:
    entries = _ranked(Contact.user_id, func.max(LogEntry.text), (ProblemCase.priority, ProblemCase.id)).join_from(
        LogEntry, ProblemCase, ProblemCase.id == LogEntry.subject_id
    )
    recent = entries.where(span.holds(LogEntry.at), LogEntry.subject_kind == "case", LogEntry.verb == "recurred")
    return _of_owner(recent, ids).group_by(Contact.user_id, ProblemCase.id)


def _assigned(ids: Sequence[int], span: Span) -> Select[Any]:
    given = _ranked(Contact.user_id, literal(""), (ProblemCase.priority, ProblemCase.id)).join_from(
        CaseAssignment, ProblemCase, ProblemCase.id == CaseAssignment.case_id
    )
    recent = given.where(span.holds(CaseAssignment.assigned_at), CaseAssignment.ended_at.is_(None))
    return _of_owner(recent, ids)


def _new_calls(ids: Sequence[int], span: Span) -> Select[Any]:
    calls = _ranked(Contact.user_id, func.count(), (ProblemCase.priority, ProblemCase.id)).join_from(
        CaseCall, ProblemCase, ProblemCase.id == CaseCall.case_id
    )
    recent = calls.where(span.holds(CaseCall.linked_at), CaseCall.unlinked_at.is_(None))
    return _of_owner(recent, ids).group_by(Contact.user_id, ProblemCase.id)


def _entries(verb: str, span: Span) -> list[Any]:
    """The newest entries of one verb with their cases; bounded, for these are made by people."""
    query = (
        select(LogEntry.data, LogEntry.actor_id, ProblemCase.public_id, ProblemCase.address)
        .join(ProblemCase, ProblemCase.id == LogEntry.subject_id)
        .where(span.holds(LogEntry.at), LogEntry.subject_kind == "case", LogEntry.verb == verb)
        .order_by(LogEntry.id.desc())
        .limit(MOST_ENTRIES)
    )
    return list(db.session.execute(query))


def _mentions(ids: Sequence[int], span: Span, settings: Settings) -> dict[int, list[Line]]:
    wanted = set(ids)
    lines: dict[int, list[Line]] = {}
    for data, actor_id, public_id, address in _entries("mentioned", span):
        user_id = (data or {}).get("user_id")
        if user_id in wanted and user_id != actor_id:
            lines.setdefault(user_id, []).append(Line(address, case_link(settings, public_id)))
    return lines


def _escalations(leads: Sequence[int], span: Span, settings: Settings) -> dict[int, list[Line]]:
    if not leads:
        return {}
    lines = [Line(row.address, case_link(settings, row.public_id)) for row in _entries("escalated", span)]
    return dict.fromkeys(leads, lines) if lines else {}
