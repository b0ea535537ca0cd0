"""Words that mean danger: found in both languages, whole words only, and not where they name a thing of every day."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.calls.reporting.danger import DANGERS, HARMLESS, find_dangers
from tracker.calls.transfers.hard_stops import STOPS


@pytest.mark.parametrize(
    ("text", "stop"),
    [
        ("The house is on FIRE", "fire_gas_wires"), ("there's smoke coming out", "fire_gas_wires"),
        ("It smells like gas here", "fire_gas_wires"), ("a wire   down on the sidewalk", "fire_gas_wires"),
        ("Huele a gas en la esquina", "fire_gas_wires"), ("hay un INCENDIO", "fire_gas_wires"),
        ("un cable caído", "fire_gas_wires"), ("he has a gun", "weapon"), ("oí disparos", "weapon"),
        ("un hombre con una pistola", "weapon"), ("she is unconscious", "injury"), ("he can\u2019t breathe", "injury"),
        ("no respira", "injury"), ("está sangrando", "injury"), ("I am being attacked", "in_progress"),
        ("someone is breaking in", "in_progress"), ("me están atacando", "in_progress"),
        ("domestic violence next door", "domestic"), ("su esposo me pega", "domestic"),
        ("he wants to kill himself", "crisis"), ("quiere suicidarse", "crisis"), ("my child is missing", "missing"),
        ("a baby in a car", "child_or_elder"), ("need an ambulance", "asks_for_911"), ("¡Auxilio!", "asks_for_911"),
        ("no fire, do not worry", "fire_gas_wires"),
    ],
)  # fmt: skip
def test_danger_is_heard(text: str, stop: str) -> None:
    assert stop in find_dangers(text)


@pytest.mark.parametrize(
    "text",
    [
        "The lamp is dark since Monday", "A fire hydrant leaks", "the smoke detector beeps at the fire station",
        "fireworks last night", "burgundy car without plates", "trash beside the gas station", "begun yesterday",
        "stable manhole cover", "la farola no funciona", "la boca de incendios gotea", "una alarma de humo suena",
        "matar ratas en el parque", "This is not an emergency", "No es una emergencia", "",
    ],
)  # fmt: skip
def test_what_is_no_danger_is_not_stopped(text: str) -> None:
    assert find_dangers(text) == {}


def test_every_danger_belongs_to_a_hard_stop_and_each_of_its_words_is_found() -> None:
    for danger in DANGERS:
        assert danger.stop in STOPS
        for words in danger.words.split(";"):
            assert danger.stop in find_dangers(f"so: {words.strip().rstrip('*')}."), words
    assert all(not find_dangers(words.strip().replace("*", "")) for words in HARMLESS.split(";"))


@settings(max_examples=20)
@given(before=st.text(max_size=30), after=st.text(max_size=30))
def test_whatever_stands_around_it_a_word_of_danger_is_heard(before: str, after: str) -> None:
    assert "weapon" in find_dangers(f"{before} \n gunman \n {after}")
