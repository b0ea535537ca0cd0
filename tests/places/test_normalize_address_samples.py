"""Address reading on real samples: labelled addresses of many cities, and every location of a city's year."""

import csv
import gzip
import os
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tracker.places.addresses import AddressKind, normalize_address, street_key
from tracker.places.addresses.streets import read_street

pytestmark = pytest.mark.samples
STREET_LABELS = (
    "StreetNamePreModifier", "StreetNamePreDirectional", "StreetNamePreType", "StreetName", "StreetNamePostType",
    "StreetNamePostModifier", "StreetNamePostDirectional",
)  # fmt: skip


def find_sample(name: str) -> Path:
    beside_checkout = Path(__file__).parents[2].parent / "shared" / "data"
    path = Path(os.environ.get("TRACKER_SAMPLE_DATA", beside_checkout)) / name
    if not path.exists():
        pytest.skip(f"needs {name} of the sample data: set TRACKER_SAMPLE_DATA to its folder")
    return path


def list_labelled() -> Iterator[tuple[str, str, str]]:
    """Text, labelled house number and canonical labelled street of each address that has both."""
    root = ElementTree.parse(find_sample("addresses/usaddress_training_labeled.xml")).getroot()  # noqa: S314 - our own sample
    for entry in root:
        labels = [(word.tag, (word.text or "").strip(" ,;")) for word in entry]
        numbers = [word for label, word in labels if label == "AddressNumber"]
        if numbers and any(label == "StreetName" for label, _ in labels):
            street = street_key(" ".join(word for label, word in labels if label in STREET_LABELS))
            yield " ".join("".join(entry.itertext()).split()), numbers[0], street


def agrees(text: str, number: str, street: str, *, use_fallback: bool) -> bool:
    """Whether number and name of the street (without direction and suffix) are those labelled."""
    address = normalize_address(text, use_fallback=use_fallback)
    if address.kind is not AddressKind.ADDRESS:
        return False
    wanted = normalize_address(f"{number} Elm St", use_fallback=False)
    names = [read_street(key.split())[0].name for key in (address.street, street)]
    return address.number == wanted.number and names[0] == names[1]


@pytest.mark.parametrize(("use_fallback", "share"), [(True, 0.93), (False, 0.87)])
def test_number_and_street_agree_with_the_labels(use_fallback: bool, share: float) -> None:
    answers = [agrees(*labelled, use_fallback=use_fallback) for labelled in list_labelled()]
    assert len(answers) > 1200
    assert sum(answers) / len(answers) >= share


@pytest.mark.parametrize(
    ("name", "column", "share"),
    [
        ("calls/boston_311_2011.csv.gz", "location", 0.99),
        ("calls/la_311_2018_sample10k_a.csv.gz", "Address", 0.999),
        ("calls/slo_police_calls_noofficer.csv.gz", "address", 0.96),
    ],
)
def test_nearly_every_location_of_a_city_is_read_by_the_rules_alone(name: str, column: str, share: float) -> None:
    with gzip.open(find_sample(name), "rt", encoding="utf-8", errors="replace", newline="") as lines:
        texts = {row[column] for row in csv.DictReader(lines)}
    addresses = {text: normalize_address(text, use_fallback=False) for text in texts}
    kinds = Counter(address.kind for address in addresses.values())
    read = kinds[AddressKind.ADDRESS] + kinds[AddressKind.INTERSECTION] + kinds[AddressKind.BLOCK]
    assert read / len(texts) >= share
    for address in addresses.values():
        assert normalize_address(address.key, use_fallback=False).key == address.key
        assert normalize_address(address.display, use_fallback=False).key == address.key
