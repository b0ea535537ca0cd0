"""How a letter writes days and counts, in English and Spanish. Pure."""

from datetime import date

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
    """«one report», «12 reports»: what the city has, not who called how often."""
    if language == "es":
        return "un reporte" if count == 1 else f"{count:,} reportes"
    return "one report" if count == 1 else f"{count:,} reports"
