"""Parent problems: opened, worded, closed, and the cases under them; each change counted and said in the log."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from ...clock import utc_now
from ...errors import Conflict, Invalid, NotFound
from ...extensions import db
from ...identifiers import new_identifier, read_identifier
from ...staff.log import append_log
from ...staff.models import Role, User
from ..models import CaseStatus, ProblemCase
from ..touching import touch_case
from .models import ParentProblem, ProblemMember
from .moving import need_reason

LEADS = frozenset({Role.CONTACT, Role.SUPERVISOR, Role.ADMINISTRATOR})
MOST_MEMBERS = 200
"""Cases under one problem; what is larger is a program of the city, not a problem to solve."""


def open_problem(*, name: str, description: str, lead: User | None, actor: User, key: str) -> ParentProblem:
    """Open a problem above several cases. Flushes.

    `key` is the form's own: of two sendings at once, the second waits for the first and gets its problem.
    """
    key = key or new_identifier()
    problem = ParentProblem(
        public_id=new_identifier(), key=key, name=need_reason(name, "Give the problem a name."),
        description=description.strip(), lead=_fit_lead(lead), opened_by_id=actor.id,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(problem)
    except IntegrityError:
        return db.session.scalars(select(ParentProblem).where(ParentProblem.key == key)).one()
    append_log("problem", problem.id, "opened", f"Opened: {problem.name}.", actor=actor)
    db.session.flush()
    return problem


def change_problem(problem: ParentProblem, *, name: str, description: str, lead: User | None, actor: User) -> None:
    """Word it anew, or give it another lead."""
    problem.name, problem.description = need_reason(name, "Give the problem a name."), description.strip()
    problem.lead = lead if lead is not None and lead.id == problem.lead_id else _fit_lead(lead)
    whose = f"led by {lead.display_name}" if lead else "without a lead"
    touch_problem(problem, actor, "changed", f"Now «{problem.name}», {whose}.")


def close_problem(problem: ParentProblem, *, outcome: str, actor: User) -> None:
    """Say what came of it. Its cases stay as they are: each has an outcome of its own."""
    if problem.closed_at is not None:
        raise Conflict("The problem is closed already.")
    problem.outcome = need_reason(outcome, "Say what came of it: what was done, and whether the calls stopped.")
    problem.closed_at = utc_now()
    touch_problem(problem, actor, "closed", f"Closed. {problem.outcome}")


def reopen_problem(problem: ParentProblem, *, reason: str, actor: User) -> None:
    """Take a closing back."""
    if problem.closed_at is None:
        raise Conflict("The problem is open already.")
    words = need_reason(reason, "Say why it is a problem again.")
    problem.closed_at = None
    touch_problem(problem, actor, "reopened", f"Reopened: {words}")


def add_member(problem: ParentProblem, case: ProblemCase, *, reason: str, actor: User) -> ProblemMember:
    """Put a case under the problem; it is under one at a time."""
    if problem.closed_at is not None:
        raise Conflict("The problem is closed. Reopen it, then add cases.")
    if case.status is CaseStatus.MERGED and case.merged_into is not None:
        raise Invalid(f"Case {case.public_id} is merged; add the one it went into: {case.merged_into.public_id}.")
    present = member_of(case)
    if present is not None:
        where = "this problem" if present.problem_id == problem.id else f"the problem «{present.problem.name}»"
        raise Conflict(f"Case {case.public_id} is under {where} already. A case is under one at a time.")
    if len(_standing_ids(problem)) >= MOST_MEMBERS:
        raise Invalid(f"The problem has {MOST_MEMBERS} cases. Open another one for the next.")
    words = need_reason(reason, "Say why the case is part of this problem.")
    member = ProblemMember(problem=problem, case=case, reason=words, added_by_id=actor.id)
    db.session.add(member)
    touch_case(case, actor, "joined_problem", f"Now part of the problem «{problem.name}»: {words}")
    touch_problem(problem, actor, "member_added", f"Case {case.public_id} at {case.address} added: {words}")
    return member


def remove_member(member: ProblemMember, *, reason: str, actor: User) -> None:
    """Take a case out from under its problem, with a reason; the row stays."""
    if member.ended_at is not None:
        raise Conflict("This case was taken out already.")
    words = need_reason(reason, "Say why the case is not part of this problem.")
    member.ended_at, member.ended_by_id, member.end_reason = utc_now(), actor.id, words
    case, problem = member.case, member.problem
    touch_case(case, actor, "left_problem", f"No longer part of the problem «{problem.name}»: {words}")
    touch_problem(problem, actor, "member_removed", f"Case {case.public_id} at {case.address} taken out: {words}")


def find_problem(public_id: str, *, lock: bool = False) -> ParentProblem:
    """The problem with this number, however it was typed; `lock` holds it, after any case that is held."""
    query = select(ParentProblem).where(ParentProblem.public_id == read_identifier(public_id))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    problem = db.session.scalars(query).first()
    if problem is None:
        raise NotFound(f"There is no problem {public_id[:40]}. Look it up in the list of problems by its name.")
    return problem


def find_member(problem: ParentProblem, member_id: int) -> ProblemMember:
    """A case's place under this problem; raises `NotFound`."""
    member = db.session.get(ProblemMember, member_id)
    if member is None or member.problem_id != problem.id:
        raise NotFound("That case is not under this problem. Look at the list as it stands now.")
    return member


def member_of(case: ProblemCase) -> ProblemMember | None:
    """Under which problem the case is now."""
    query = select(ProblemMember).where(ProblemMember.case_id == case.id, ProblemMember.ended_at.is_(None))
    return db.session.scalars(query).first()


def problem_with_key(key: str) -> ParentProblem | None:
    """The problem that the form with this key opened already, or None."""
    return db.session.scalars(select(ParentProblem).where(ParentProblem.key == key)).first() if key else None


def touch_problem(problem: ParentProblem, actor: User, verb: str, text: str) -> None:
    """Count a change and say it in the problem's history."""
    problem.version += 1
    append_log("problem", problem.id, verb, text, actor=actor)
    db.session.flush()


def require_problem_version(problem: ParentProblem, seen_version: int | None) -> None:
    """Raise `Conflict` when somebody else changed the problem since `seen_version`."""
    if seen_version != problem.version:
        raise Conflict("Somebody changed this problem while you were at it. Look at what it says now, then send again.")


def _fit_lead(lead: User | None) -> User | None:
    if lead is not None and (lead.disabled_at is not None or lead.role not in LEADS):
        raise Invalid(f"{lead.display_name} cannot lead a problem. Choose a contact or a supervisor who works here.")
    return lead


def _standing_ids(problem: ParentProblem) -> list[int]:
    query = select(ProblemMember.id).where(ProblemMember.problem_id == problem.id, ProblemMember.ended_at.is_(None))
    return list(db.session.scalars(query.limit(MOST_MEMBERS)))
