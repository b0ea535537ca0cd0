"""The one place that knows numba."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., object])

SOURCES = sorted(Path(__file__).parent.glob("*.py"))
FINGERPRINT = hashlib.sha256(b"".join(path.read_bytes() for path in SOURCES)).hexdigest()[:12]


def compiled(function: F) -> F:
    """Compile into the machine code of the functions that call this one.

    Without inlining, handing the tables from function to function takes a third of the time.
    """
    return cast(F, njit(nogil=True, forceinline=True, _nrt=False, error_model="numpy")(function))


def entry(function: F) -> F:
    """Compile to machine code kept on disk, for functions that Python itself calls.

    numba's cache watches the file of this function only; an edit of a function that it calls
    elsewhere would go unseen. So the name in the cache carries a fingerprint of all of them.
    """
    function.__qualname__ = f"{function.__qualname__}_{FINGERPRINT}"
    return cast(F, njit(cache=True, nogil=True, _nrt=False, error_model="numpy")(function))
