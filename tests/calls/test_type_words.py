"""Which service type the words mean: features, the arithmetic, and bytes that may be damaged. No database."""

import io
import json
import random
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.calls.fitting import fitting
from tracker.calls.type_words.features import BUCKETS, LONGEST_TEXT, count_buckets, read_words
from tracker.calls.type_words.model import WordModel, read_model, seal, write_model

ROOT = Path(__file__).resolve().parents[2]
LAMP, HOLE, DOGS = 11, 22, 33
PAIRS = [
    ("The street light is dark", LAMP),
    ("lamp post flickers all night", LAMP),
    ("La luz de la calle no funciona", LAMP),
    ("A deep pothole in the road", HOLE),
    ("pothole broke my tire", HOLE),
    ("Un hoyo muy grande en la calle", HOLE),
    ("dogs bark all night", DOGS),
    ("Loose dog on the street", DOGS),
]
_VOCABULARY = ["street", "light", "dark", "pothole", "road", "dog", "hoyo", "calle"]


@cache
def trained() -> WordModel:
    """A model that knows the calls above."""
    model: WordModel = fitting().fit(PAIRS * 3)
    return model


def likeliest(text: str, model: WordModel | None = None) -> int:
    shares = (model or trained()).shares(text)
    return max(shares, key=lambda kind: shares[kind])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("a POTHOLE again", HOLE),
        ("big potholes!", HOLE),
        ("the lamps are all dark", LAMP),
        ("barking dogs", DOGS),
        ("la luz no prende", LAMP),
        ("hay un hoyo", HOLE),
    ],
)
def test_words_mean_what_the_citys_calls_say_they_mean(text: str, kind: int) -> None:
    assert likeliest(text) == kind


@pytest.mark.parametrize("text", ["", "   ", "12345", "zzqx", "!?"])
def test_a_text_without_a_known_word_says_nothing(text: str) -> None:
    assert trained().shares(text) == {}


def test_accents_case_and_numbers_make_no_difference() -> None:
    assert read_words("Señal CAÍDA, 12 de la Calle 5ª") == read_words("senal caida de la calle ª")
    assert read_words("x" * LONGEST_TEXT + " late") == ["x" * LONGEST_TEXT]


@given(st.text(max_size=300))
def test_any_text_gives_a_vector_of_length_one_and_shares_that_sum_to_one(text: str) -> None:
    buckets, values = count_buckets(text)
    assert buckets.size == values.size
    assert ((buckets >= 0) & (buckets < BUCKETS)).all()
    if buckets.size:
        assert np.linalg.norm(values) == pytest.approx(1, abs=1e-4)
    shares = trained().shares(text)
    assert not shares or sum(shares.values()) == pytest.approx(1, abs=1e-4)
    assert set(shares) <= {LAMP, HOLE, DOGS}


@given(st.lists(st.sampled_from(_VOCABULARY), min_size=1, max_size=8))
def test_the_arithmetic_is_what_scikit_learn_says(words: list[str]) -> None:
    text = " ".join(words)
    buckets, values = count_buckets(text)
    sums = [float(sum(trained().weights[row, b] * v for b, v in zip(buckets, values, strict=True))) + float(start)
            for row, start in enumerate(trained().start)]  # fmt: skip
    whole = sum(np.exp(sums))
    assert list(trained().shares(text).values()) == pytest.approx([np.exp(one) / whole for one in sums], abs=1e-4)


def test_two_types_are_enough() -> None:
    model = fitting().fit([pair for pair in PAIRS if pair[1] != DOGS])
    assert likeliest("pothole", model) == HOLE
    assert likeliest("dark light", model) == LAMP


def test_a_model_survives_being_kept() -> None:
    again = read_model(write_model(trained()))
    assert again is not None
    assert again.shares("dark lamp") == pytest.approx(trained().shares("dark lamp"), abs=1e-2)


def test_damaged_bytes_are_no_model() -> None:
    whole = write_model(trained())
    chance = random.Random(311)
    assert read_model(b"") is None
    assert read_model(b"nonsense") is None
    assert read_model(whole[: len(whole) // 2]) is None
    for _ in range(60):
        broken = bytearray(whole)
        place = chance.randrange(len(broken))
        broken[place] ^= 1 << chance.randrange(8)
        assert read_model(bytes(broken)) is None
    assert read_model(seal(b"whole, but no arrays")) is None


@pytest.mark.parametrize("change", ["format", "shape", "numbers", "temperature", "missing", "objects"])
def test_another_format_or_unusable_numbers_are_no_model(change: str) -> None:
    with np.load(io.BytesIO(write_model(trained())[32:])) as kept:
        arrays = dict(kept)
    if change == "format":
        arrays["format"] = arrays["format"] + 1
    elif change == "shape":
        arrays["weights"] = arrays["weights"][:, :-1]
    elif change == "numbers":
        arrays["weights"] = arrays["weights"] * np.float16("nan")
    elif change == "temperature":
        arrays["temperature"] = np.array([0.0])
    elif change == "missing":
        del arrays["start"]
    else:
        arrays["start"] = np.array([{"an": "object"}] * 3, dtype=object)
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    assert read_model(seal(buffer.getvalue())) is None


def test_the_temperature_makes_a_confidence_a_share_that_is_right() -> None:
    chance = random.Random(1)
    pairs = [(text, kind if chance.random() < 0.7 else chance.choice((LAMP, HOLE, DOGS))) for text, kind in PAIRS * 60]
    chance.shuffle(pairs)
    model = fitting().fit(pairs[100:])
    temperature, accuracy = fitting().find_temperature(model, pairs[:100])
    said = sum(max(WordModel(*_fields(model), temperature).shares(text).values()) for text, _ in pairs[:100]) / 100
    assert said == pytest.approx(accuracy, abs=0.12)


def _fields(model: WordModel) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    return model.type_ids, model.weights, model.start, model.known_stems


def test_the_fitting_process_reads_examples_and_writes_a_model() -> None:
    given = json.dumps({"names": [["Pothole", HOLE]], "calls": PAIRS, "held": 0}).encode()
    command = [sys.executable, "-m", "tracker.calls.type_words.fitting"]
    done = subprocess.run(command, input=given, capture_output=True, cwd=ROOT, check=True)
    model = read_model(done.stdout)
    assert model is not None
    assert likeliest("pothole", model) == HOLE
    assert json.loads(done.stderr)["accuracy"] is None


def test_the_program_starts_without_scikit_learn() -> None:
    look = "import sys, tracker.app, tracker.jobs; print('sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "False"
