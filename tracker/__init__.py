"""Neighborhood Case Tracker: repeat calls become problem cases that somebody owns."""

from typing import Any


def create_app() -> Any:
    """The application for one installation, its settings from the environment: what Flask and web servers ask for.

    Built on demand: a process that needs one room only, such as the one that reads a large file, starts in a tenth
    of a second instead of more than one.
    """
    from .app import create_app as build  # noqa: PLC0415  # the one import inside a function, decision 0014

    return build()
