"""The Atom feeds of what happened in public. Pure."""

from .operations import ATOM, Answer, Operation, Parameter, choice, known
from .site import WRONG

_NARROWING = (
    Parameter("family", "Only this kind of problem, by its code."),
    Parameter("lang", "Language of the texts; English where nothing is sent.", choice("en", "es"), example="es"),
)
_NEAR = (
    Parameter("q", "An address, a crossing or a neighborhood; its public point is meant.", is_required=True,
              example="Elm Hill"),
    Parameter("radius", "Meters, in steps of 100 from 100 to 5,000.", {"type": "integer"}, example="500"),
)  # fmt: skip
_NO_SUCH = Answer("There is none of this name that the public may see.", WRONG.content)


def _in_path(name: str, words: str, example: str) -> Parameter:
    return Parameter(name, words, place="path", is_required=True, example=example)


def _feed(path: str, name: str, words: str, *parameters: Parameter) -> Operation:
    answers = {**known(Answer("The newest 50 events, each on its date.", {ATOM: None})), 400: WRONG, 404: _NO_SUCH}
    return Operation("get", f"/feeds/{path}.atom", name, "feeds", words, answers, (*parameters, *_NARROWING))


_CASE = _in_path("public_id", "The case's number.", "7K3D-9QXZ-0MHT-4B2V")
_NEIGHBORHOOD = _in_path("code", "Its code in the city's profile.", "elm-hill")
_CENTER = _in_path("code", "Its code in the city's profile.", "north")
FEEDS = (
    _feed("all", "feed-all", "What happens in the whole city."),
    _feed("near", "feed-near", "What happens around a place.", *_NEAR),
    _feed("cases/{public_id}", "feed-case", "What happens to one case.", _CASE),
    _feed("neighborhoods/{code}", "feed-neighborhood", "What happens in a neighborhood.", _NEIGHBORHOOD),
    _feed("centers/{code}", "feed-center", "What happens in a service center's district.", _CENTER),
)
