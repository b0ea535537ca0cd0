"""Read any spelling of an address into one key. Pure and fast: a number and a street take a few dictionary look-ups."""

from functools import lru_cache

from .characters import fold_characters
from .fallback import guess_address
from .fields import NO_REST, Rest, read_rest, split_fields
from .forms import read_numbered, read_unnumbered
from .model import AddressKind, NormalizedAddress
from .numbers import read_number
from .parts import read_part
from .streets import read_street
from .units import take_units


def normalize_address(
    text: str, *, localities: frozenset[str] = frozenset(), use_fallback: bool = True
) -> NormalizedAddress:
    """Read an address as people and files write it; never raises.

    `localities` are the names of the city's neighborhoods and towns, so that one is known where no sign parts it from
    the street. `use_fallback` asks usaddress (slow) about texts with a number that the rules cannot read. Text that is
    blank, longer than 400 characters or says nothing is UNREADABLE with the key "".
    """
    folded = fold_characters(text)
    known = _fold_localities(localities) if localities else localities
    address, after, rest = _read(folded, known)
    if use_fallback and _is_doubtful(address, after, rest, known):
        address = _ask_fallback(folded, known) or address
    if _is_plain(address.street) and (not address.cross_street or _is_plain(address.cross_street)):
        return address
    return _settle(address)


def _read(folded: str, localities: frozenset[str]) -> tuple[NormalizedAddress, str, Rest]:
    """What the rules read in a folded text, the words after its number, and what its later fields say."""
    main, rest_text = split_fields(folded)
    rest = read_rest(rest_text) if rest_text else NO_REST
    if rest.street_words:
        main = f"{main} {rest.street_words}"
    first, _, after = main.partition(" ")
    number = read_number(first) if after else None
    address = read_numbered(number, after, rest, localities) if number else None
    return address or read_unnumbered(main, rest, localities), after, rest


@lru_cache(maxsize=16_384)
def _is_plain(street: str) -> bool:
    parts, left_over = read_street(street.split())
    return parts.is_plain and not left_over


def _settle(address: NormalizedAddress) -> NormalizedAddress:
    """Read an unusual key again until it stays, so that a key is its own key; one that never does is unreadable."""
    for _ in range(4):
        again, _, _ = _read(fold_characters(address.key), frozenset())
        if (again.kind, again.key) == (address.kind, address.key):
            return address
        address = again._replace(
            unit=address.unit,
            place_name=again.place_name or address.place_name,
            postcode=address.postcode,
            locality=address.locality,
        )
    return NormalizedAddress(AddressKind.UNREADABLE, postcode=address.postcode, locality=address.locality)


def street_key(text: str) -> str:
    """The canonical key of a street's name alone: "North Elm Street" -> "N ELM ST"; "" for blank text."""
    main, rest_text = split_fields(fold_characters(text))
    rest = read_rest(rest_text) if rest_text else NO_REST
    return read_part(f"{main} {rest.street_words}").key


@lru_cache(maxsize=8)
def _fold_localities(localities: frozenset[str]) -> frozenset[str]:
    return frozenset(" ".join(fold_characters(name).split()) for name in localities)


def _is_doubtful(address: NormalizedAddress, after: str, rest: Rest, localities: frozenset[str]) -> bool:
    """Whether the rules may have missed a number, or took a town for a part of the street."""
    if address.kind is AddressKind.ADDRESS:
        return not rest.locality and read_part(after, localities).hides_town(rest.names_state)
    if address.kind is AddressKind.PLACE:
        return any(char.isdigit() for char in address.key)
    if address.kind is AddressKind.STREET:
        words = address.street.split()
        return len(words) > 3 and any(word.isdecimal() for word in words[1:])
    return False


def _ask_fallback(folded: str, localities: frozenset[str]) -> NormalizedAddress | None:
    guess = guess_address(folded)
    if guess is None:
        return None
    address = normalize_address(guess.line, localities=localities, use_fallback=False)
    if address.kind is not AddressKind.ADDRESS:
        return None
    return address._replace(
        unit=address.unit or take_units(["-", *guess.unit.replace("#", " # ").split()]).unit,
        place_name=address.place_name or guess.place,
        postcode=address.postcode or guess.postcode[:5],
        locality=address.locality or guess.locality,
    )
