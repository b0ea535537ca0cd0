"""An assessment on one page for the council: no address finer than the public one, nobody named. Draws with fpdf2.

What does not fit is set smaller; every text on it is bounded, so the smallest size holds them all.
"""

from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import ZoneInfo

from fpdf import FPDF
from fpdf.enums import MethodReturnValue
from fpdf.fonts import TTFFont

from ...clock import local_date
from ...errors import Invalid
from ...places.models import City
from ..models import ProblemCase
from .assessment_page import AssessmentPage
from .drawing import ZONES, AssessmentChart
from .explaining import how_reckoned, table_rows
from .models import CARRIED_OUT, CarriedOut

_MARGIN, _INNER, _BOTTOM = 18.0, 180.0, 262.0
"""Millimetres on US letter paper."""
_SIZES = (1.0, 0.93, 0.86, 0.8)
_INK, _QUIET, _LINE, _ACCENT, _AMBER = (23, 36, 43), (77, 93, 102), (211, 218, 217), (11, 90, 102), (192, 138, 30)
_TONES = {"good": (225, 241, 229), "warn": (251, 239, 214), "bad": (251, 230, 228), "plain": (236, 239, 237)}
_ZONES = {
    "before": (223, 238, 240),
    "selection": (251, 239, 214),
    "response": (231, 233, 248),
    "after": (225, 241, 229),
}
_FONT = "Source Sans"


def print_assessment(case: ProblemCase, city: City, page: AssessmentPage, zone: ZoneInfo) -> bytes:
    """The paper as a PDF file of one page."""
    for size in _SIZES:
        with closing(_Paper(size)) as paper:
            paper.write(case, city, page, zone)
            if paper.get_y() <= _BOTTOM or size == _SIZES[-1]:
                return bytes(paper.output())
    raise AssertionError("the smallest size is always printed")


def public_place(case: ProblemCase) -> str:
    """Where the case lies, as the public may know it; its area where it has no public point yet."""
    area = case.neighborhood or case.center
    return case.public_label or (f"A place in {area.name}" if area else "A place in the city")


