"""Neighborhood Case Tracker: repeat calls become problem cases that somebody owns."""

from .app import create_app

__all__ = ["create_app"]
