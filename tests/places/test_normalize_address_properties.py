"""Properties of address reading, over made-up addresses whose key is known because they were spelled from it."""

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.places.addresses import AddressKind, normalize_address, street_key

DIRECTIONS = {
    "N": ["N", "N.", "North", "NO"],
    "S": ["S", "South"],
    "NE": ["NE", "N.E.", "Northeast"],
    "W": ["W", "west"],
}
NAMES = {
    "ELM": ["Elm", "ELM", "elm"],
    "SAINT MARYS": ["St Marys", "Saint Mary's", "St. Marys"],
    "3RD": ["3rd", "Third", "THIRD"],
    "21ST": ["21st", "Twenty-First", "twenty first"],
    "MOUNT HOPE": ["Mt Hope", "Mount Hope", "Mt. Hope"],
    "OFARRELL": ["O'Farrell", "O\u2019Farrell", "OFARRELL"],
    "MARTIN LUTHER KING JR": ["MLK", "Martin Luther King Jr", "Dr. Martin Luther King Junior"],
    "SAVIN HILL": ["Savin Hill", "SAVIN HILL"],
    "MCKINLEY": ["McKinley", "Mckinley"],
}
SUFFIXES = {
    "ST": ["St", "St.", "Street", "STR"],
    "AVE": ["Ave", "Avenue", "AV", "aven."],
    "BLVD": ["Blvd", "Boulevard"],
    "PKWY": ["Pkwy", "Parkway"],
    "CT": ["Ct", "Court"],
}
NUMBERS = {
    "7": ["7", "07"],
    "123": ["123", "\uff11\uff12\uff13", "123-123"],
    "12-14": ["12-14", "12 - 14", "12\u201314"],
    "12 1/2": ["12 1/2", "12\u00bd"],
    "9A": ["9A", "9a", "9-A"],
    "43-10": ["43-10"],
}
UNITS = {
    "": [""],
    "APT 3B": [" Apt 3B", ", Apartment 3B", " # APT 3B"],
    "# 12": [" #12", " # 12", "; #12;"],
    "FL 3": [" Fl 3", " 3rd Floor", ", Third Flr"],
}
CROSSINGS = ["{} & {}", "{} / {}", "{} AT {}", "{} and {}", "INTERSECTION of {} & {}", "corner of {} and {}"]
TAILS = ["", "  Roslindale  MA  02131", ", 91324", ", Springdale, OH 45011-1234", "; SHADY PINES;", "  "]


@dataclass(frozen=True)
class Spelled:
    """A text and the key it was spelled from."""

    text: str
    key: str


@st.composite
def spell(draw: st.DrawFn, table: dict[str, list[str]]) -> Spelled:
    key = draw(st.sampled_from(sorted(table)))
    return Spelled(draw(st.sampled_from(table[key])), key)


@st.composite
def spelled_streets(draw: st.DrawFn) -> Spelled:
    name, suffix = draw(spell(NAMES)), draw(spell(SUFFIXES))
    text, key = f"{name.text} {suffix.text}", f"{name.key} {suffix.key}"
    if draw(st.booleans()):
        return Spelled(text, key)
    direction = draw(spell(DIRECTIONS))
    in_front = draw(st.booleans())
    return Spelled(f"{direction.text} {text}" if in_front else f"{text} {direction.text}", f"{direction.key} {key}")


@st.composite
def spelled_addresses(draw: st.DrawFn) -> tuple[Spelled, str]:
    number, street, unit = draw(spell(NUMBERS)), draw(spelled_streets()), draw(spell(UNITS))
    tail = draw(st.sampled_from(TAILS))
    return Spelled(f"{number.text} {street.text}{unit.text}{tail}", f"{number.key} {street.key}"), unit.key


@given(spelled_addresses())
@settings(max_examples=400)
def test_an_address_is_read_back_from_every_spelling(case: tuple[Spelled, str]) -> None:
    spelled, unit = case
    address = normalize_address(spelled.text, use_fallback=False)
    assert (address.kind, address.key, address.unit) == (AddressKind.ADDRESS, spelled.key, unit)


@given(spelled_streets(), spelled_streets(), st.sampled_from(CROSSINGS), st.sampled_from(TAILS))
@settings(max_examples=300)
def test_an_intersection_is_read_back_from_every_spelling(one: Spelled, other: Spelled, form: str, tail: str) -> None:
    address = normalize_address(form.format(one.text, other.text) + tail, use_fallback=False)
    streets = sorted({one.key, other.key})
    assert address.key == " & ".join(streets)
    assert address.kind is (AddressKind.INTERSECTION if len(streets) == 2 else AddressKind.STREET)


@given(st.integers(1, 9999), spelled_streets(), st.sampled_from(["{} BLOCK OF {}", "{} blk {}", "{} Block {}"]))
@settings(max_examples=100)
def test_a_block_is_read_back_from_every_spelling(number: int, street: Spelled, form: str) -> None:
    address = normalize_address(form.format(number, street.text), use_fallback=False)
    assert (address.kind, address.key) == (AddressKind.BLOCK, f"{number // 100 * 100} BLOCK {street.key}")


@given(spelled_streets())
def test_a_street_is_read_back_from_every_spelling(street: Spelled) -> None:
    assert street_key(street.text) == normalize_address(street.text).street == street.key


TABLES = (DIRECTIONS, NAMES, SUFFIXES, NUMBERS)
SIGNS = (
    "# & / @ ; , - . A E 0 1/2 AND AT BLOCK OF NEAR BTWN APT UNIT REAR FLOOR MA CT NE 02108 BOSTON HWY US ROUTE ONE N79"
)
PHRASES = ["AVENUE K", "INTERSECTION OF", "NEW YORK", "  ", "PO BOX", "COUNTY ROAD", "IN FRONT OF", "CALLE", "USA"]
SPELLINGS = [word for table in TABLES for spellings in table.values() for word in spellings]
WORDS = [*SPELLINGS, *SIGNS.split(), *PHRASES]
ANY_TEXT = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join))


@given(ANY_TEXT)
@settings(max_examples=1500)
def test_any_text_is_read_and_its_key_and_display_are_read_as_the_same(text: str) -> None:
    address = normalize_address(text, use_fallback=False)
    assert (address.key == "") == (address.kind is AddressKind.UNREADABLE)
    for written in (address.key, address.display):
        again = normalize_address(written, use_fallback=False)
        assert (again.kind, again.key) == (address.kind, address.key)
    address.key.encode()  # A lone surrogate would be refused by every database, and raises here.


@given(ANY_TEXT)
@settings(max_examples=300)
def test_any_text_is_taken_with_the_fallback_too(text: str) -> None:
    address = normalize_address(text, localities=frozenset({"Boston"}))
    again = normalize_address(address.key, use_fallback=False)
    assert again.key == address.key


@given(ANY_TEXT)
@settings(max_examples=500)
def test_a_street_key_is_its_own_street_key(text: str) -> None:
    assert street_key(street_key(text)) == street_key(text)
