"""A scan that groups anew is not held up by deadlines: they go with the cases that it takes back."""

from sqlalchemy import func, select

from tests.cases.world import World
from tracker.cases.deadlines.models import CaseDeadline
from tracker.cases.deadlines.settling import settle_deadlines, start_deadlines
from tracker.cases.decisions import add_note
from tracker.cases.rebuilding import rebuild_cases
from tracker.extensions import db


def test_untouched_cases_are_taken_back_with_their_deadlines_and_begin_anew(world: World) -> None:
    untouched, touched = world.case(), world.case(north=0.01)
    add_note(touched, text="I know this corner.", actor=world.person)
    start_deadlines()
    gone = untouched.id
    assert db.session.scalar(select(func.count(CaseDeadline.id))) == 8
    rebuilt = rebuild_cases()
    assert (rebuilt.touched, rebuilt.unchanged) == (1, 1)
    assert set(db.session.scalars(select(CaseDeadline.case_id))) == {touched.id}
    assert start_deadlines() == 1 and settle_deadlines([gone]) == 0
