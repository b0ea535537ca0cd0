"""Numbers that cannot be guessed, in Crockford's base 32 (no I, L, O, U, so they can be read out on the phone)."""

import secrets

_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUPS = [a + b for a in _SYMBOLS for b in _SYMBOLS]
"""Two symbols for every ten bits, so that an import's 50,000 numbers cost eight look-ups each."""
LARGEST_NUMBER = 2**31 - 1
"""No row and no page has a larger number; an engine that is asked for one fails."""
_HEARD = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": ""})


def new_identifier() -> str:
    """A random number of 80 bits as 16 symbols in groups of four, such as `7K3D-9QXZ-0MHT-4B2V`."""
    return new_identifiers(1)[0]


def new_identifiers(count: int) -> list[str]:
    """Many of them, with one call to the system's source of chance."""
    chance = secrets.token_bytes(10 * count)
    return [_spell(int.from_bytes(chance[start : start + 10])) for start in range(0, 10 * count, 10)]


def _spell(bits: int) -> str:
    a, b, c, d, e, f, g, h = [_GROUPS[bits >> shift & 1023] for shift in range(0, 80, 10)]
    return f"{a}{b}-{c}{d}-{e}{f}-{g}{h}"


def read_identifier(typed: str) -> str:
    """The identifier that a person meant: case, blanks and dashes do not matter, O is 0, I and L are 1."""
    symbols = typed.strip().upper().translate(_HEARD)
    return "-".join(symbols[start : start + 4] for start in range(0, len(symbols), 4))


def read_number(typed: str) -> int:
    """The number of a row or a page as it stands in an address; raises `ValueError` for what cannot be one."""
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 10 and int(typed) <= LARGEST_NUMBER):
        raise ValueError(f"{typed[:20]} is not the number of a row or a page")
    return int(typed)
