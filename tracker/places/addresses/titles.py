"""Write a canonical key the way people write addresses: "123 MCKINLEY ST" as "123 McKinley St"."""

from functools import lru_cache

from .suffixes import list_words

_KEPT = list_words("NE NW SE SW US FM MLK VFW JFK FDR II III IV NB SB EB WB YMCA MHP")
_SMALL = {word: word.lower() for word in ("OF", "THE", "AND", "AT", "BLOCK")}
_IRISH = """
BRIEN BRIANT CALLAGHAN CALLAHAN CONNELL CONNER CONNOR DEA DONNELL DONOVAN DOWD FARRELL FLAHERTY GARA GORMAN GRADY
HARA HARE HEARN HIGGINS KEEFE KEEFFE LEARY MALLEY MEARA NEAL NEIL NEILL REILLY RILEY ROURKE SHAUGHNESSY SHEA
SULLIVAN TOOLE
"""
_SCOTTISH = """
ARTHUR DONALD DOUGAL DOUGALL DONOUGH DUFF FARLANE GREGOR INTOSH INTYRE KENZIE LEOD MILLAN NEIL NEILL PHERSON
"""
_NAMES = (
    {f"O{name}": f"O'{name.title()}" for name in _IRISH.split()}
    | {f"MAC{name}": f"Mac{name.title()}" for name in _SCOTTISH.split()}
    | _SMALL
    | {word: word for word in _KEPT}
)


def write_for_people(key: str) -> str:
    """A canonical key in title case, names such as McKinley and O'Farrell as people write them."""
    words = key.split()
    return " ".join([_write_word(word, first=index == 0) for index, word in enumerate(words)])


@lru_cache(maxsize=16_384)
def _write_word(word: str, *, first: bool) -> str:
    if first and word in _SMALL:
        return word.capitalize()
    if word in _NAMES:
        return _NAMES[word]
    if word[0].isdigit():
        return word.lower() if word[-2:] in ("ST", "ND", "RD", "TH") else word
    if word.startswith("MC") and len(word) > 4:
        return "Mc" + word[2:].capitalize()
    return word.capitalize()
