"""Where a PIDF-LO document (RFC 4119, 5139, 5491) says that something is. Pure; hostile XML is refused unread."""

from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError  # only their names: defusedxml parses

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from .drafts import Refused, clean, read_point

LONGEST_XML = 200_000
_STREET = ("HNO", "HNS", "PRD", "RD", "STS", "POD")
"""House number and suffix, leading direction, road, street suffix, trailing direction: as an address is written."""


@dataclass(frozen=True, slots=True)
class Location:
    """An address as written, or "", and degrees, or None."""

    address: str = ""
    point: tuple[float, float] | None = None


def read_location(xml: str) -> Location:
    """The civic address and the point of a PIDF-LO document; an empty `Location` for what cannot be read.

    Raises `Refused` for XML with a document type or entities, or of more than 200,000 characters: no sender needs them.
    """
    if len(xml) > LONGEST_XML:
        raise Refused(f"its location is {len(xml):,} characters of XML; at most {LONGEST_XML:,} are read")
    try:
        root = fromstring(xml.strip(), forbid_dtd=True)
    except DefusedXmlException:
        raise Refused("its location declares XML entities or a document type, as only an attack does") from None
    except (ParseError, ValueError):
        return Location()
    return Location(_civic(root), _point(root))


def _name(element: Element) -> str:
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""


def _civic(root: Element) -> str:
    """The first civic address, as «42 W Cellular Street»; RFC 4119's older A6 stands for the road."""
    for element in root.iter():
        if _name(element) == "civicAddress":
            parts = {_name(child): " ".join((child.text or "").split()) for child in element}
            parts.setdefault("RD", parts.get("A6", ""))
            text = " ".join(part for part in (parts.get(name, "") for name in _STREET) if part)
            return clean(text or parts.get("LOC", ""), 200)
    return ""


def _point(root: Element) -> tuple[float, float] | None:
    """The first position, of a point or of the center of a circle or ellipse; none where it is no place on Earth."""
    for element in root.iter():
        if _name(element) == "pos":
            numbers = (element.text or "").split()
            try:
                return read_point(*numbers[:2]) if len(numbers) >= 2 else None
            except Refused:
                return None
    return None
