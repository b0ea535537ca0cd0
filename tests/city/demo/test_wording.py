"""Descriptions: many different ones, in two languages, without gaps and without anybody's name or number."""

import re
import string
from collections import Counter
from typing import Any

from tests.city.demo.years import calls_of
from tracker.city.demo.catalog import read_catalog
from tracker.city.demo.wording import DICE, Narrator

SLOTS = {"street", "since", "when", "count", "desde"}


def phrases(table: Any) -> list[str]:
    if isinstance(table, str):
        return [table]
    return [text for part in (table.values() if isinstance(table, dict) else table) for text in phrases(part)]


def test_every_slot_in_the_phrase_book_is_one_that_is_filled() -> None:
    for phrase in phrases(read_catalog().stories):
        assert {name for _, name, _, _ in string.Formatter().parse(phrase) if name} <= SLOTS


def test_every_type_can_be_told_in_english_and_all_but_tests_in_spanish() -> None:
    catalog = read_catalog()
    for service in catalog.services:
        story = catalog.stories[service.family]
        assert story["said"][service.code]
        assert service.code == "test-call" or story["dicho"][service.code]


def test_a_street_that_nobody_knows_is_ours() -> None:
    narrator, service = Narrator(read_catalog()), read_catalog().services[0]

    assert narrator.tell(service, "", [0.5, 0.0, 0.99, *[0.0] * (DICE - 3)]).startswith(
        "The street light on our street"
    )


def test_what_residents_order_is_one_plain_sentence() -> None:
    narrator = Narrator(read_catalog())
    for service in read_catalog().services:
        if service.weight == 0:
            assert narrator.tell(service, "Elm St", [0.5] * DICE).count(".") == 1


def test_descriptions_vary_and_say_one_or_two_sentences() -> None:
    told = Counter(call.description for call in calls_of())

    assert len(told) > 8000
    assert max(told.values()) < 0.03 * told.total()
    assert all(1 <= len(re.findall(r"[.!?](?: |$)", text)) <= 2 for text in told)


def test_descriptions_hold_no_braces_and_nothing_like_a_telephone_number() -> None:
    assert not [call for call in calls_of() if re.search(r"[{}@]|\d{3}\D?\d{4}", call.description)]


def test_some_callers_speak_spanish() -> None:
    spanish = sum(bool(re.search(r"[áéíóúñ]| está | desde | calle ", call.description)) for call in calls_of())

    assert 0.03 < spanish / len(calls_of()) < 0.12
