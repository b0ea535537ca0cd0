"""The road from watching a property to declaring it a nuisance, as one table with its guards. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from .rule_terms import RuleTerms, months_after


class ProcedureStatus(StrEnum):
    """Where the procedure about a property stands."""

    WATCH = "watch"
    NOTICE_REVIEW = "notice_review"
    OWNER_NOTICE = "owner_notice"
    MEETING = "meeting"
    PLAN = "plan"
    PROPOSED = "proposed"
    DECLARED = "declared"
    APPEAL = "appeal"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


S = ProcedureStatus
_ENDED = frozenset({S.EXPIRED, S.WITHDRAWN})
_AFTER_NOTICE = frozenset({S.OWNER_NOTICE, S.MEETING, S.PLAN, S.PROPOSED, S.DECLARED})

STEPS: dict[ProcedureStatus, frozenset[ProcedureStatus]] = {
    S.WATCH: frozenset({S.NOTICE_REVIEW, S.WITHDRAWN}),
    S.NOTICE_REVIEW: frozenset({S.OWNER_NOTICE, S.WATCH, S.WITHDRAWN}),
    S.OWNER_NOTICE: frozenset({S.MEETING, S.PLAN, S.PROPOSED, S.APPEAL}) | _ENDED,
    S.MEETING: frozenset({S.PLAN, S.PROPOSED, S.APPEAL}) | _ENDED,
    S.PLAN: frozenset({S.PROPOSED, S.APPEAL}) | _ENDED,
    S.PROPOSED: frozenset({S.DECLARED, S.MEETING, S.PLAN, S.APPEAL}) | _ENDED,
    S.DECLARED: frozenset({S.APPEAL}) | _ENDED,
    S.APPEAL: _AFTER_NOTICE | {S.WITHDRAWN},  # denied: only back to where it was; granted: withdrawn
    S.EXPIRED: frozenset({S.WATCH}),
    S.WITHDRAWN: frozenset({S.WATCH}),
}
SECOND_PERSON = {S.OWNER_NOTICE: S.NOTICE_REVIEW, S.DECLARED: S.PROPOSED}
"""Steps that somebody else must take than who proposed them, and the step by which that is done."""
NEEDS_THRESHOLD = frozenset({S.NOTICE_REVIEW, S.OWNER_NOTICE, S.PROPOSED, S.DECLARED})
"""Steps against an owner: only while a threshold is reached."""
_TOLD = frozenset({S.OWNER_NOTICE, S.DECLARED})
_NEVER_EXPIRE = frozenset({S.WATCH, S.APPEAL}) | _ENDED
REVIEW_DAYS = 14

LABELS = {
    S.WATCH: "Watched", S.NOTICE_REVIEW: "Notice under review", S.OWNER_NOTICE: "Owner notified",
    S.MEETING: "Meeting with the owner", S.PLAN: "Plan accepted", S.PROPOSED: "Declaration proposed",
    S.DECLARED: "Declared a nuisance", S.APPEAL: "Under appeal", S.EXPIRED: "Expired", S.WITHDRAWN: "Withdrawn",
}  # fmt: skip

_NEXT = {
    S.NOTICE_REVIEW: "A second person decides on the notice", S.OWNER_NOTICE: "The owner answers or appeals",
    S.MEETING: "The owner brings a plan", S.PLAN: "The plan is kept, or a declaration proposed",
    S.PROPOSED: "A second person decides on the declaration", S.DECLARED: "The owner may appeal",
    S.APPEAL: "Another person decides the appeal",
}  # fmt: skip


def next_words(status: ProcedureStatus, *, is_reached: bool) -> str:
    """What comes next in words; empty when nothing has to."""
    if status is S.WATCH and is_reached:
        return "Look whether the owner is to be notified"
    return _NEXT.get(status, "")


@dataclass(frozen=True, slots=True)
class PastStep:
    """A step that was taken: which, on what day, by whom, the day after which it has expired, and when it was entered
    here if that was later."""

    status: ProcedureStatus
    on: date
    by_id: int
    expires_on: date | None = None
    entered_on: date | None = None


def status_on(past: Sequence[PastStep], day: date) -> ProcedureStatus:
    """Where the procedure stands on a day; what nobody followed up in time has expired by itself."""
    if not past:
        return S.WATCH
    last = past[-1]
    return S.EXPIRED if last.expires_on is not None and day > last.expires_on else last.status


def this_round(past: Sequence[PastStep]) -> Sequence[PastStep]:
    """The steps since the property was last merely watched."""
    begun = max((number for number, step in enumerate(past) if step.status is S.WATCH), default=-1)
    return past[begun + 1 :]


def notice_day(past: Sequence[PastStep]) -> date | None:
    """From when on the owner of this round may appeal: her first notice, or its entry here if that was later."""
    notices = (step for step in this_round(past) if step.status is S.OWNER_NOTICE)
    return next((days_begin(step.status, step.on, step.entered_on or step.on) for step in notices), None)


def appealed_step(past: Sequence[PastStep]) -> PastStep | None:
    """The step that the last appeal of this round is against."""
    earlier = this_round(past)
    places = [number for number, step in enumerate(earlier) if step.status is S.APPEAL]
    return earlier[places[-1] - 1] if places and places[-1] else None


def proposer_of(past: Sequence[PastStep], then: ProcedureStatus) -> int | None:
    """Who proposed a step that needs a second person; a denied appeal, which leads back to a proposal, makes none."""
    steps = this_round(past)
    return next(
        (
            step.by_id
            for number, step in reversed(list(enumerate(steps)))
            if step.status is SECOND_PERSON.get(then) and not (number and steps[number - 1].status is S.APPEAL)
        ),
        None,
    )


def why_not(
    past: Sequence[PastStep], then: ProcedureStatus, *, by_id: int, on: date, terms: RuleTerms, is_reached: bool
) -> str:
    """Why a person may not take the step on that day; empty when she may."""
    now = status_on(past, on)
    if then not in STEPS[now]:
        return f"It stands at «{LABELS[now]}»; «{LABELS[then]}» does not follow from there."
    if past and on < past[-1].on:
        return f"The last step was on {past[-1].on:%d %b %Y}; a step cannot lie before it."
    if now is S.APPEAL:
        return _why_not_from_appeal(past, then, by_id)
    if then in NEEDS_THRESHOLD and not is_reached:
        return "No threshold is reached on that day, so nothing can be held against the owner."
    if proposer_of(past, then) == by_id:
        return "You proposed this step. Somebody else has to look at it and take it."
    return _why_too_early(past, then, on, terms)


def _why_not_from_appeal(past: Sequence[PastStep], then: ProcedureStatus, by_id: int) -> str:
    against = appealed_step(past)
    if against is None:
        return "The step that was appealed is not on record. Withdraw the procedure."
    if against.by_id == by_id:
        return "The appeal is against a step that you took. Somebody else has to decide it."
    if then not in (against.status, S.WITHDRAWN):
        return f"An appeal that is denied leads back to «{LABELS[against.status]}», one that is granted to «Withdrawn»."
    return ""


def _why_too_early(past: Sequence[PastStep], then: ProcedureStatus, on: date, terms: RuleTerms) -> str:
    told = notice_day(past)
    if then is not S.DECLARED:
        return ""
    if told is None:
        return "The owner was never notified in this round."
    ends = told + timedelta(days=terms.appeal_days)
    if on <= ends:
        return f"The owner may appeal until {ends:%d %b %Y}; a declaration can only follow after that day."
    return ""


def days_begin(status: ProcedureStatus, on: date, entered_on: date) -> date:
    """From when the days after a step count: what an owner is told of, she has her days from its entry on."""
    return max(on, entered_on) if status in _TOLD else on


def due_on(status: ProcedureStatus, on: date, terms: RuleTerms) -> date | None:
    """By when something has to follow a step."""
    days = {
        S.NOTICE_REVIEW: REVIEW_DAYS, S.OWNER_NOTICE: terms.answer_days, S.MEETING: terms.answer_days,
        S.PROPOSED: REVIEW_DAYS, S.DECLARED: terms.appeal_days, S.APPEAL: terms.appeal_days,
    }  # fmt: skip
    if status is S.PLAN:
        return months_after(on, terms.waiver_months or terms.expiry_months)
    return on + timedelta(days=days[status]) if status in days else None


def expiry_of(status: ProcedureStatus, on: date, terms: RuleTerms) -> date | None:
    """The last day on which a step stands when nothing follows it; an appeal waits for its decision."""
    return None if status in _NEVER_EXPIRE else months_after(on, terms.expiry_months)
