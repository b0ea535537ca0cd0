"""Service types suggested from a model that was trained on this city's calls and is kept in its database."""

import json
from datetime import timedelta

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select, update

from tests import factories as make
from tests.calls.fitting import fitting
from tracker import jobs
from tracker.calls.models import ServiceType
from tracker.calls.type_words import family_shares, suggest_types
from tracker.calls.type_words.examples import read_examples
from tracker.calls.type_words.model import write_model
from tracker.calls.type_words.models import TypeModel
from tracker.calls.type_words.training import Fitted, fit_beside, keep_model
from tracker.errors import Invalid, TrackerError
from tracker.extensions import db

TEXTS = {"lamp": "The street light is dark", "hole": "A deep pothole in the road"}


@pytest.fixture
def types(database: SQLAlchemy) -> dict[str, ServiceType]:
    """Lamps and potholes with calls, a confidential type and a test type whose calls must not be learned from."""
    make.make_city()
    made = {
        "lamp": make.make_service_type(service_name="Street Light Out", keywords="lamp, dark street"),
        "hole": make.make_service_type(service_name="Pothole", keywords="bump"),
        "secret": make.make_service_type(service_name="Elder abuse", is_confidential=True),
        "test": make.make_service_type(service_name="Training call", is_test=True),
    }
    texts = {**TEXTS, "secret": "My neighbor xanthippe is beaten", "test": "Quokka exercise"}
    for name, text in texts.items():
        for hours in range(6):
            at = make.NOW - timedelta(hours=hours)
            make.make_call(service_type=made[name], description=text, requested_datetime=at)
    db.session.flush()
    return made


def train() -> None:
    """As the command does, but in this process: starting another takes seconds."""
    examples = read_examples()
    data = write_model(fitting().fit([*examples.names, *examples.calls]))
    keep_model(Fitted(data, len(examples.calls), None))


def first(text: str) -> str:
    found = suggest_types(text)
    return found[0].name if found else ""


def test_the_citys_own_calls_teach_what_words_mean(types: dict[str, ServiceType]) -> None:
    train()
    assert first("a dark light again") == "Street Light Out"
    assert first("deep hole, pothole") == "Pothole"
    assert suggest_types("deep pothole")[0].service_type_id == types["hole"].id
    assert 0.1 <= suggest_types("deep pothole")[0].confidence <= 1
    assert len(suggest_types("dark pothole", limit=1)) == 1
    shares = family_shares("deep pothole")
    assert max(shares, key=lambda family: shares[family]) == types["hole"].family_id


def test_without_history_the_types_own_words_do(database: SQLAlchemy) -> None:
    make.make_service_type(service_name="Street Light Out", keywords="lamp, farola")
    make.make_service_type(service_name="Pothole", description="A hole in the roadway")
    assert read_examples().calls == []
    train()
    assert first("la farola de mi calle") == "Street Light Out"
    assert first("hole in my road") == "Pothole"


def test_nothing_is_suggested_without_a_model_words_or_types(types: dict[str, ServiceType]) -> None:
    assert suggest_types("pothole") == []
    assert family_shares("pothole") == {}
    train()
    assert suggest_types("") == suggest_types("  ") == suggest_types("zzqx") == []
    db.session.execute(update(ServiceType).values(is_test=True))
    assert suggest_types("pothole") == []


def test_nothing_is_learned_from_confidence_tests_and_withdrawn_calls(types: dict[str, ServiceType]) -> None:
    make.make_call(service_type=types["lamp"], description="Wombat", withdrawn_at=make.NOW)
    learned = read_examples()
    words = " ".join(text for text, _ in [*learned.names, *learned.calls])
    assert "xanthippe" not in words
    assert "Quokka" not in words
    assert "Wombat" not in words
    assert "Elder abuse" in words, "an aide finds a confidential type by the city's own words"
    assert "Training call" not in words
    train()
    assert first("elder abuse") == "Elder abuse"
    assert suggest_types("xanthippe") == suggest_types("quokka") == []


@pytest.mark.parametrize("data", [b"", b"\x00damaged", b"PK\x03\x04 cut off"])
def test_a_damaged_model_means_no_suggestion(types: dict[str, ServiceType], data: bytes) -> None:
    train()
    keep_model(Fitted(data, 0, None))
    assert suggest_types("pothole") == []
    train()
    assert first("pothole") == "Pothole"


def test_a_new_model_replaces_the_one_before_at_once(types: dict[str, ServiceType]) -> None:
    train()
    assert first("wombat pothole") == "Pothole"
    for hours in range(40):
        at = make.NOW + timedelta(hours=hours)
        make.make_call(service_type=types["lamp"], description="wombat", requested_datetime=at)
    train()
    assert first("wombat") == "Street Light Out"
    assert db.session.scalar(select(func.count()).select_from(TypeModel)) == 1


def test_a_city_with_fewer_than_two_types_is_told_so(database: SQLAlchemy) -> None:
    with pytest.raises(Invalid, match="two service types"):
        fit_beside(read_examples())


def test_a_failed_fit_leaves_the_model_before_in_use(
    types: dict[str, ServiceType], monkeypatch: pytest.MonkeyPatch
) -> None:
    train()
    db.session.commit()
    monkeypatch.setattr("tracker.calls.type_words.training._FITTING", ["false"])
    with pytest.raises(TrackerError, match="stays in use"):
        fit_beside(read_examples())
    jobs.train_at_night()
    assert first("pothole") == "Pothole"


def test_the_command_trains_and_says_from_how_many_calls(app: Flask, types: dict[str, ServiceType]) -> None:
    done = app.test_cli_runner().invoke(args=["train-types", "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) | {"seconds": 0} == {"calls": 12, "accuracy": None, "seconds": 0}
    assert first("pothole") == "Pothole"


def test_the_command_says_in_one_line_why_it_cannot(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=["train-types"])
    assert done.exit_code == 1
    assert "Load a city first" in done.stderr
