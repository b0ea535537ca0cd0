"""What answers a question takes, how refusals are worded, and that answers outlive their questions."""

from datetime import datetime
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy
from hypothesis import given
from hypothesis import strategies as st

from tests import factories as make
from tracker.calls.questions import ReadAnswer, answers_of, attribute_values, keep_answers, questions_of, read_answers
from tracker.calls.questions.models import CallAnswer, Datatype, ServiceQuestion
from tracker.errors import Invalid
from tracker.staff.log import history_of

SIZES = [{"key": "s", "name": "Small"}, {"key": "m", "name": "Middling"}, {"key": "l", "name": "Large"}]


def question(datatype: Datatype = Datatype.STRING, **columns: Any) -> ServiceQuestion:
    """A question that is not in the database."""
    defaults = {"code": "q", "prompt": "How large?", "is_required": False, "order": 1, "variable": True}
    values = SIZES if datatype.is_list else []
    return ServiceQuestion(**{**defaults, "values": values, "datatype": datatype, **columns})


def read(datatype: Datatype, *given: str, **columns: Any) -> ReadAnswer | None:
    """The answer to the only question, or None."""
    found = read_answers([question(datatype, **columns)], {"q": list(given)})
    return found[0] if found else None


@pytest.mark.parametrize(
    ("datatype", "text"),
    [
        (Datatype.STRING, "ABC 123"),
        (Datatype.TEXT, "Two lines,\nboth kept."),
        (Datatype.NUMBER, "3"),
        (Datatype.NUMBER, "-2.5"),
        (Datatype.NUMBER, "12,000.25"),
        (Datatype.DATETIME, "2026-05-31"),
        (Datatype.DATETIME, "2026-05-31T14:30"),
        (Datatype.DATETIME, "2026-05-31T14:30:00-04:00"),
    ],
)
def test_an_answer_is_kept_as_it_was_said(datatype: Datatype, text: str) -> None:
    assert read(datatype, f"  {text} ") == ReadAnswer("q", "How large?", text)


@pytest.mark.parametrize(
    ("datatype", "text", "why"),
    [
        (Datatype.STRING, "x" * 256, "256 characters; at most 255"),
        (Datatype.STRING, "two\nlines", "one line"),
        (Datatype.TEXT, "x" * 4_001, "at most 4,000"),
        (Datatype.TEXT, "a\x1bb", "cannot be printed"),
        (Datatype.NUMBER, "many", "is no number; write one such as 3"),
        (Datatype.NUMBER, "nan", "is no number"),
        (Datatype.NUMBER, "inf", "is no number"),
        (Datatype.NUMBER, "1e400", "is no number"),
        (Datatype.NUMBER, "1,00", "is no number"),
        (Datatype.NUMBER, "٣", "is no number"),
        (Datatype.DATETIME, "yesterday", "is no date; write one such as 2026-05-31"),
        (Datatype.DATETIME, "2026-02-30", "is no date"),
        (Datatype.DATETIME, "0001-01-01", "cannot be meant"),
        (Datatype.SINGLE, "huge", "choose one of Small, Middling, Large"),
        (Datatype.MULTIPLE, "huge", "choose one of Small, Middling, Large"),
    ],
)
def test_what_does_not_fit_is_refused_by_the_name_of_its_question(datatype: Datatype, text: str, why: str) -> None:
    with pytest.raises(Invalid, match="«How large\\?»") as refusal:
        read(datatype, text)
    assert why in str(refusal.value)


def test_of_a_list_the_names_are_kept_in_the_order_of_the_question() -> None:
    assert read(Datatype.SINGLE, "m") == ReadAnswer("q", "How large?", "Middling", ("m",))
    assert read(Datatype.MULTIPLE, "l", "s", "l") == ReadAnswer("q", "How large?", "Small; Large", ("s", "l"))


@pytest.mark.parametrize("datatype", [kind for kind in Datatype if kind is not Datatype.MULTIPLE])
def test_only_a_list_of_many_takes_more_than_one_answer(datatype: Datatype) -> None:
    with pytest.raises(Invalid, match="more than one answer"):
        read(datatype, "s", "l")


@pytest.mark.parametrize("datatype", list(Datatype))
def test_a_required_question_needs_an_answer_and_another_does_not(datatype: Datatype) -> None:
    for nothing in ((), ("",), ("  ",)):
        assert read(datatype, *nothing) is None
        with pytest.raises(Invalid, match=r"«How large\?»: needs an answer"):
            read(datatype, *nothing, is_required=True)


