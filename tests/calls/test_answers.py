"""Which of the city's answers fit a question: accents, case, languages and slips of the finger."""

import random
import unicodedata

import pytest
from flask_sqlalchemy import SQLAlchemy
from hypothesis import given
from hypothesis import strategies as st

from tests import factories as make
from tracker.calls.answering import find_answers
from tracker.calls.answering.ranking import Candidate, asked_words, rank_answers
from tracker.calls.answering.verbs import AnswerEntry, add_answers, change_answer, require_new
from tracker.city.answers import read_answers
from tracker.city.demo.profile_folder import DATA
from tracker.errors import Conflict
from tracker.staff.log import history_of
from tracker.words import words_of

DEMO = read_answers(DATA / "answers.toml")
CANDIDATES = [
    Candidate(number, one.title, ",".join(one.keywords), f"{one.text_en} {one.text_es}")
    for number, one in enumerate(DEMO)
]


def best(text: str) -> str:
    """The code of the first answer to `text`; empty for none."""
    found = rank_answers(text, CANDIDATES, 1)
    return DEMO[found[0][0]].code if found else ""


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("when do they pick up the garbage on my street", "trash-day"),
        ("¿Cuándo pasa el camión de la basura?", "trash-day"),
        ("CUANDO PASA EL CAMION DE LA BASURA", "trash-day"),
        ("can I put cardboard in the blue bin", "recycling-rules"),
        ("what about recyling", "recycling-rules"),
        ("old mattresses", "bulk-items"),
        ("my car was towed", "towed-car"),
        ("la grúa se llevó mi carro", "towed-car"),
        ("water is brown", "brown-water"),
        ("i want to appeal a parkng ticket", "parking-ticket"),
        ("my landlord does not turn on the heat", "heat-law"),
        ("no tengo calefacción", "heat-law"),
        ("acta de nacimiento", "birth-certificate"),
        ("where do I vote", "vote"),
        ("is city hall open on a holiday", "city-hall-hours"),
    ],
)
def test_people_find_the_answer_in_their_own_words(asked: str, code: str) -> None:
    assert best(asked) == code


@pytest.mark.parametrize("asked", ["", "   ", "the of and", "el de la", "!!! ???", "xyzzy"])
def test_what_says_nothing_finds_nothing(asked: str) -> None:
    assert rank_answers(asked, CANDIDATES) == []


@pytest.mark.parametrize("one", DEMO, ids=lambda one: one.code)
def test_every_answer_is_found_by_its_own_title(one: object) -> None:
    assert best(one.title) == one.code  # type: ignore[attr-defined]


TEXTS = st.lists(
    st.sampled_from([word for one in DEMO for word in words_of(one.text_en + one.text_es)] + ["xyzzy"]), max_size=8
).map(" ".join)


@given(text=TEXTS, seed=st.integers(0, 99), limit=st.integers(0, 6))
def test_the_order_of_the_answers_and_the_spelling_of_the_question_change_nothing(
    text: str, seed: int, limit: int
) -> None:
    shuffled = random.Random(seed).sample(CANDIDATES, len(CANDIDATES))
    found = rank_answers(text, CANDIDATES, limit)
    assert rank_answers(text, shuffled, limit) == found
    assert rank_answers(unicodedata.normalize("NFD", text).upper(), CANDIDATES, limit) == found
    assert len(found) <= limit and [score for _, score in found] == sorted((score for _, score in found), reverse=True)


@given(text=TEXTS)
def test_whatever_holds_a_word_of_the_question_is_found_as_a_slow_reader_finds_it(text: str) -> None:
    asked = set(asked_words(text))
    holding = {
        one.id for one in CANDIDATES if asked & set(words_of(" ".join((one.title, one.keywords, one.text))))
    }  # fmt: skip
    assert holding <= {number for number, _ in rank_answers(text, CANDIDATES, len(CANDIDATES))}


def test_a_question_of_a_megabyte_is_cut() -> None:
    assert best("garbage " * 130_000) == "trash-day"


def test_answers_are_found_in_the_database(database: SQLAlchemy) -> None:
    make.make_answer(title="When is my trash collected?", keywords="basura")
    make.make_answer(title="Where do I vote?")
    assert [one.title for one in find_answers("¿Y la BASURA?")] == ["When is my trash collected?"]
    assert find_answers("nothing of the kind") == []


def entry(**parts: str) -> AnswerEntry:
    """What somebody says of an answer."""
    blank = dict.fromkeys(("text_es", "keywords", "link"), "")
    return AnswerEntry(**{"code": "a", "title": "T", "text_en": "E", **blank, **parts})


def test_what_an_answer_said_before_stays_in_its_history(database: SQLAlchemy) -> None:
    person = make.make_user()
    [answer] = add_answers([entry()], person)
    assert change_answer(answer, entry(text_en="Better.", link="https://example.org"), person)
    assert not change_answer(answer, entry(text_en="Better.", link="https://example.org"), person)
    newest, first = history_of("answer", answer.id)
    assert newest.text == "Changed: the English text was «E»; the link was «empty»." and newest.actor == person
    assert first.text == "«T» was added."


@pytest.mark.parametrize("twin", [{"title": "Other"}, {"code": "b"}])
def test_neither_code_nor_title_is_given_twice(database: SQLAlchemy, twin: dict[str, str]) -> None:
    add_answers([entry()])
    require_new(entry(code="b", title="Other"))
    with pytest.raises(Conflict, match="already"):
        require_new(entry(**twin))
