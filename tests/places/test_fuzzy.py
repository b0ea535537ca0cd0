"""Which known street a misspelled one is taken for."""

import pytest

from tracker.places.addresses import best_match, normalize_address

STREETS = [
    "WASHINGTON ST",
    "E WASHINGTON ST",
    "WARREN ST",
    "ELM ST",
    "ELM AVE",
    "2ND ST",
    "3RD ST",
    "E ST",
    "K ST",
    "ELM ST & OAK AVE",
]


def match(text: str, candidates: list[str], minimum: float = 80) -> tuple[str, float] | None:
    return best_match(normalize_address(text), candidates, minimum=minimum)


def test_a_misspelled_street_finds_its_own() -> None:
    found = match("12 Washingtn Street", STREETS)
    assert found is not None
    assert found[0] == "WASHINGTON ST"
    assert 90 < found[1] < 100


def test_the_same_street_scores_one_hundred() -> None:
    assert match("Elm Street", STREETS) == ("ELM ST", 100.0)


def test_another_suffix_or_a_missing_direction_costs_points() -> None:
    assert match("Washington Ave", ["WASHINGTON ST"]) == ("WASHINGTON ST", 97.0)
    assert match("Washington St", ["E WASHINGTON ST"]) == ("E WASHINGTON ST", 98.0)


@pytest.mark.parametrize(
    ("text", "other"),
    [("W Washington St", "E WASHINGTON ST"), ("3rd St", "2ND ST"), ("E St", "K ST"), ("Avenue 25", "AVENUE 26")],
)
def test_streets_of_other_directions_numerals_or_letters_never_match(text: str, other: str) -> None:
    assert match(text, [other], minimum=0) is None


def test_the_house_number_must_agree() -> None:
    assert match("12 Washingtn St", ["14 WASHINGTON ST"], minimum=0) is None
    assert match("12 1/2 Washingtn St", ["12 WASHINGTON ST"], minimum=0) is None
    found = match("12 Washingtn St", ["14 WASHINGTON ST", "12 WASHINGTON ST"])
    assert found is not None
    assert found[0] == "12 WASHINGTON ST"


def test_both_streets_of_an_intersection_must_match() -> None:
    found = match("Oack Ave & Elm St", STREETS)
    assert found is not None
    assert found[0] == "ELM ST & OAK AVE"
    assert match("Elm St & Pine Ave", STREETS) is None


def test_nothing_matches_below_the_minimum_or_without_a_street() -> None:
    assert match("Zanzibar Rd", STREETS) is None
    assert match("", STREETS, minimum=0) is None
    assert match("Elm St", []) is None


def test_equal_scores_go_to_the_first_in_the_alphabet() -> None:
    assert match("Elms St", ["ELMA ST", "ELMB ST", "AELM ST"], minimum=50) == match(
        "Elms St", ["AELM ST", "ELMB ST", "ELMA ST"], minimum=50
    )
