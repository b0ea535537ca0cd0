"""An assessment reckoned from a city's calls, kept, renewed by night, and changed by people."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from tests import factories as make
from tests.cases.assessing.assessed import (
    AFTER,
    BEFORE,
    ELSEWHERE,
    FURTHER_OUT,
    NEXT_DOOR,
    OPENED,
    assessed_case,
    spread,
)
from tests.cases.world import FAR, World, days_after, verbs_of
from tracker.calls.models import ServiceRequest
from tracker.cases.assessing.choosing import choices_of, choose_comparison, comparison_options
from tracker.cases.assessing.counting import first_call_at
from tracker.cases.assessing.findings import Findings, Verdict, find
from tracker.cases.assessing.keeping import assessments_due, keep_assessment, kept_assessment
from tracker.cases.assessing.models import CarriedOut
from tracker.cases.assessing.noting import notes_of, write_note
from tracker.cases.assessing.reckoning import assess_case
from tracker.cases.assessing.stored import read_inputs
from tracker.cases.assessing.wording import say_verdict
from tracker.cases.models import CaseStatus, ProblemCase, SaraPhase
from tracker.errors import Conflict, Invalid
from tracker.extensions import db
from tracker.places.models import AreaKind
from tracker.staff.log import append_log, history_of


def findings_of(case: ProblemCase) -> Findings:
    """The case's figures, reckoned anew."""
    return find(assess_case(case))


def counted(case: ProblemCase) -> list[tuple[int, int]]:
    """Before and after at the place, in the ring, in the belt and in the comparison."""
    found = findings_of(case)
    return [(pair.before, pair.after) for pair in (found.treated, found.ring, found.belt, found.control)]


def test_calls_are_counted_by_place_and_window_each_once(world: World) -> None:
    case = assessed_case(world, place=(24, 9), ring=(7, 8), belt=(11, 12), elsewhere=(60, 61))
    assert counted(case) == [(24, 9), (7, 8), (11, 12), (60, 61)]
    assert findings_of(case).verdict is Verdict.HELPED
    assessment = assess_case(case)
    assert sum(one.treated for one in assessment.bins if one.bin.window == "selection") == 6
    assert assessment.is_response_known and assessment.windows.years_back == 1


def test_what_does_not_count_for_cases_does_not_count_here(world: World) -> None:
    case = assessed_case(world)
    day = -BEFORE[0] - 5
    confidential = make.make_service_type(family=world.family, is_confidential=True)
    test = make.make_service_type(family=world.family, is_test=True)
    for columns in (
        {"service_type": confidential},
        {"service_type": test},
        {"withdrawn_at": make.NOW},
        {"weight": 0},
        {"is_outside": True},
        {"service_type": make.make_service_type()},
    ):
        world.call(day, center_id=case.center_id, **columns)
    unlocated = make.make_call(service_type=world.service_type, lat=None, requested_datetime=days_after(day))
    unlocated.center_id = case.center_id
    assert counted(case)[0] == (24, 9)
    assert findings_of(case).control.before == 60


def test_edges_belong_to_the_nearer_area_and_to_one_window(world: World) -> None:
    case = assessed_case(world, place=(0, 0), elsewhere=(0, 0))
    closed = -AFTER[1]
    world.call(closed, x_dm=case.anchor_x_dm + 1000, y_dm=case.anchor_y_dm)
    world.call(closed, x_dm=case.anchor_x_dm + 1001, y_dm=case.anchor_y_dm)
    world.call(closed, x_dm=case.anchor_x_dm, y_dm=case.anchor_y_dm - 5001)
    world.call(closed, x_dm=case.anchor_x_dm + 8000, y_dm=case.anchor_y_dm + 8000, center_id=case.center_id)
    world.call(closed, x_dm=case.anchor_x_dm + 8000, y_dm=case.anchor_y_dm - 8000)  # in the corner, in no center
    assert counted(case) == [(0, 1), (0, 1), (0, 1), (0, 1)]


def test_the_comparison_is_the_center_unless_there_is_none(world: World) -> None:
    case = assessed_case(world)
    assert assess_case(case).comparison == "the rest of Northeast (more than 1 km away)"
    homeless = assessed_case(world, center=None, elsewhere=(0, 0), place=(0, 0))
    assert assess_case(homeless).comparison == "the rest of Testville (more than 1 km away)"


