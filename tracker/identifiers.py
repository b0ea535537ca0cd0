"""Numbers that cannot be guessed, in Crockford's base 32 (no I, L, O, U, so they can be read out on the phone)."""

import base64
import secrets

_CROCKFORD = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789ABCDEFGHJKMNPQRSTVWXYZ")
_HEARD = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": ""})


def new_identifier() -> str:
    """A random number of 80 bits as 16 symbols in groups of four, such as `7K3D-9QXZ-0MHT-4B2V`."""
    symbols = base64.b32encode(secrets.token_bytes(10)).translate(_CROCKFORD).decode()
    return f"{symbols[:4]}-{symbols[4:8]}-{symbols[8:12]}-{symbols[12:]}"


def read_identifier(typed: str) -> str:
    """The identifier that a person meant: case, blanks and dashes do not matter, O is 0, I and L are 1."""
    symbols = typed.strip().upper().translate(_HEARD)
    return "-".join(symbols[start : start + 4] for start in range(0, len(symbols), 4))
