"""The small city of the case tests serves the desk too."""

from tests.cases.conftest import world

__all__ = ["world"]
