"""Addresses as people write them: readable ones mean what they say, slips are slips."""

from collections import Counter

import pytest

from tracker.city.demo.spelling import (
    CROSSING_STYLES,
    FULL_ENDINGS,
    HOUSE_STYLES,
    VAGUE,
    misspell,
    say_crossing,
    say_house,
    say_nothing,
)
from tracker.city.demo.town import build_town
from tracker.places.addresses.normalize import normalize_address

CITY = frozenset(["ELLERY FALLS"])
READABLE = {"_plain", "_in_full", "_in_capitals", "_with_city", "_with_unit"}
CHANCES = [step / 60 for step in range(60)]


@pytest.mark.parametrize("street", ["Elm St", "Fox Hollow Rd", "21st St", "Alder Pkwy", "E Main St", "Court Ave"])
def test_the_readable_styles_all_mean_the_same_address(street: str) -> None:
    styles = [say for _, say in HOUSE_STYLES if say.__name__ in READABLE]
    keys = {
        normalize_address(say("124", street, "34503", chance), localities=CITY).key
        for say in styles
        for chance in CHANCES
    }

    assert len(styles) == len(READABLE)
    assert len(keys) == 1


@pytest.mark.parametrize("style", range(len(CROSSING_STYLES)))
def test_every_way_to_write_a_crossing_is_one_crossing(style: int) -> None:
    plain = normalize_address("Elm St & Oak Ave", localities=CITY)
    said = say_crossing(("Elm St", "Oak Ave"), (style + 0.5) / len(CROSSING_STYLES), 0.95)

    assert normalize_address(said, localities=CITY).key == plain.key


def test_styles_come_in_their_shares() -> None:
    texts = Counter(say_house(7, "Maple St", "34503", step / 1000, 0.1) for step in range(1000))

    assert sum(share for share, _ in HOUSE_STYLES) == pytest.approx(1)
    assert texts["7 Maple St"] == pytest.approx(540, abs=2)
    assert texts["7 Maple Street"] == pytest.approx(120, abs=2)


def test_a_slip_changes_a_long_word_a_little_and_never_its_first_letter() -> None:
    for chance in CHANCES:
        slip = misspell("Stony Meadow", chance)
        assert slip.startswith("Stony M") and abs(len(slip) - len("Stony Meadow")) <= 1
    assert len({misspell("Stony Meadow", chance) for chance in CHANCES}) > 5
    assert misspell("Elm", 0.5) == "Elm"


def test_every_street_of_the_city_has_an_ending_that_can_be_written_out() -> None:
    assert {block.street.rsplit(" ", 1)[1] for block in build_town(311).network.blocks} <= set(FULL_ENDINGS)


def test_vague_words_hold_no_house_number() -> None:
    texts = {say_nothing(chance) for chance in CHANCES}

    assert texts == set(VAGUE)
    assert not any(any(letter.isdigit() for letter in text) for text in texts)