class _Paper(FPDF):
    """One letter page; `size` shrinks all type."""

    def __init__(self, size: float) -> None:
        super().__init__(format="letter", unit="mm")
        self.size = size
        self.set_margin(_MARGIN)
        self.c_margin = 0
        self.set_auto_page_break(False)
        folder = _font_folder()
        for style, name in (("", "Regular"), ("B", "Semibold")):
            self.add_font(_FONT, style, folder / f"SourceSansPro-{name}.ttf")
        self.set_font(_FONT)
        font = self.fonts[_FONT.lower()]
        self.known = frozenset(font.cmap) if isinstance(font, TTFFont) else frozenset()
        self.add_page()

    def close(self) -> None:
        """Let go of the font's files, which the library leaves open."""
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()

    def write(self, case: ProblemCase, city: City, page: AssessmentPage, zone: ZoneInfo) -> None:  # type: ignore[override]
        """Everything, from top to bottom."""
        as_of = local_date(page.reading.assessment.as_of, zone)
        self.set_title(f"Assessment of case {case.public_id}")
        self.set_author(self.safe(city.name))
        self.set_lang("en-US")
        self.set_creation_date(page.reading.assessment.as_of)
        self.say(f"{city.name} · Neighborhood problem solving", 10, color=_QUIET)
        self.say("Did it work?", 24, bold=True)
        self.say(f"{public_place(case)} · {case.family.name}", 14, bold=True)
        opened = f"opened {local_date(case.opened_at, zone):%-d %b %Y}"
        closed = f", closed {local_date(case.closed_at, zone):%-d %b %Y}" if case.closed_at else ""
        self.say(f"Case {case.public_id}, {opened}{closed} · calls counted up to {as_of:%-d %b %Y}", 10, color=_QUIET)
        self.write_verdict(page)
        if page.chart is not None:
            self.draw_chart(page.chart)
        self.write_table(page)
        self.write_work(page)
        self.write_windows(page)
        self.write_warnings(page)
        self.write_foot(page)

    def write_verdict(self, page: AssessmentPage) -> None:
        """The plain sentence in a box of its own."""
        reading, inset = page.reading, 5.0
        self.ln(2)
        top = self.get_y()
        height = 7 + self.height_of(reading.heading, 15, inset) + self.height_of(reading.sentence, 12, inset)
        self.set_fill_color(*_TONES[reading.tone])
        self.rect(_MARGIN, top, _INNER, height, style="F", round_corners=True, corner_radius=2)
        self.set_y(top + 3)
        self.say(reading.heading, 15, bold=True, inset=inset)
        self.say(reading.sentence, 12, inset=inset)
        self.set_y(top + height + 3)

    def draw_chart(self, chart: AssessmentChart) -> None:
        """The same chart as on the page, with what its colors mean below."""
        scale, top = _INNER / chart.width, self.get_y() + 4
        self.say_at(_MARGIN, self.get_y(), "Calls per four weeks", 9, bold=True)
        for zone in chart.zones:
            self.set_fill_color(*_ZONES[zone.name])
            x = _MARGIN + zone.x * scale
            self.rect(x, top + (chart.top - 18) * scale, zone.width * scale, (chart.base - chart.top + 18) * scale, "F")
            if zone.label:
                self.say_at(x + 1, top + (chart.top - 16) * scale, zone.label, 9, color=_QUIET)
        for y, words in chart.levels:
            self.set_draw_color(*_LINE)
            self.line(_MARGIN + chart.left * scale, top + y * scale, _MARGIN + _INNER, top + y * scale)
            self.say_at(_MARGIN, top + y * scale - 2, words, 9, color=_QUIET)
        self.set_fill_color(*_ACCENT)
        for one in chart.columns:
            if one.count:
                self.rect(_MARGIN + one.x * scale, top + one.y * scale, one.width * scale, one.height * scale, "F")
        if chart.line:
            self.set_draw_color(*_AMBER)
            self.set_line_width(0.6)
            self.polyline([(_MARGIN + x * scale, top + y * scale) for x, y in chart.line])
            self.set_line_width(0.2)
        bottom = top + chart.base * scale
        self.say_at(_MARGIN + chart.left * scale, bottom + 0.5, chart.ticks[0][1], 9, color=_QUIET)
        self.say_at(_MARGIN + _INNER, bottom + 0.5, chart.ticks[1][1], 9, color=_QUIET, is_right=True)
        self.set_y(bottom + 6)
        self.write_legend(chart)

    def write_legend(self, chart: AssessmentChart) -> None:
        """What stands for what."""
        keys = [(_ACCENT, "calls at the place")]
        if chart.line:
            keys.append((_AMBER, "the comparison, brought to the same size"))
        keys += [(_ZONES[zone.name], ZONES[zone.name].lower()) for zone in chart.zones]
        x, y = _MARGIN, self.get_y()
        for color, words in keys:
            self.set_fill_color(*color)
            self.set_draw_color(*_QUIET)
            self.rect(x, y + 0.8, 3, 2.4, "DF")
            self.say_at(x + 4, y, words, 9, color=_QUIET)
            x += 8 + self.get_string_width(self.safe(words))
        self.set_y(y + 6.5)

    def write_table(self, page: AssessmentPage) -> None:
        """Calls before and after, at the place, around it and in the comparison."""
        first, others, line = 96.0, (22.0, 22.0, 40.0), 5.6 * self.size
        for number, (where, *numbers) in enumerate(
            [("", "Before", "After", "Change"), *table_rows(page.reading.assessment, page.reading.findings)]
        ):
            top, x = self.get_y(), _MARGIN + first
            for width, words in zip(others, numbers, strict=True):
                x += width
                self.say_at(x, top, words, 10, bold=number == 0, is_right=True)
            self.set_xy(_MARGIN, top)
            self.set_font(_FONT, "B", 10 * self.size)
            self.multi_cell(first, 4.5 * self.size, self.safe(where), align="L", new_x="LMARGIN", new_y="NEXT")
            bottom = max(self.get_y() + 1, top + line)
            self.set_draw_color(*_LINE)
            self.line(_MARGIN, bottom, _MARGIN + _INNER, bottom)
            self.set_y(bottom + 0.6)
        self.ln(2)

    def write_work(self, page: AssessmentPage) -> None:
        """What was done, in the words that staff wrote for this paper."""
        note = page.note
        self.say("What was done", 11, bold=True)
        done = note.what_was_done if note and note.what_was_done else "Nobody has written down yet what was done."
        self.say(" ".join(done.split()), 10.5)
        if note is not None and note.carried_out is not CarriedOut.UNKNOWN:
            self.say(f"Was the plan carried out? {CARRIED_OUT[note.carried_out]}.", 10.5)
        self.ln(1.5)

    def write_windows(self, page: AssessmentPage) -> None:
        """Which times were compared."""
        self.say("Times compared", 11, bold=True)
        for name, dates, why in page.windows:
            self.say(f"{name}: {dates}. {why}", 9.5, color=_QUIET)
        self.ln(1.5)

    def write_warnings(self, page: AssessmentPage) -> None:
        """What to beware of."""
        if page.reading.warnings:
            self.say("Read this with care", 11, bold=True)
            for warning in page.reading.warnings:
                self.say(warning, 10)

    def write_foot(self, page: AssessmentPage) -> None:
        """How it was reckoned, at the bottom of the page."""
        left = self.get_y()
        self.set_y(max(left + 1, _BOTTOM - 2))
        self.say(f"{how_reckoned(page.reading.assessment)} Places are shown by block; callers are never shown.", 8,
                 color=_QUIET)  # fmt: skip
        self.set_y(left)

    def height_of(self, text: str, points: float, inset: float) -> float:
        """How high `say` would make a paragraph."""
        self.set_font(_FONT, "B" if points > 13 else "", points * self.size)
        line = points * self.size * 0.45
        height = self.multi_cell(
            _INNER - 2 * inset, line, self.safe(text), align="L", dry_run=True, output=MethodReturnValue.HEIGHT
        )
        return float(height)  # type: ignore[arg-type]  # a height is what was asked for

    def say_at(
        self, x: float, y: float, text: str, points: float, *,
        bold: bool = False, color: tuple[int, int, int] = _INK, is_right: bool = False,
    ) -> None:  # fmt: skip
        """A few words that begin, or with `is_right` end, at a point."""
        self.set_font(_FONT, "B" if bold else "", points * self.size)
        self.set_text_color(*color)
        words = self.safe(text) or " "
        self.set_xy(x - self.get_string_width(words) if is_right else x, y)
        self.cell(h=points * 0.45, text=words)

    def say(
        self, text: str, points: float, *, bold: bool = False, color: tuple[int, int, int] = _INK, inset: float = 0
    ) -> None:
        """A paragraph over the whole width."""
        self.set_font(_FONT, "B" if bold else "", points * self.size)
        self.set_text_color(*color)
        self.set_x(_MARGIN + inset)
        height = points * self.size * 0.45
        self.multi_cell(_INNER - 2 * inset, height, self.safe(text), align="L", new_x="LMARGIN", new_y="NEXT")

    def safe(self, text: str) -> str:
        """The text with a question mark for each character that the font does not have."""
        return "".join(letter if ord(letter) in self.known or letter.isspace() else "?" for letter in text)


def _font_folder() -> Path:
    """Where the font's wheel lies; the wheel is not imported, it only carries files."""
    found = find_spec("font_source_sans_pro")
    if found is None or not found.submodule_search_locations:
        raise Invalid("The paper's font is not installed. Run: make")
    return Path(found.submodule_search_locations[0]) / "files"