def test_a_family_reaches_back_to_its_own_first_call_that_counts(world: World) -> None:
    """Other calls are older, but no baseline can lie where nobody could report such a problem yet."""
    case = assessed_case(world, place=(0, 9))
    world.call(-900, service_type=make.make_service_type())
    assert first_call_at(world.family.id) == days_after(-720)
    confidential = make.make_service_type(family=world.family, is_confidential=True)
    for columns in ({"service_type": confidential}, {"withdrawn_at": make.NOW}, {"is_outside": True}):
        world.call(-800, **columns)
    assert first_call_at(world.family.id) == days_after(-720)
    world.call(-730, service_type=make.make_service_type(family=world.family))
    assert first_call_at(world.family.id) == days_after(-730)
    assert first_call_at(make.make_family(name="New").id) is None
    assert assess_case(case).windows.years_back == 1


def test_a_family_whose_data_began_later_is_not_called_a_new_problem(world: World) -> None:
    case = assessed_case(world, place=(0, 9))
    assert "the problem was new" in say_verdict(assess_case(case), findings_of(case))
    began = days_after(-OPENED - 20 - 60)
    older = update(ServiceRequest).where(ServiceRequest.requested_datetime < began)
    db.session.execute(older.values(service_type_id=make.make_service_type().id))
    spread(world, case.center, 8, (OPENED + 21, OPENED + 80))
    windows = assess_case(case).windows
    assert windows.years_back == 0 and windows.before is not None and windows.before.start >= began
    assert "the problem was new" not in say_verdict(assess_case(case), findings_of(case))


def test_another_comparison_is_chosen_with_a_reason_and_stays_in_the_record(world: World) -> None:
    case = assessed_case(world)
    old_mill = make.make_area(kind=AreaKind.NEIGHBORHOOD, name="Old Mill")
    for day in (BEFORE, AFTER):
        spread(world, case.center, 20, day, north=ELSEWHERE, neighborhood_id=old_mill.id)
    values = [value for value, _ in comparison_options(case)]
    assert values == [f"center:{case.center_id}", "city", f"neighborhood:{old_mill.id}"]
    for value, words, count in (
        (f"neighborhood:{old_mill.id}", "the rest of Old Mill (more than 1 km away)", 20),
        ("city", "the rest of Testville (more than 1 km away)", 80),
    ):
        choose_comparison(case, value, reason="Alike houses.", actor=world.person)
        assert assess_case(case).comparison == words and findings_of(case).control.before == count
    assert [choice.kind.value for choice in choices_of(case)] == ["city", "neighborhood"]
    assert verbs_of(case).count("comparison_chosen") == 2


@pytest.mark.parametrize(("value", "reason"), [("city", " "), ("neighborhood:999", "So."), ("moon", "So.")])
def test_a_choice_without_reason_or_of_nothing_is_refused(world: World, value: str, reason: str) -> None:
    case = assessed_case(world, elsewhere=(0, 0))
    with pytest.raises(Invalid):
        choose_comparison(case, value, reason=reason, actor=world.person)
    assert choices_of(case) == []


def test_a_choice_against_an_older_version_is_refused(world: World) -> None:
    case = assessed_case(world, elsewhere=(0, 0))
    with pytest.raises(Conflict):
        choose_comparison(case, "city", reason="So.", actor=world.person, seen_version=case.version - 1)


def test_calls_that_moved_next_door_are_found(world: World) -> None:
    case = assessed_case(world, place=(24, 9), ring=(12, 40), belt=(30, 30))
    assert findings_of(case).verdict is Verdict.MAY_HAVE_MOVED
    assert NEXT_DOOR < FURTHER_OUT < FAR < ELSEWHERE


def test_a_case_of_the_baseline_makes_it_unclean(world: World) -> None:
    case = assessed_case(world)
    assert findings_of(case).is_baseline_clean
    other = make.make_case(rule=world.rule, opened_at=days_after(-BEFORE[1] + 10))
    assert not findings_of(case).is_baseline_clean
    other.status = CaseStatus.DISMISSED
    assert findings_of(case).is_baseline_clean


