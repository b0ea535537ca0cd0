"""Merges, splits and taking them back in any order: no call is lost or doubled, and the last step can be undone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.cases.related.partition import figures_hold, partition
from tests.cases.world import FAR, World
from tracker.cases.models import CaseCall, ProblemCase
from tracker.cases.related import merge_cases, split_case, undo_merge, undo_split
from tracker.cases.related.models import CaseMove, MoveKind
from tracker.errors import Conflict, Invalid
from tracker.extensions import db
from tracker.staff.models import User

NUMBER = st.integers(0, 7)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), NUMBER, NUMBER, st.just(0)),
        st.tuples(st.just("split"), NUMBER, NUMBER, st.integers(1, 255)),
        st.tuples(st.just("undo"), NUMBER, st.just(0), st.just(0)),
    ),
    min_size=2,
    max_size=8,
)
WHO = {"reason": "Why not."}


@pytest.fixture
def three_cases(world: World) -> World:
    """Two neighbors and one far off, ten calls in all."""
    world.case((-5, -4, -3, -2)), world.case(north=FAR), world.case(north=2 * FAR)
    return world


@given(STEPS)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_sequence_keeps_every_call_and_the_last_step_can_be_taken_back(
    three_cases: World, steps: list[tuple[str, int, int, int]]
) -> None:
    everything = {call for calls in partition().values() for call in calls}
    with taken_back():
        for step in steps:
            before, made = partition(), do(three_cases.person, *step)
            after = partition()
            assert {call for calls in after.values() for call in calls} == everything and figures_hold()
            if made is None:
                assert step[0] == "undo" or after == before, "what is refused changes nothing"
                continue
            with taken_back():
                undo(made, three_cases.person)
                assert partition() == before and figures_hold()


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever is done within is as if it had not been."""
    nested = db.session.begin_nested()
    yield
    nested.rollback()
    db.session.expire_all()


def do(person: User, verb: str, one: int, other: int, mask: int) -> CaseMove | None:
    """One step; the move that it made, or None when it was refused or took something back."""
    if verb == "undo":
        standing = db.session.scalars(select(CaseMove).where(CaseMove.undone_at.is_(None)).order_by(CaseMove.id)).all()
        if standing:
            attempt(lambda: undo(standing[one % len(standing)], person))
        return None
    cases = db.session.scalars(select(ProblemCase).order_by(ProblemCase.id)).all()
    case, second = cases[one % len(cases)], cases[other % len(cases)]
    if verb == "merge":
        done = attempt(lambda: merge_cases(case, second, **WHO, actor=person))
    else:
        active = select(CaseCall.id).where(CaseCall.case_id == case.id, CaseCall.unlinked_at.is_(None))
        chosen = [link for number, link in enumerate(db.session.scalars(active)) if mask >> (number % 8) & 1]
        into = second if mask % 2 else None
        done = attempt(lambda: split_case(case, chosen, into=into, **WHO, actor=person))
    return db.session.scalars(select(CaseMove).order_by(CaseMove.id.desc())).first() if done else None


def undo(move: CaseMove, person: User) -> None:
    """Take a move back by its own verb."""
    if move.kind is MoveKind.MERGE:
        undo_merge(move.from_case, **WHO, actor=person)
    else:
        undo_split(move, **WHO, actor=person)


def attempt(verb: Callable[[], object]) -> bool:
    """Whether the verb was not refused; refused, nothing of it is kept, as a view does."""
    nested = db.session.begin_nested()
    try:
        verb()
    except (Conflict, Invalid):
        nested.rollback()
        db.session.expire_all()
        return False
    nested.commit()
    return True
