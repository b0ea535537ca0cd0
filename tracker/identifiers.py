"""Numbers that cannot be guessed, in Crockford's base 32 (no I, L, O, U, so they can be read out on the phone)."""

import secrets

_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SYMBOL_OF = (_SYMBOLS * 8).encode("ascii")
"""The symbol of each byte: eight bytes have the same, so that every symbol is as likely as any other."""
LARGEST_NUMBER = 2**31 - 1
"""No row and no page has a larger number; an engine that is asked for one fails."""
_HEARD = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": ""})


def new_identifier() -> str:
    """A random number of 80 bits as 16 symbols in groups of four, such as `7K3D-9QXZ-0MHT-4B2V`."""
    return new_identifiers(1)[0]


def new_identifiers(count: int) -> list[str]:
    """Many of them, with one call to the system's source of chance."""
    symbols = secrets.token_bytes(16 * count).translate(_SYMBOL_OF).decode("ascii")
    groups = [symbols[start : start + 4] for start in range(0, 16 * count, 4)]
    return ["-".join(groups[start : start + 4]) for start in range(0, 4 * count, 4)]


def read_identifier(typed: str) -> str:
    """The identifier that a person meant: case, blanks and dashes do not matter, O is 0, I and L are 1."""
    symbols = typed.strip().upper().translate(_HEARD)
    return "-".join(symbols[start : start + 4] for start in range(0, len(symbols), 4))


def read_number(typed: str) -> int:
    """The number of a row or a page as it stands in an address; raises `ValueError` for what cannot be one."""
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 10 and int(typed) <= LARGEST_NUMBER):
        raise ValueError(f"{typed[:20]} is not the number of a row or a page")
    return int(typed)