def test_an_open_case_counts_from_the_last_thing_that_was_done(world: World) -> None:
    case = assessed_case(world, status=CaseStatus.OPEN, closed_at=None, monitored_until=None, phase=SaraPhase.RESPONSE)
    assert findings_of(case).verdict is Verdict.TOO_EARLY and assess_case(case).windows.after is None
    append_log("case", case.id, "task_done", "Done.").at = days_after(-100)
    case.phase = SaraPhase.ASSESSMENT
    after = assess_case(case).windows.after
    assert after is not None and after.start == days_after(-100)


def test_the_response_begins_with_its_phase_else_with_the_first_work(world: World) -> None:
    case = assessed_case(world, elsewhere=(0, 0), place=(0, 0))  # a task was added before
    append_log("case", case.id, "work_ordered", "Lights.").at = days_after(-180)
    for verb, day in (("task_added", -190), ("began_response", -170)):
        append_log("case", case.id, verb).at = days_after(day)
        response = assess_case(case).windows.response
        assert response is not None and response.start == days_after(day)


def test_a_plan_that_was_not_carried_out_gets_no_praise(world: World) -> None:
    case = assessed_case(world)
    kept = keep_assessment(case, None)
    assert "the response probably helped" in kept.results["sentence"]
    write_note(case, carried_out=CarriedOut.NOT, plan="No crew.", what_was_done="", impressions="", actor=world.person)
    assert "does not say that a response was carried out" in keep_assessment(case, None).results["sentence"]


def test_what_was_kept_is_read_back_and_renewed_in_place(world: World) -> None:
    case = assessed_case(world)
    assert kept_assessment(case) is None
    keep_assessment(case, None)
    kept = kept_assessment(case)
    assert kept is not None and read_inputs(kept.inputs) == assess_case(case)
    assert "assessed" not in verbs_of(case) and not case.is_touched
    keep_assessment(case, world.person)
    assert history_of("case", case.id)[0].text.startswith("Assessed: It probably helped. Reports fell from 24 to 9")


def test_what_was_kept_is_not_held_against_a_case_that_was_reopened(world: World) -> None:
    case = assessed_case(world, elsewhere=(0, 0))
    keep_assessment(case, None)
    closed_at, case.closed_at = case.closed_at, None
    assert kept_assessment(case) is None
    case.closed_at = closed_at
    assert kept_assessment(case) is not None
    world.call(2, north=0.09)
    case.closed_at = days_after(1)
    assert kept_assessment(case) is None and [due.id for due in assessments_due(10)] == [case.id]


def test_the_night_renews_closed_cases_until_their_watch_is_over(world: World) -> None:
    case = assessed_case(world, elsewhere=(2, 2))
    make.make_case(rule=world.rule, lat=make.ORIGIN[0] + FAR)
    assert [due.id for due in assessments_due(10)] == [case.id]
    keep_assessment(case, None)
    assert assessments_due(10) == []
    world.call(1, north=0.09)
    assert [due.id for due in assessments_due(10)] == [case.id]
    case.monitored_until = make.NOW - timedelta(days=1)
    keep_assessment(case, None)
    world.call(5, north=0.09)
    assert assessments_due(10) == []
    assert assessments_due(0) == []


def test_notes_are_versions_and_say_something_new(world: World) -> None:
    case = assessed_case(world, elsewhere=(0, 0))
    words = {"plan": " Lights. ", "what_was_done": "Two lights.", "impressions": ""}
    with pytest.raises(Invalid, match="empty"):
        write_note(case, carried_out=CarriedOut.UNKNOWN, plan="", what_was_done=" ", impressions="", actor=world.person)
    write_note(case, carried_out=CarriedOut.PARTLY, actor=world.person, **words)
    with pytest.raises(Invalid, match="Nothing was changed"):
        write_note(case, carried_out=CarriedOut.PARTLY, actor=world.person, **words)
    write_note(case, carried_out=CarriedOut.WHOLLY, actor=world.person, **words)
    assert [note.carried_out for note in notes_of(case)] == [CarriedOut.WHOLLY, CarriedOut.PARTLY]
    assert notes_of(case)[0].plan == "Lights."
    db.session.expire_all()
    assert verbs_of(case).count("assessment_noted") == 2
