"""A case is closed with an outcome, watched, and confirmed only when no call came meanwhile."""

from collections.abc import Callable
from itertools import product

import pytest
from flask.testing import FlaskClient

from tests.cases.world import FAR, World, calls_in, days_after, verbs_of
from tracker.cases.closing import close_case, confirm_watched
from tracker.cases.decisions import reopen_case
from tracker.cases.models import CaseStatus, ClosingOutcome, ProblemCase
from tracker.cases.related import merge_cases, undo_merge
from tracker.cases.workflow import STEPS, require_step
from tracker.errors import Conflict, Invalid
from tracker.extensions import db
from tracker.staff.models import Role, User

SignIn = Callable[..., User]


def confirm(day: float) -> list[int]:
    """What the nightly job does, as if the city stood that many days after the calls' noon."""
    return list(confirm_watched(days_after(day)))


def closed_case(world: World, kind: ClosingOutcome = ClosingOutcome.SOLVED) -> ProblemCase:
    case = world.case()
    close_case(case, outcome="Painted over.", kind=kind, actor=world.person, monitoring_days=30)
    return case


@pytest.mark.parametrize(("now", "then"), list(product(CaseStatus, CaseStatus)))
def test_every_change_of_status_outside_the_table_is_refused(now: CaseStatus, then: CaseStatus) -> None:
    if then in STEPS[now]:
        require_step(now, then)
    else:
        with pytest.raises(Conflict, match=now.value):
            require_step(now, then)


def test_a_watch_that_ends_without_a_call_confirms_the_case_once(world: World) -> None:
    case = closed_case(world)
    assert confirm(29.9) == [] and case.confirmed_at is None
    assert confirm(31) == [1] and case.confirmed_at == days_after(31) and case.is_confirmed_solved
    assert confirm(32) == [] and verbs_of(case)[-2:] == ["closed", "confirmed"]


@pytest.mark.parametrize("kind", [ClosingOutcome.MOVED, ClosingOutcome.UNCHANGED])
def test_silence_makes_no_success_of_a_problem_that_was_not_solved(world: World, kind: ClosingOutcome) -> None:
    case = closed_case(world, kind)
    confirm(31)
    assert case.confirmed_at is not None and not case.is_confirmed_solved


def test_a_call_within_the_watch_that_arrives_after_it_takes_the_confirmation_back(world: World) -> None:
    case = closed_case(world)
    confirm(31)
    late = world.call(20)
    assert world.take().recurred == [case.id]
    assert case.status is CaseStatus.OPEN and case.confirmed_at is None and late.id in calls_in(case)


def test_reopening_by_hand_takes_the_confirmation_back(world: World) -> None:
    case = closed_case(world)
    confirm(31)
    reopen_case(case, reason="It is back.", actor=world.person)
    assert (case.confirmed_at, case.closed_at, case.monitored_until) == (None, None, None)
    assert case.outcome == "Painted over.", "what was done before stays to be read"


def test_a_reopened_case_is_never_confirmed(world: World) -> None:
    reopen_case(closed_case(world), reason="It is back.", actor=world.person)
    assert confirm(400) == []


def test_what_is_closed_anew_while_others_are_confirmed_keeps_its_new_watch(world: World) -> None:
    first, second = closed_case(world), world.case(north=FAR)
    close_case(second, outcome="New lamps.", actor=world.person, monitoring_days=30)
    run = confirm_watched(days_after(31), portion=1)
    assert next(run) == 1 and first.confirmed_at is not None
    reopen_case(second, reason="It is back.", actor=world.person)
    close_case(second, outcome="More lamps.", actor=world.person, monitoring_days=90)
    assert list(run) == [0] and second.confirmed_at is None and "confirmed" not in verbs_of(second)


def test_two_runs_at_once_confirm_and_say_it_once(world: World) -> None:
    closed_case(world)
    second = world.case(north=FAR)
    close_case(second, outcome="New lamps.", actor=world.person, monitoring_days=30)
    slow = confirm_watched(days_after(31), portion=1)
    assert next(slow) == 1 and confirm(32) == [1] and list(slow) == [0]
    assert second.confirmed_at == days_after(32) and verbs_of(second).count("confirmed") == 1


def test_a_confirmed_case_that_is_merged_is_no_success_until_the_merge_is_taken_back(world: World) -> None:
    case, other = closed_case(world), world.case(north=FAR)
    confirm(31)
    merge_cases(case, other, reason="One crew.", actor=world.person)
    assert not case.is_confirmed_solved
    undo_merge(case, reason="Two crews.", actor=world.person)
    assert case.is_confirmed_solved


def test_closing_asks_for_words(world: World) -> None:
    with pytest.raises(Invalid, match="Say what came of it"):
        close_case(world.case(), outcome="  ", actor=world.person)


def test_the_page_asks_for_an_outcome_and_keeps_what_was_typed(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    case = world.case()
    sign_in(Role.CONTACT)
    address = f"/staff/cases/{case.public_id}"
    sent = {"close-version": case.version, "close-reason": "New lamps.", "close-days": 30}
    refused = client.post(f"{address}/close", data=sent)
    assert refused.status_code == 400 and "Choose what came of it" in refused.text and "New lamps." in refused.text
    assert client.post(f"{address}/close", data=sent | {"close-outcome": "reduced"}).status_code == 302
    db.session.expire_all()
    assert (case.status, case.outcome_kind) == (CaseStatus.CLOSED, ClosingOutcome.REDUCED)
    page = client.get(address).text
    assert "there are clearly fewer calls" in page and "a new call opens it again" in page


def test_the_list_tells_watched_cases_from_confirmed_ones(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    case = closed_case(world)
    sign_in(Role.CONTACT)

    def listed(flag: str) -> bool:
        return case.public_id in client.get(f"/staff/cases?status=any&flag={flag}").text

    assert (listed("watched"), listed("confirmed")) == (True, False)
    confirm(31)
    db.session.commit()
    assert (listed("watched"), listed("confirmed")) == (False, True)
    assert "Confirmed solved" in client.get(f"/staff/cases/{case.public_id}").text
    case.status = CaseStatus.MERGED
    db.session.commit()
    assert (listed("watched"), listed("confirmed")) == (False, False)
    assert "Confirmed solved" not in client.get(f"/staff/cases/{case.public_id}").text