def test_what_is_only_read_out_takes_no_answer() -> None:
    assert read(Datatype.TEXT, "something", variable=False) is None


def test_answers_to_questions_of_another_type_are_passed_over() -> None:
    assert read_answers([question()], {"other": ["x"]}) == []


def test_everything_that_is_wrong_is_said_at_once() -> None:
    questions = [
        question(code="a", prompt="First?", is_required=True),
        question(Datatype.NUMBER, code="b", prompt="Second?", order=2),
    ]
    with pytest.raises(Invalid, match=r"«First\?»: needs an answer\. «Second\?»: 'x' is no number"):
        read_answers(questions, {"b": ["x"]})


@given(keys=st.lists(st.sampled_from(["s", "m", "l", "xl", ""]), max_size=6))
def test_a_choice_is_what_a_slow_reader_makes_of_it(keys: list[str]) -> None:
    chosen = [key for key in keys if key]
    if "xl" in chosen:
        with pytest.raises(Invalid):
            read(Datatype.MULTIPLE, *keys)
        return
    found = read(Datatype.MULTIPLE, *keys)
    assert (found.keys if found else ()) == tuple(value["key"] for value in SIZES if value["key"] in chosen)


@given(text=st.text(max_size=12))
def test_no_text_makes_a_number_or_a_date_fail_otherwise_than_by_a_refusal(text: str) -> None:
    for datatype, check in ((Datatype.NUMBER, lambda s: float(s.replace(",", ""))), (Datatype.DATETIME, _date)):
        try:
            answer = read(datatype, text)
        except Invalid:
            continue
        assert answer is None or check(answer.value) is not None


def _date(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_fields_are_read_as_open311_names_them() -> None:
    fields = {"attribute[a]": ["x"], "attribute[b][]": ["1", "2"], "attribute[b]": ["3"], "seen": ["4"],
              "attribute[]": ["5"], "attribute[a][b]": ["6"], "attribute[" + "c" * 61 + "]": ["7"]}  # fmt: skip
    assert attribute_values(fields) == {"a": ["x"], "b": ["1", "2", "3"]}


def test_questions_are_asked_in_their_order(database: SQLAlchemy) -> None:
    kind = make.make_service_type()
    make.make_question(service_type=kind, code="second", order=2)
    make.make_question(service_type=kind, code="first", order=1)
    make.make_question(code="of another type")
    assert [one.code for one in questions_of(kind.id)] == ["first", "second"]


def test_answers_are_kept_once_however_often_they_are_sent(database: SQLAlchemy) -> None:
    make.make_city()
    call = make.make_call()
    for _ in range(2):
        keep_answers(call, [ReadAnswer("a", "First?", "yes"), ReadAnswer("b", "Which?", "One; Two", ("1", "2"))])
    assert [(row.code, row.prompt, row.value, row.keys) for row in answers_of(call)] == [
        ("a", "First?", "yes", []), ("b", "Which?", "One; Two", ["1", "2"]),
    ]  # fmt: skip
    assert [entry.text for entry in history_of("call", call.id)] == ["2 questions answered."]


def test_another_answer_takes_the_place_of_the_earlier_one_which_stays_in_the_history(database: SQLAlchemy) -> None:
    make.make_city()
    call, person = make.make_call(), make.make_user()
    keep_answers(call, [ReadAnswer("a", "First?", "yes")])
    keep_answers(call, [ReadAnswer("a", "First?", "no")], person)
    assert [row.value for row in answers_of(call)] == ["no"]
    newest = history_of("call", call.id)[0]
    assert newest.actor == person and "no. It was: «First?» yes." in newest.text


def test_an_answer_outlives_its_question(database: SQLAlchemy) -> None:
    make.make_city()
    call = make.make_call()
    asked = make.make_question(service_type=call.service_type, prompt="Is it dark?")
    keep_answers(call, read_answers(questions_of(call.service_type_id), {asked.code: ["very"]}))
    database.session.delete(asked)
    database.session.flush()
    assert [(row.prompt, row.value) for row in answers_of(call)] == [("Is it dark?", "very")]
    assert database.session.query(CallAnswer).count() == 1
