"""How a due day is said, so that late is a word and never only a color. Pure."""

from datetime import date


def is_late(due_on: date, today: date) -> bool:
    """Whether the day is over: what is due today may still be done today."""
    return due_on < today


def say_due(due_on: date, today: date) -> str:
    """«late by 3 days, due 2 Nov 2026», «due today», «due tomorrow», «due 30 Nov 2026»."""
    days = (due_on - today).days
    if days < 0:
        return f"late by {-days} {'day' if days == -1 else 'days'}, due {due_on:%-d %b %Y}"
    near = {0: "due today", 1: "due tomorrow"}
    return near.get(days, f"due {due_on:%-d %b %Y}")
