"""Numbers that cannot be guessed, in Crockford's base 32 (no I, L, O, U, so they can be read out on the phone)."""

import secrets

_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUPS = [a + b for a in _SYMBOLS for b in _SYMBOLS]
"""Two symbols for every ten bits, so that an import's 50,000 numbers cost eight look-ups each."""
_HEARD = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": ""})


def new_identifier() -> str:
    """A random number of 80 bits as 16 symbols in groups of four, such as `7K3D-9QXZ-0MHT-4B2V`."""
    bits = secrets.randbits(80)
    a, b, c, d, e, f, g, h = [_GROUPS[bits >> shift & 1023] for shift in range(0, 80, 10)]
    return f"{a}{b}-{c}{d}-{e}{f}-{g}{h}"


def read_identifier(typed: str) -> str:
    """The identifier that a person meant: case, blanks and dashes do not matter, O is 0, I and L are 1."""
    symbols = typed.strip().upper().translate(_HEARD)
    return "-".join(symbols[start : start + 4] for start in range(0, len(symbols), 4))
