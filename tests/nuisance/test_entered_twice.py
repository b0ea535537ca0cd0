"""One citation counts once, however often and in whatever spelling it is entered."""

from itertools import permutations
from typing import Any

import pytest

from tests import factories as make
from tests.nuisance.conftest import TODAY, Bureau, entry
from tracker.errors import Conflict
from tracker.nuisance.exclusions import Exclusion
from tracker.nuisance.incidents import incidents_of
from tracker.nuisance.rule_terms import Evidence
from tracker.nuisance.violations import confirm_violation, enter_violation, exclude_violation


def totals(bureau: Bureau) -> list[int]:
    standing = bureau.reckoned().standing
    assert standing is not None
    return [measure.total for measure in standing.measures]


@pytest.mark.parametrize("number", ["C-77", " c-77 ", "C 77", "c77"])
def test_the_same_evidence_for_the_same_offense_is_entered_once(number: str, bureau: Bureau) -> None:
    first = enter_violation(bureau.known, entry(), bureau.ana, today=TODAY, key="one")
    again = entry(evidence_number=number, incident_number="", words="Again.")
    with pytest.raises(Conflict, match=f"violation {first.id}"):
        enter_violation(bureau.known, again, bureau.bea, today=TODAY, key="two")


def test_a_wrong_entry_is_excluded_and_entered_anew(bureau: Bureau) -> None:
    wrong = entry(evidence_number="C-1", incident_number="CR-2")
    excluded = enter_violation(bureau.known, wrong, bureau.ana, today=TODAY, key="wrong")
    exclude_violation(excluded, "Its report is another.", bureau.bea)
    anew = entry(evidence_number="C-1", incident_number="CR-1")
    violation = enter_violation(bureau.known, anew, bureau.ana, today=TODAY, key="anew")
    confirm_violation(violation, "I read the citation.", bureau.bea)
    make.make_violation(of=bureau.known, evidence_number="C-2", incident_number="CR-2")
    assert totals(bureau) == [20, 20], "a number that was typed wrongly ties nothing together"
    with pytest.raises(Conflict, match=f"violation {violation.id} "):
        enter_violation(bureau.known, anew, bureau.ana, today=TODAY, key="thrice")


def test_what_a_question_excluded_is_not_entered_anew(bureau: Bureau) -> None:
    answered = entry(answers={**entry().answers, "victim_call": "yes"})
    by_answer = enter_violation(bureau.known, answered, bureau.ana, today=TODAY, key="answered")
    found = enter_violation(bureau.known, entry(evidence_number="C-2"), bureau.ana, today=TODAY, key="found")
    exclude_violation(found, "A victim had called.", bureau.bea, Exclusion.VICTIM_CALL)
    for number, violation in (("C-77", by_answer), ("C-2", found)):
        with pytest.raises(Conflict, match=f"violation {violation.id} .* for good"):
            enter_violation(bureau.known, entry(evidence_number=number), bureau.bea, today=TODAY, key=f"anew-{number}")


def test_what_differs_in_evidence_offense_or_property_is_another_violation(bureau: Bureau) -> None:
    other = make.make_property(rule_set=bureau.known.rule_set)
    offense = next(
        one["code"] for one in bureau.known.rule_set.versions[0].terms["offenses"] if one["code"] != "drug-sale"
    )
    enter_violation(bureau.known, entry(), bureau.ana, today=TODAY, key="one")
    enter_violation(other, entry(), bureau.ana, today=TODAY, key="two")
    different: list[dict[str, Any]] = [
        {"evidence_number": "C-78"}, {"evidence": Evidence.ARREST_REPORT}, {"offense": offense},
    ]  # fmt: skip
    for number, changes in enumerate(different):
        enter_violation(bureau.known, entry(**changes), bureau.ana, today=TODAY, key=f"other-{number}")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"incident_number": "CR-1"}, {"incident_number": " cr-1"}),
        ({"incident_number": "", "evidence_number": "C-1"}, {"incident_number": "", "evidence_number": "c-1"}),
        ({"incident_number": "CR-1", "evidence_number": "C-1"}, {"incident_number": "", "evidence_number": "c-1"}),
        ({"incident_number": "CR-1", "evidence_number": "C-1"}, {"incident_number": "CR-7", "evidence_number": "C 1"}),
        ({"incident_number": "CR-1", "evidence_number": "C-1"}, {"incident_number": "", "evidence_number": "CR1"}),
    ],
)
def test_one_incident_in_two_spellings_or_by_its_evidence_alone_counts_once(
    one: dict[str, str], other: dict[str, str], bureau: Bureau
) -> None:
    for numbers in (one, other):
        make.make_violation(of=bureau.known, **numbers)
    assert totals(bureau) == [10, 10]


def test_incidents_that_are_tied_by_a_third_entry_count_once_whatever_the_order() -> None:
    numbers = [("C-1", "CR-1"), ("C-2", "CR-2"), ("C-2", "CR-1"), ("C-3", ""), ("C-31", "CR-3")]
    for order in permutations(range(len(numbers))):
        found = incidents_of({number: numbers[number] for number in order})
        assert found[0] == found[1] == found[2] and len(set(found.values())) == 3


def test_different_evidence_without_an_incident_report_counts_each(bureau: Bureau) -> None:
    for number in ("C-1", "C-2"):
        make.make_violation(of=bureau.known, incident_number="", evidence_number=number)
    assert totals(bureau) == [20, 20]
