"""A case goes from phase to phase: through gates, back with a reason, and the log tells when."""

import pytest

from tests import factories as make
from tests.cases.world import World, verbs_of
from tracker.cases.closing import close_case
from tracker.cases.decisions import reopen_case
from tracker.cases.models import CaseStatus, ProblemCase, SaraPhase
from tracker.cases.response.tasks import cancel_task
from tracker.cases.sara.phase_steps import PHASE_STEPS
from tracker.cases.sara.phases import change_phase, open_points, stand_of
from tracker.errors import Conflict, Invalid

ORDER = list(SaraPhase)


def ready(world: World, **columns: object) -> ProblemCase:
    """A case for which every gate is open."""
    case = make.make_case(rule=world.rule, **columns)
    make.make_scan(case=case)
    make.make_analysis(case=case)
    return case


@pytest.mark.parametrize("status", list(CaseStatus))
def test_every_change_outside_the_table_is_refused_and_changes_nothing(status: CaseStatus, world: World) -> None:
    case = ready(world, status=status)
    for now in SaraPhase:
        for to in SaraPhase:
            case.phase = now
            before = case.version
            if status is CaseStatus.OPEN and to in PHASE_STEPS[now]:
                change_phase(case, to, reason="We learned more.", actor=world.person)
                assert case.phase is to and case.version == before + 1
            else:
                with pytest.raises(Conflict):
                    change_phase(case, to, reason="We learned more.", actor=world.person)
                assert (case.phase, case.version) == (now, before)


def test_scanning_is_left_only_with_six_answers(world: World) -> None:
    case = make.make_case(rule=world.rule)
    assert open_points(case)[0].startswith("Of the six questions not answered yet: community, harm, expectation")
    with pytest.raises(Invalid, match="Before analysis: Of the six questions not answered yet: community"):
        change_phase(case, SaraPhase.ANALYSIS, actor=world.person)
    with pytest.raises(Conflict, match=r"After scanning comes analysis; response cannot come before it\. Of the six"):
        change_phase(case, SaraPhase.RESPONSE, actor=world.person)
    make.make_scan(case=case)
    change_phase(case, SaraPhase.ANALYSIS, actor=world.person)
    assert case.phase is SaraPhase.ANALYSIS and case.is_touched and verbs_of(case) == ["began_analysis"]


def test_a_no_wants_a_reason_to_go_on(world: World) -> None:
    case = make.make_case(rule=world.rule)
    scan = make.make_scan(case=case, said=False)
    assert "is no: dismiss the case, or say why it goes on" in open_points(case)[0]
    scan.goes_on_because = "The school asked for it."
    assert open_points(case) == []


def test_a_response_wants_a_hypothesis(world: World) -> None:
    case = make.make_case(rule=world.rule, phase=SaraPhase.ANALYSIS)
    with pytest.raises(Invalid, match="no hypothesis"):
        change_phase(case, SaraPhase.RESPONSE, actor=world.person)
    make.make_analysis(case=case, hypothesis="")
    assert len(open_points(case)) == 1
    make.make_analysis(case=case, version=2)
    change_phase(case, SaraPhase.RESPONSE, actor=world.person)
    assert case.phase is SaraPhase.RESPONSE


def test_an_assessment_wants_what_was_begun_to_be_done_or_called_off(world: World) -> None:
    case = make.make_case(rule=world.rule, phase=SaraPhase.RESPONSE)
    task = make.make_task(case=case, title="Ask for a lamp")
    with pytest.raises(Invalid, match=r"Before assessment: «Ask for a lamp» \(.+, due 22 Jun 2026\) is not done yet"):
        change_phase(case, SaraPhase.ASSESSMENT, actor=world.person)
    cancel_task(task, reason="There is one.", actor=world.person)
    change_phase(case, SaraPhase.ASSESSMENT, actor=world.person)
    assert case.phase is SaraPhase.ASSESSMENT


def test_going_back_wants_a_reason_and_an_unchanged_case(world: World) -> None:
    case = make.make_case(rule=world.rule, phase=SaraPhase.RESPONSE)
    with pytest.raises(Invalid, match="Say why the work goes back to scanning"):
        change_phase(case, SaraPhase.SCANNING, reason=" ", actor=world.person)
    with pytest.raises(Conflict, match="Somebody changed this case"):
        change_phase(
            case, SaraPhase.SCANNING, reason="Two problems.", actor=world.person, seen_version=case.version + 1
        )
    change_phase(case, SaraPhase.SCANNING, reason="Two problems.", actor=world.person, seen_version=case.version)
    assert case.phase is SaraPhase.SCANNING


def test_the_log_tells_when_each_phase_was_reached(world: World) -> None:
    case = ready(world)
    first, *later = stand_of(case).stages
    assert (first.stand, first.reached_at) == ("now", case.opened_at) and {one.reached_at for one in later} == {None}
    change_phase(case, SaraPhase.ANALYSIS, actor=world.person)
    change_phase(case, SaraPhase.RESPONSE, actor=world.person)
    change_phase(case, SaraPhase.ANALYSIS, reason="It went on.", actor=world.person)
    stand = stand_of(case)
    assert [stage.stand for stage in stand.stages] == ["done", "now", "ahead", "ahead"]
    assert stand.stages[1].by == world.person.display_name and stand.stages[2].reached_at is None
    assert (stand.forward, stand.back) == (SaraPhase.RESPONSE, [SaraPhase.SCANNING])
    close_case(case, outcome="Lamp mended.", actor=world.person)
    closed = stand_of(case)
    assert (closed.forward, closed.back, closed.points) == (None, [], [])
    assert closed.stages[-1].stand == "now" and closed.stages[-1].reached_at is not None
    reopen_case(case, reason="It is back.", actor=world.person)
    assert stand_of(case).stages[0].by == world.person.display_name
