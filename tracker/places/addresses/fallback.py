"""Ask usaddress, a trained parser, about what our own rules cannot read; slow (2,000 texts a second), so only then."""

from dataclasses import dataclass

import usaddress

_STREET_LABELS = frozenset(
    (
        "StreetNamePreModifier", "StreetNamePreDirectional", "StreetNamePreType", "StreetName", "StreetNamePostType",
        "StreetNamePostModifier", "StreetNamePostDirectional",
    )
)  # fmt: skip
_FIELDS = {
    "OccupancyType": "unit", "OccupancyIdentifier": "unit", "SubaddressType": "unit", "SubaddressIdentifier": "unit",
    "PlaceName": "locality", "StateName": "region", "ZipCode": "postcode",
    "BuildingName": "place", "LandmarkName": "place",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Guess:
    """What usaddress takes the words for: `line` is number and street; "" where it found none."""

    line: str
    unit: str = ""
    locality: str = ""
    region: str = ""
    postcode: str = ""
    place: str = ""


def guess_address(text: str) -> Guess | None:
    """The number and street that usaddress finds in a folded text; None when it finds no number with a street."""
    line: list[str] = []
    fields: dict[str, list[str]] = {}
    labels = set()
    for token, label in usaddress.parse(text):
        word = token.strip(",;")
        labels.add(label)
        if label == "AddressNumber" or label in _STREET_LABELS:
            line.append(word)
        elif label in _FIELDS:
            fields.setdefault(_FIELDS[label], []).append(word)
    if not {"AddressNumber", "StreetName"} <= labels:
        return None
    return Guess(" ".join(line), **{name: " ".join(words) for name, words in fields.items()})
