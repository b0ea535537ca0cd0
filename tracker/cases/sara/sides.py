"""The problem analysis triangle: three sides, each with whoever could control it, and where they are drawn. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import shorten, wrap
from typing import Any

_LINE, _LETTERS, _LINES = 17, 27, 3


@dataclass(frozen=True, slots=True)
class Side:
    """One side: its field and the field of its controller, what they are called, and what to ask."""

    name: str
    label: str
    asks: str
    controller: str
    controller_label: str
    controller_asks: str


SIDES = (
    Side("offender", "Offender", "Who does it?", "handler", "Handler", "Whom do they listen to: parent, employer?"),
    Side("target", "Target or victim", "Who or what is hit?", "guardian", "Guardian", "Who watches over them?"),
    Side("place", "Place", "Where does it happen? What makes it easy?", "manager", "Manager",
         "Who runs the place: owner, landlord, park staff?"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SideDrawing:
    """A side as it is drawn: inner and outer line, its name along it, and two blocks of words beside.

    Lines are (x1, y1, x2, y2); names are (x, y, degrees); blocks are (x, y, lines of text), on a sheet of 640 x 370.
    """

    side: Side
    inner: tuple[int, int, int, int]
    outer: tuple[int, int, int, int]
    name_at: tuple[int, int, int]
    controller_at: tuple[int, int, int]
    block: tuple[int, int, list[str]]
    controller_block: tuple[int, int, list[str]]
    words: str
    controller_words: str

    @property
    def is_known(self) -> bool:
        """Whether anything was said about the side itself."""
        return bool(self.words)

    @property
    def is_controlled(self) -> bool:
        """Whether anything was said about who could control it."""
        return bool(self.controller_words)


_PLACES = (  # inner line, outer line, name, controller's name, block, controller's block
    ((320, 92, 228, 244), (320, 20, 164, 280), (288, 186, -59), (226, 138, -59), (8, 30), (8, 130)),
    ((320, 92, 412, 244), (320, 20, 476, 280), (352, 186, 59), (414, 138, 59), (440, 30), (440, 130)),
    ((228, 244, 412, 244), (164, 280, 476, 280), (320, 236, 0), (320, 269, 0), (120, 312), (340, 312)),
)


def draw_triangle(words: Mapping[str, str]) -> list[SideDrawing]:
    """The three sides with the words that stand for each field; a side without words is drawn as unknown."""
    return [
        _draw(side, place, words.get(side.name, "").strip(), words.get(side.controller, "").strip())
        for side, place in zip(SIDES, _PLACES, strict=True)
    ]


def _draw(side: Side, place: tuple[Any, ...], said: str, controlled: str) -> SideDrawing:
    inner, outer, name_at, controller_at, (x, y), (other_x, other_y) = place
    return SideDrawing(
        side, inner, outer, name_at, controller_at, (x, y, _lines(said)), (other_x, other_y, _lines(controlled)),
        said, controlled,
    )  # fmt: skip


def _lines(text: str) -> list[str]:
    """At most three lines; what does not fit stands in the table beside the drawing."""
    lines = wrap(text, _LETTERS)
    if len(lines) > _LINES:
        lines = [*lines[: _LINES - 1], shorten(" ".join(lines[_LINES - 1 :]), _LETTERS, placeholder=" …")]
    return lines
