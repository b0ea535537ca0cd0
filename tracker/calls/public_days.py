"""The only time that the public is told of a call: the city's date. Pure."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ..clock import EPOCH, local_date

MASK_COLUMNS = ("public_label", "public_lat", "public_long", "public_day", "public_updated_day")
"""All that the public is told of where and when a call was: it goes together, until the call is masked anew."""
_QUARTER = timedelta(minutes=15)


def last_change(
    requested: datetime, told: datetime | None = None, followed: datetime | None = None, stepped: datetime | None = None
) -> datetime:
    """When what strangers hear of a call changed last: the one rule of its `public_updated_day`.

    `told`: when its source says that it was closed, else changed; `followed`: when its case last closed it or opened it
    again; `stepped`: when the work on its case last went from phase to phase.
    """
    return max(at for at in (requested, told, followed, stepped) if at is not None)


class PublicDays:
    """Ordinals of the local dates of many instants; of each quarter hour once, for no zone is set between two."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._known: dict[int, int] = {}

    def of(self, instant: datetime) -> int:
        """The ordinal of the date on the city's clocks."""
        quarter = (instant - EPOCH) // _QUARTER
        day = self._known.get(quarter)
        if day is None:
            day = self._known[quarter] = local_date(EPOCH + quarter * _QUARTER, self._zone).toordinal()
        return day
