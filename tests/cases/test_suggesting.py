"""What speaks for a case, what it weighs, and how it is said: rules without a database."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.factories import NOW
from tracker.cases.grouping import CaseCode
from tracker.cases.suggesting import SURE, CallAsked, Suggestion
from tracker.cases.suggesting.evidence import CallSeen, CaseSeen, gather_evidence, telling_words, weigh
from tracker.cases.suggesting.scoring import score_cases

GRAFFITI, LAMPS = 1, 2
ASKED = CallAsked(0, 0, "1 ELM ST", "", GRAFFITI, None, "Spray paint on the wall", NOW)
CALL = CallSeen(0, 0, "1 ELM ST", "", GRAFFITI, None, "Paint all over")
CASE = CaseSeen(1, "C1", "1 Elm St", GRAFFITI, "Graffiti", CaseCode.OPEN, 0, 0, 50, 30, NOW - timedelta(days=3))


def suggest(*cases: CaseSeen, asked: CallAsked = ASKED) -> list[Suggestion]:
    return score_cases(asked, cases, {})


def first_reasons(case: CaseSeen, asked: CallAsked = ASKED) -> tuple[str, ...]:
    return suggest(case, asked=asked)[0].reasons


def test_a_case_that_the_rule_would_join_is_worth_proposing_and_says_why() -> None:
    found = suggest(replace(CASE, x_dm=120, calls=[CALL]))[0]
    assert found.score > SURE
    assert found.distance_m == 12
    assert found.reasons == (
        "12 m from its anchor",
        "0 m from one of its calls",
        "same address",
        "same kind of problem: Graffiti",
        "same words: paint",
        "last call 3 days ago",
    )


def test_a_case_out_of_its_own_reach_is_not_worth_proposing() -> None:
    found = suggest(replace(CASE, x_dm=600, calls=[]))[0]
    assert found.score < SURE
    assert found.reasons[0] == "60 m from its anchor, beyond its 50 m"


def test_of_two_cases_in_reach_the_nearer_one_comes_first() -> None:
    found = suggest(replace(CASE, id=1, x_dm=200), replace(CASE, id=2, x_dm=100))
    assert [one.case_id for one in found] == [2, 1]


def test_of_two_cases_at_one_place_the_one_opened_first_comes_first() -> None:
    assert [one.case_id for one in suggest(replace(CASE, id=7), replace(CASE, id=3))] == [3, 7]


def test_a_case_of_another_family_is_not_worth_proposing_when_the_family_is_chosen() -> None:
    found = suggest(replace(CASE, family_id=LAMPS, family_name="Lamps"))[0]
    assert found.score < SURE
    assert "another kind of problem: Lamps" in found.reasons


def test_calls_of_this_family_that_people_linked_speak_for_a_case_of_another() -> None:
    alone = replace(CASE, family_id=LAMPS, family_name="Lamps")
    mixed = replace(alone, id=2, calls=[replace(CALL, address_key="", x_dm=None, y_dm=None, words="")])
    found = {one.case_id: one for one in suggest(alone, mixed)}
    assert any("calls like this one were linked to it" in reason for reason in found[2].reasons)
    evidence = gather_evidence(ASKED, [replace(alone, id=1), mixed], {})
    assert weigh(replace(evidence[0], like_linked=True)) > weigh(evidence[0])


def test_the_unit_tells_two_homes_of_one_house_apart() -> None:
    case = replace(CASE, calls=[replace(CALL, unit="APT 2")])
    same, other = replace(ASKED, unit="apt 2"), replace(ASKED, unit="APT 3")
    assert "same address, same unit" in first_reasons(case, same)
    assert "same address, other unit" in first_reasons(case, other)
    assert suggest(case, asked=same)[0].score > suggest(case, asked=other)[0].score


def test_the_callers_own_case_stands_out() -> None:
    near, own = replace(CASE, id=1, x_dm=900), replace(CASE, id=2, x_dm=900, has_callers_last=True)
    found = suggest(near, own)
    assert found[0].case_id == 2
    assert "the caller's last call is in it" in found[0].reasons
    again = replace(CASE, calls=[replace(CALL, caller_id=9)])
    assert "the caller has called about it before" in first_reasons(again, replace(ASKED, caller_id=9))


def test_without_a_family_the_words_decide() -> None:
    asked = replace(ASKED, family_id=None, words="street light is dark")
    lamp = replace(CASE, id=1, x_dm=100, family_id=LAMPS, calls=[replace(CALL, words="The street light is dark")])
    wall = replace(CASE, id=2, x_dm=50, calls=[CALL])
    assert [one.case_id for one in suggest(wall, lamp, asked=asked)] == [1, 2]
    said = score_cases(asked, [replace(wall, calls=[])], {GRAFFITI: 0.8})[0]
    assert "the words sound like Graffiti" in said.reasons


def test_closed_and_worked_on_cases_say_so() -> None:
    assert first_reasons(replace(CASE, code=CaseCode.CLOSED))[-1] == "closed, and still watched"
    assert suggest(replace(CASE, code=CaseCode.CLOSED))[0].status == "closed"
    assert first_reasons(replace(CASE, code=CaseCode.WORKED_ON, last_call_at=None))[-1] == "somebody works on it"


def test_words_are_compared_folded_and_only_a_long_texts_beginning_is_read() -> None:
    assert telling_words("The DARK lamp, Señor: 12345 is out") == {"dark", "lamp", "senor"}
    assert telling_words("dark " * 1_000 + " late") == {"dark"}


asked_calls = st.builds(
    CallAsked,
    x_dm=st.integers(-4_000, 4_000),
    y_dm=st.integers(-4_000, 4_000),
    address_key=st.sampled_from(["", "1 ELM ST", "3 OAK ST"]),
    unit=st.sampled_from(["", "APT 2"]),
    family_id=st.sampled_from([GRAFFITI, LAMPS]),
    caller_id=st.none(),
    words=st.sampled_from(["", "dark lamp", "paint on the wall"]),
    at=st.just(NOW),
)
seen_calls = st.builds(
    CallSeen,
    x_dm=st.none() | st.integers(-4_000, 4_000),
    y_dm=st.integers(-4_000, 4_000),
    address_key=st.sampled_from(["", "1 ELM ST", "3 OAK ST"]),
    unit=st.sampled_from(["", "APT 2"]),
    family_id=st.sampled_from([GRAFFITI, LAMPS]),
    caller_id=st.none(),
    words=st.sampled_from(["", "dark lamp", "paint"]),
)
case_lists = st.lists(
    st.builds(
        CaseSeen,
        id=st.integers(1, 99),
        public_id=st.just("C"),
        address=st.just(""),
        family_id=st.sampled_from([GRAFFITI, LAMPS]),
        family_name=st.just("One"),
        code=st.sampled_from([CaseCode.OPEN, CaseCode.WORKED_ON, CaseCode.CLOSED]),
        x_dm=st.integers(-2_500, 2_500),
        y_dm=st.integers(-2_500, 2_500),
        radius_m=st.sampled_from([15, 50, 250]),
        window_days=st.just(30),
        last_call_at=st.none() | st.integers(0, 60).map(lambda days: NOW - timedelta(days=days)),
        calls=st.lists(seen_calls, max_size=4),
    ),
    max_size=8,
    unique_by=lambda case: case.id,
)


def joined_by_the_rule(asked: CallAsked, cases: list[CaseSeen]) -> int | None:
    """Step 1 of the rule, slowly: the nearest anchor of the family within its own radius, of equals the first."""
    near = [
        (dx * dx + dy * dy, case.id)
        for case in cases
        for dx, dy in [(case.x_dm - asked.x_dm, case.y_dm - asked.y_dm)]
        if case.family_id == asked.family_id and dx * dx + dy * dy <= (10 * case.radius_m) ** 2
    ]
    return min(near)[1] if near else None


@given(asked_calls, case_lists)
def test_where_no_person_mixed_families_the_first_sure_suggestion_is_what_the_rule_does(
    asked: CallAsked, cases: list[CaseSeen]
) -> None:
    cases = [replace(case, calls=[call for call in case.calls if call.family_id == case.family_id]) for case in cases]
    found = suggest(*cases, asked=asked)
    sure = found[0].case_id if found and found[0].score >= SURE else None
    assert sure == joined_by_the_rule(asked, cases)


@given(asked_calls, st.booleans(), case_lists)
def test_scores_are_shares_in_order_and_the_order_of_the_cases_does_not_matter(
    asked: CallAsked, is_chosen: bool, cases: list[CaseSeen]
) -> None:
    asked = asked if is_chosen else replace(asked, family_id=None)
    found = suggest(*cases, asked=asked)
    assert len(found) == min(5, len(cases))
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert all(0 < one.score < 1 and one.reasons for one in found)
    assert found == suggest(*reversed(cases), asked=asked)
