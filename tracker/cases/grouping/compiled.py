"""The one place that knows numba."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., object])

# Compiled functions here only read and write arrays that Python made and holds. Counting the
# references to those arrays, numba's default, would take two thirds of the kernel's time.
OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}

SOURCES = sorted(Path(__file__).parent.glob("*.py"))
FINGERPRINT = hashlib.sha256(b"".join(path.read_bytes() for path in SOURCES)).hexdigest()[:12]


def compiled(function: F) -> F:
    """Compile into the machine code of the functions that call this one; it may not make arrays."""
    return cast(F, njit(forceinline=True, **OPTIONS)(function))


def entry(function: F) -> F:
    """Compile to machine code kept on disk, for functions that Python itself calls.

    numba's cache watches the file of this function only; an edit of a function that it calls
    elsewhere would go unseen. So the name in the cache carries a fingerprint of all of them.
    """
    function.__qualname__ = f"{function.__qualname__}_{FINGERPRINT}"
    return cast(F, njit(cache=True, **OPTIONS)(function))
