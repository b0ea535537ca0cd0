"""How a letter writes days and counts, in English and Spanish. Pure."""

from datetime import date

FEWEST_COUNTED = 3
_MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
    "diciembre",
)  # fmt: skip


def write_day(day: date | None, language: str) -> str:
    """«June 3, 2026», «3 de junio de 2026»; nothing for no day."""
    if day is None:
        return ""
    if language == "es":
        return f"{day.day} de {_MONTHS[day.month - 1]} de {day.year}"
    return f"{day:%B} {day.day}, {day.year}"


def write_reports(count: int, language: str) -> str:
    """«12 reports»; fewer than three are just «reports», because who reads «one report» may guess whose it was."""
    word = "reportes" if language == "es" else "reports"
    return word if count < FEWEST_COUNTED else f"{count:,} {word}"
