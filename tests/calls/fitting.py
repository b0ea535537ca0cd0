"""What trains a model, imported by the first test that trains one."""

import importlib
from functools import cache
from typing import Any


@cache
def fitting() -> Any:
    """The module: it takes seconds to import, and every process that collects the tests would wait for it."""
    return importlib.import_module("tracker.calls.type_words.fitting")
