"""An agreed window as a resident reads it, in the language of her page or of her mail."""

from datetime import datetime

from babel.dates import format_datetime, format_time
from flask_babel import get_locale, gettext

from ...places.city import city_zone, the_city
from .windows import Window

_DAYS = {"en": "EEEE, MMMM d", "es": "EEEE d 'de' MMMM"}


def say_day(window: Window) -> str:
    """«Wednesday, June 17» or «miércoles 17 de junio»."""
    locale = get_locale()
    pattern = _DAYS.get(locale.language if locale else "en", _DAYS["en"])
    return str(format_datetime(window.starts_at, pattern, tzinfo=city_zone(the_city()), locale=locale or "en"))


def say_clock(instant: datetime) -> str:
    """«8:00 AM» or «8:00» on the city's clocks."""
    zone = city_zone(the_city())
    return str(format_time(instant, "short", tzinfo=zone, locale=get_locale() or "en")).replace("\u202f", " ")


def say_hours(window: Window) -> str:
    """«8:00 AM to 10:00 AM» or «de 8:00 a 10:00»."""
    begin, end = say_clock(window.starts_at), say_clock(window.ends_at)
    return str(gettext("%(begin)s to %(end)s", begin=begin, end=end))


def say_when(window: Window) -> str:
    """Day and hours."""
    return f"{say_day(window)}, {say_hours(window)}"
