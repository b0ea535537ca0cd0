"""Which passwords are refused: short ones and common ones. No rules about kinds of characters, which only annoy.

After NIST SP 800-63B, 5.1.1.2. Pure; hashing is in `passwords.py`.
"""

import re
import unicodedata
from itertools import product

MIN_LENGTH = 12
MAX_LENGTH = 200
"""A longer one costs the server more than it helps."""

_WORDS = (
    "access", "admin", "administrator", "april", "august", "autumn", "baseball", "batman", "callcenter",
    "changeme", "charlie", "city", "citydesk", "computer", "december", "default", "dispatch", "dragon", "february",
    "football", "freedom", "friday", "guest", "hello", "helpdesk", "hunter", "iloveyou", "internet", "january",
    "jennifer", "jordan", "july", "june", "letmein", "login", "march", "master", "michael", "monday", "monkey",
    "neighborhood", "november", "october", "office", "passw0rd", "password", "passwort", "police", "princess",
    "secret", "september", "service", "shadow", "spring", "starwars", "summer", "sunshine", "superman", "support",
    "system", "temporary", "testing", "tracker", "trustno1", "welcome", "whatever", "winter"
)  # fmt: skip
_ROWS = (
    "1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz", "qazwsxedcrfv",
    "1q2w3e4r5t6y7u8i9o0p",
)  # fmt: skip
_LEET = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"})


def _common() -> frozenset[str]:
    """The bundled list, folded: words alone, words in pairs, phrases. `is_common` takes endings off beforehand."""
    pairs = {first + second for first, second in product(_WORDS, _WORDS)}
    phrases = {"mypassword", "thisismypassword", "correcthorsebatterystaple", "iloveyouverymuch", "letmeinplease"}
    return frozenset(_fold(word) for word in pairs | phrases | set(_WORDS))


def _fold(password: str) -> str:
    """A password without case, blanks, dashes, and the figures that stand for letters."""
    return re.sub(r"[\s\-_.]+", "", unicodedata.normalize("NFKC", password).casefold()).translate(_LEET)


_COMMON = _common()
_RUNS = tuple(row * 3 for row in _ROWS) + tuple(row[::-1] * 3 for row in _ROWS)


def _is_repeated(text: str) -> bool:
    """Whether the text is one block of at most four characters again and again («abcabcabcabc»)."""
    return re.fullmatch(r"(.{1,4}?)\1{2,}.{0,3}", text) is not None


def _is_keyboard_walk(text: str) -> bool:
    """Whether the text is made of runs of neighboring keys or of the alphabet, four or more at a time."""
    rest, taken = text, 0
    while rest:
        length = next((n for n in range(len(rest), 3, -1) if any(rest[:n] in run for run in _RUNS)), 0)
        if not length:
            break
        rest, taken = rest[length:], taken + length
    return taken >= MIN_LENGTH or (taken >= 4 and len(rest) <= 2)


def is_common(password: str) -> bool:
    """Whether a guesser would try it early: listed words with figures behind, keyboard walks, repetitions."""
    plain = re.sub(r"\s+", "", password.casefold())
    stems = {_fold(plain), _fold(re.sub(r"[\W\d_]+$", "", plain)), _fold(re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain))}
    return bool(stems & _COMMON) or plain.isdigit() or _is_repeated(plain) or _is_keyboard_walk(plain)


def password_fault(password: str, sign_in_name: str = "") -> str | None:
    """Why a new password is refused, in words for its owner; None when it will do."""
    if len(password) < MIN_LENGTH:
        return f"Use at least {MIN_LENGTH} characters. Three or four unrelated words are easy to remember."
    if len(password) > MAX_LENGTH:
        return f"Use at most {MAX_LENGTH} characters."
    if is_common(password):
        return "This password is among the first that anybody would guess. Choose words that do not belong together."
    if len(sign_in_name) >= 4 and _fold(sign_in_name) in _fold(password):
        return "Leave your sign-in name out of the password."
    return None
