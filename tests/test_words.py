"""Words are found in any spelling, on both engines, exactly where a plain comparison finds them."""

import re
import unicodedata

import pytest
from flask_sqlalchemy import SQLAlchemy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, text

from tests import factories as make
from tracker.calls.models import ServiceRequest
from tracker.calls.words import CALL_TEXTS
from tracker.extensions import db
from tracker.word_index import NEWEST, IndexedTexts, WordMark
from tracker.words import Wanted, read_wanted, words_of


def test_words_have_no_case_no_accents_no_signs() -> None:
    typed = "Señora O'Neil's, 2ND floor—\u017ftraße №5 \ufb01re"
    assert " ".join(words_of(typed)) == "senora oneils 2nd floor strasse no5 fire"
    assert words_of("Sen\u0303ora") == words_of("SEÑORA") == ["senora"]
    assert words_of("co\u00adop \u200bhid\u200bden") == ["coop", "hidden"]


@given(st.text(max_size=60))
def test_both_unicode_forms_and_both_cases_give_the_same_words(text: str) -> None:
    words = words_of(text)
    assert words_of(unicodedata.normalize("NFC", text)) == words == words_of(unicodedata.normalize("NFD", text))
    assert all(word and word.isalnum() for word in words)
    assert words_of(" ".join(words)) == words


def test_the_last_word_may_be_unfinished_when_it_has_three_letters() -> None:
    assert read_wanted("Broken stree") == Wanted(("broken",), "stree")
    assert read_wanted("broken st") == Wanted(("broken", "st"), "")
    assert read_wanted(' "* - ( ') is None


ALPHABET = ["pot", "hole", "pothole", "potholes", "po", "Straße", "STRASSE", "niño", "nin\u0303o", "NINO", "and", "or",
            "not", "near", "a", "12", "o'neil", "ONEIL", "日本", "кот", "*", '"', "'", "(", ")", ":", "-", "&", "|",
            "!", "\\", "^", "words:", "%", "_", "--", ";", "<->", "{", "NEAR(", "\u202e", "İstanbul",
            "istanbul"]  # fmt: skip
TEXTS = st.lists(st.sampled_from(ALPHABET), max_size=5).flatmap(
    lambda parts: st.sampled_from([" ", "", "-", "\n"]).map(lambda between: between.join(parts))
)


def plain_words(said: str) -> set[str]:
    """The slow, obvious reading: lower case, no accents, runs of letters and digits."""
    bare = "".join(one for one in unicodedata.normalize("NFKD", said) if unicodedata.category(one) not in ("Mn", "Cf"))
    bare = "".join(one for one in unicodedata.normalize("NFKD", bare.casefold()) if unicodedata.category(one) != "Mn")
    return set(re.findall(r"[^\W_]+", bare.replace("'", "")))


def oracle(typed: str, said: dict[int, str]) -> list[int]:
    words = re.findall(r"[^\W_]+", " ".join(re.findall(r"\S+", _plain(typed))))
    if not words:
        return []
    *whole, last = words
    return [
        number for number in sorted(said, reverse=True)
        if set(whole) <= plain_words(said[number])
        and any(word == last or (len(last) >= 3 and word.startswith(last)) for word in plain_words(said[number]))
    ]  # fmt: skip


def catch_up() -> bool:
    """Index the next portion, as the worker does."""
    portion = CALL_TEXTS.next_portion()
    return CALL_TEXTS.add(portion, portion.words())


def _plain(typed: str) -> str:
    bare = "".join(one for one in unicodedata.normalize("NFKD", typed) if unicodedata.category(one) not in ("Mn", "Cf"))
    bare = "".join(one for one in unicodedata.normalize("NFKD", bare.casefold()) if unicodedata.category(one) != "Mn")
    return bare.replace("'", "")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXTS, min_size=1, max_size=8), typed=TEXTS, indexed=st.integers(0, 8))
def test_the_index_finds_what_a_plain_comparison_finds(
    texts: list[str], typed: str, indexed: int, database: SQLAlchemy
) -> None:
    service_type = make.make_service_type()
    said = {}
    for place, one in enumerate(texts):
        if place == indexed:
            catch_up()
        said[make.make_call(service_type=service_type, description=one, address="").id] = one
    wanted = read_wanted(typed)
    found = CALL_TEXTS.find(wanted, limit=100).ids if wanted else []
    database.session.rollback()
    assert found == oracle(typed, said)


def test_a_call_taken_a_second_ago_is_found_and_once(database: SQLAlchemy) -> None:
    early = make.make_call(description="A broken swing")
    catch_up()
    late = make.make_call(description="The swing again", address="By the broken gate")
    wanted = read_wanted("broken swing")
    assert wanted is not None
    for _ in range(2):
        assert CALL_TEXTS.find(wanted, limit=9).ids == [late.id, early.id]
        assert CALL_TEXTS.find(wanted, limit=1).ids == [late.id]
        catch_up()


def test_a_search_reads_only_the_newest_by_itself_and_says_that_it_lags(
    database: SQLAlchemy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.word_index.NEWEST", 2)
    calls = [make.make_call(description="swing") for _ in range(4)]
    found = CALL_TEXTS.find(Wanted(("swing",)), limit=9)
    assert (found.ids, found.is_behind) == ([calls[3].id, calls[2].id], True)
    catch_up()
    found = CALL_TEXTS.find(Wanted(("swing",)), limit=9)
    assert (found.ids, found.is_behind) == ([call.id for call in reversed(calls)], False)
    assert NEWEST >= 1_000


def test_portions_add_up_to_the_whole(database: SQLAlchemy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.word_index.PORTION", 3)
    calls = [make.make_call(description="swing") for _ in range(7)]
    steps = 1
    while catch_up():
        steps += 1
    assert steps >= 3
    assert not catch_up()
    assert CALL_TEXTS.find(Wanted(("swing",)), limit=99).ids == [call.id for call in reversed(calls)]


def test_a_row_that_was_committed_late_is_indexed_all_the_same(database: SQLAlchemy) -> None:
    if database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer: numbers are committed in their order")
    first, last = make.make_call(description="swing"), make.make_call(description="swing")
    catch_up()
    database.session.execute(text("DELETE FROM call_words WHERE id = :id"), {"id": first.id})  # as if not seen then
    catch_up()
    assert CALL_TEXTS.find(Wanted(("swing",)), limit=9).ids == [last.id, first.id]


def test_a_megabyte_of_text_is_read_from_its_beginning(database: SQLAlchemy) -> None:
    call = make.make_call(description="first " + "x" * 5_000 + " " + "word " * 300_000 + "last")
    for _ in range(2):
        assert CALL_TEXTS.find(Wanted(("first",), "xxx"), limit=9).ids == [call.id]
        assert CALL_TEXTS.find(Wanted(("last",)), limit=9).ids == []
        catch_up()


def test_an_empty_index_finds_nothing(database: SQLAlchemy) -> None:
    assert CALL_TEXTS.find(Wanted(("swing",)), limit=9).ids == []
    assert not catch_up()
    db.session.execute(delete(WordMark))
    assert isinstance(CALL_TEXTS, IndexedTexts) and CALL_TEXTS.id is ServiceRequest.id
