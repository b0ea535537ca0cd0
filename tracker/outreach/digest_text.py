"""The morning mail in words. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One thing: what it is, and where to look (may be empty)."""

    text: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of news: its heading, its first lines, and how many there are in all."""

    title: str
    total: int
    lines: Sequence[Line]


def digest_subject(parts: Sequence[Part], day: str) -> str:
    """«Your cases on Mon 15 Jun: 2 tasks late, 3 came back»."""
    told = ", ".join(f"{part.title.lower()} {part.total}" for part in parts[:3])
    return f"Your cases on {day}: {told}"


def digest_text(name: str, parts: Sequence[Part], link: str) -> str:
    """The whole mail as plain text, one thing a line."""
    written = [f"Good morning, {name}.", ""]
    for part in parts:
        written += [f"{part.title} ({part.total})"]
        for line in part.lines:
            written += [f"* {line.text}", *([f"  {line.link}"] if line.link else [])]
        if part.total > len(part.lines):
            written += [f"  ... and {part.total - len(part.lines)} more."]
        written += [""]
    if link:
        written += ["Your caseload:", link, ""]
    written += ["You get this on working days when there is something to tell. «My account» switches it off."]
    return "\n".join(written) + "\n"
