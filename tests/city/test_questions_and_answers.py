"""Questions of service types and the city's own answers come with the profile, and again with a changed one."""

from pathlib import Path

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from tests import factories as make
from tests.city.folders import edit, keep_only, make_folder
from tracker.calls.answering.models import CityAnswer
from tracker.calls.models import ServiceType
from tracker.calls.questions import ReadAnswer, answers_of, keep_answers, questions_of
from tracker.calls.questions.models import Datatype
from tracker.city.demo.profile_folder import write_demo_profile
from tracker.city.loading import find_known, load_profile
from tracker.city.presets import starter_folder, starter_names
from tracker.city.profile import read_profile
from tracker.staff.log import history_of

TYPES = "service_types.toml"


def load(folder: Path) -> dict[str, int]:
    return load_profile(read_profile(folder, find_known()))


def light(database: SQLAlchemy) -> ServiceType:
    """The type that the template asks questions about."""
    return database.session.scalars(select(ServiceType).filter_by(service_code="street-light-outage")).one()


def test_the_questions_of_a_profile_are_asked_in_its_order(database: SQLAlchemy, tmp_path: Path) -> None:
    load(make_folder(tmp_path))
    asked = questions_of(light(database).id)
    assert [(one.code, one.datatype, one.is_required, one.variable, one.order) for one in asked] == [
        ("extent", Datatype.SINGLE, True, True, 1),
        ("pole", Datatype.STRING, False, True, 2),
        ("danger", Datatype.TEXT, False, False, 3),
    ]
    assert asked[0].values == [{"key": "one", "name": "One"}, {"key": "several", "name": "Several in a row"}]
    assert asked[1].datatype_description == "On a small plate"


def test_a_changed_profile_changes_the_questions_and_keeps_the_answers(database: SQLAlchemy, tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    load(folder)
    call = make.make_call(service_type=light(database))
    keep_answers(call, [ReadAnswer("pole", "Number on the pole", "A 17")])
    edit(folder, TYPES, 'code = "pole"', 'code = "number"')
    edit(folder, TYPES, "Is it one light or several?", "One, or several?")
    load(folder)
    assert [(one.code, one.prompt) for one in questions_of(light(database).id)][:2] == [
        ("extent", "One, or several?"), ("number", "Number on the pole"),
    ]  # fmt: skip
    assert [(one.code, one.prompt, one.value) for one in answers_of(call)] == [("pole", "Number on the pole", "A 17")]


def test_a_part_without_service_types_leaves_the_questions_alone(database: SQLAlchemy, tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    load(folder)
    keep_only(folder, "city.toml", "answers.toml")
    assert load(folder)["questions"] == 0
    assert len(questions_of(light(database).id)) == 3


def test_questions_keep_their_order_when_the_profile_turns_it_round(database: SQLAlchemy, tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    load(folder)
    text = (folder / TYPES).read_text(encoding="utf-8")
    first, second, third = (part for part in text.split("[[service_types.questions]]")[1:4])
    last = third.split("[[service_types]]")[0]
    turned = text.replace(first, "@1").replace(second, first).replace("@1", second)
    assert last in turned
    (folder / TYPES).write_text(turned, encoding="utf-8")
    load(folder)
    assert [one.code for one in questions_of(light(database).id)] == ["pole", "extent", "danger"]


def test_an_answer_is_loaded_changed_and_never_taken_away(database: SQLAlchemy, tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    load(folder)
    answers = {one.code: one for one in database.session.scalars(select(CityAnswer))}
    trash = answers["trash-day"]
    assert trash.keyword_list == ["garbage", "bins", "collection", "basura", "recolección"]
    assert trash.text_es.startswith("La basura") and "\n" in trash.text_en
    load(folder)
    assert len(history_of("answer", trash.id)) == 1, "nothing had changed"
    edit(folder, "answers.toml", "once a week", "twice a week")
    edit(folder, "answers.toml", 'code = "pay-a-ticket"', 'code = "tickets"')
    load(folder)
    assert "twice a week" in trash.text_en and "once a week" in history_of("answer", trash.id)[0].text
    assert {one.code for one in database.session.scalars(select(CityAnswer))} == {*answers, "tickets"}


def test_the_demo_city_asks_about_a_dozen_types_and_answers_twenty_questions(tmp_path: Path) -> None:
    write_demo_profile(tmp_path / "demo")
    profile = read_profile(tmp_path / "demo")
    assert profile.service_types and profile.answers
    asking = [item for item in profile.service_types if item.questions]
    assert len(asking) >= 12
    assert {question.datatype for item in asking for question in item.questions} == set(Datatype)
    assert len(profile.answers) >= 20
    assert all(one.text_es and one.keywords and one.link for one in profile.answers)


@pytest.mark.parametrize("name", starter_names())
def test_a_starter_asks_nothing_and_answers_nothing(name: str) -> None:
    profile = read_profile(starter_folder(name))
    assert profile.answers is None
    assert not any(item.questions for item in profile.service_types or ())
