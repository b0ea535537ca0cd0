"""What the screens say: of every case its owner, its next step, whose that is and by when; of every list its rows."""

import calendar
import re
from dataclasses import dataclass
from datetime import date

from tests.desk.month.ledger import Expected
from tests.pressing import Node, Person, read_html

_NOBODY = ("Nobody's yet", "Nothing else is to be done; a new call opens it again")
_NUMBER = re.compile(r"/staff/cases/([A-Z0-9-]+)$")


@dataclass(frozen=True)
class Row:
    """A row of a table: the case's number, and its cells by their label."""

    number: str
    cells: dict[str, Node]


def read_rows(html: str) -> list[Row]:
    """Every row of every table of cases on a page."""
    rows = []
    for piece in re.findall(r"<tr>.*?</tr>", html, re.DOTALL):
        row = read_html(piece)
        numbers = [found[1] for link in row.find_all("a") if (found := _NUMBER.search(link.attrs.get("href", "")))]
        if numbers:
            rows.append(Row(numbers[0], {cell.attrs.get("data-label", ""): cell for cell in row.find_all("th", "td")}))
    return rows


def read_pages(person: Person, address: str) -> list[str]:
    """A page and all that follow it."""
    pages = []
    while address:
        pages.append(person.open(address))
        following = re.search(r'<a rel="next" href="([^"]+)"', pages[-1])
        address = following[1].replace("&amp;", "&") if following else ""
    return pages


def read_list(person: Person, address: str) -> dict[str, dict[str, str]]:
    """A list of cases over all its pages: by number the text of each cell."""
    return {
        row.number: {label: cell.text() for label, cell in row.cells.items()}
        for page in read_pages(person, address)
        for row in read_rows(page)
    }


def read_caseload(person: Person) -> dict[str, tuple[str, Expected | None, str]]:
    """Somebody's own caseload, every section whole: by number the owner, what is next, and the section."""
    found: dict[str, tuple[str, Expected | None, str]] = {}
    page = person.open("/staff/caseload")
    for name, section in re.findall(r'aria-labelledby="section-(\w+)">(.*?)</section>', page, re.DOTALL):
        more = re.search(r'<a href="(/staff/caseload\?[^"]*section=[^"]*)">All ', section)
        pieces = read_pages(person, more[1].replace("&amp;", "&")) if more else [section]
        for row in (row for piece in pieces for row in read_rows(piece)):
            assert row.number not in found, f"{row.number} stands in two sections"
            found[row.number] = (row.cells["Owner"].text(), _step(row), name)
    return found


def _step(row: Row) -> Expected | None:
    cell = row.cells["Next step"].find_all("span")[0]
    if "quiet" in cell.attrs.get("class", ""):
        return None
    notes = [note.text() for note in cell.find_all("span", css="row-note")]
    whose, due = "", None
    if notes:
        said = re.fullmatch(r"(.*?)(?:, )?(?:by (\d+ \w+ \d{4}))?", notes[0])
        assert said
        whose, due = said[1], _read_day(said[2]) if said[2] else None
    if due and "Back" not in row.cells["Due"].text():
        assert row.cells["Due"].text() == f"{due:%-d %b %Y}"
    badges = [badge.text() for badge in cell.find_all("span", css="badge-tag")]
    return Expected(cell.own_text(), whose, due, "Late" in badges)


def _read_day(words: str) -> date:
    day, month, year = words.split()
    return date(int(year), list(calendar.month_abbr).index(month), int(day))


def read_next_step(html: str) -> Expected | None:
    """The box «What is next» of a case's page."""
    box = re.search(r'<section class="next-step.*?</section>', html, re.DOTALL)
    if box is None:
        return None
    node = read_html(box[0])
    what, who = node.find_all("p", css="next-what")[0].text(), node.find_all("p", css="next-who")[0]
    times = node.find_all("time")
    whose = who.text().split("·")[0].strip()
    due = date.fromisoformat(times[0].attrs["datetime"]) if times else None
    is_late = "is-late" in box[0].split(">")[0]
    assert not is_late or "late" in who.text().lower(), "never by color alone"
    return Expected(what, "" if whose in _NOBODY else whose, due, is_late)


def read_owner(html: str) -> str:
    """The owner in the figures at the top of a case's page."""
    pattern = r'<span class="figure-number">([^<]*)</span><span class="figure-label">owner</span>'
    (owner,) = re.findall(pattern, html)
    return " ".join(owner.split())


def read_late(person: Person) -> dict[str, set[str]]:
    """The list of what is late: by case what is asked."""
    found: dict[str, set[str]] = {}
    for page in read_pages(person, "/staff/late?which=late"):
        table = page[page.index("</form>") :]
        for row in read_rows(table):
            asked = row.cells["What is asked"].find_all("a")[0].text()
            found.setdefault(row.number, set()).add(asked)
    return found
