"""The year of the calls: which days and hours each family is called in, on the city's own clocks.

Instants are seconds after `Year.start`, the local midnight that begins the first day.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from .catalog import Rhythm
from .plan import CITY_ZONE

Seconds = NDArray[np.float64]
DAY_S = 86_400
DAYS = 365
STORMS = 8
_STORM_FADES = (1.0, 0.75, 0.4, 0.15)
_CALM_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class Year:
    """365 days up to an instant: local midnight of the first day, first and last instant, and the storms' days.

    The first and the last day are parts of days, so that there are 366 of them; `months` holds their months, 0 to 11.
    """

    start: datetime  # naive, on the city's clocks
    first_s: int
    last_s: int
    months: NDArray[np.int64]
    storms: tuple[int, ...] = ()

    def season(self, rhythm: Rhythm) -> NDArray[np.float64]:
        """Weight of each day by its month alone, months running into each other; shape (366,)."""
        weights = rhythm.months[self.months]
        padded = np.pad(weights, 9, mode="edge")
        smoothed = np.convolve(padded, np.full(19, 1 / 19), "valid")
        return np.where(weights > 0, smoothed, 0.0)

    def days(self, rhythm: Rhythm) -> NDArray[np.float64]:
        """Weight of each day by season, day of the week and, for snow, storms; shape (366,)."""
        weekday = (self.start.weekday() + np.arange(DAYS + 1)) % 7
        weights = self.season(rhythm) * rhythm.week[weekday]
        if rhythm.storms:
            weights *= self._storm_weights()
        return np.asarray(weights / weights.sum())

    def _storm_weights(self) -> NDArray[np.float64]:
        weights = np.full(DAYS + 1, _CALM_SHARE)
        for storm in self.storms:
            for later, fade in enumerate(_STORM_FADES):
                if storm + later <= DAYS:
                    weights[storm + later] += fade
        return weights

    def clamp(self, at: Seconds) -> Seconds:
        """Instants moved by whole days into the year where they lie in the cut parts of its first and last day."""
        at = np.where(at < self.first_s, at + DAY_S, at)
        return np.clip(np.where(at > self.last_s, at - DAY_S, at), self.first_s, self.last_s)


def make_year(until: datetime, snow: Rhythm, rng: np.random.Generator) -> Year:
    """The year that ends at `until`, an aware instant; raises ValueError for a naive one."""
    if until.tzinfo is None:
        raise ValueError("The demo year ends at an aware instant; give it a time zone.")
    last = until.astimezone(ZoneInfo(CITY_ZONE)).replace(tzinfo=None, microsecond=0)
    first = last - timedelta(days=DAYS)
    start = first.replace(hour=0, minute=0, second=0)
    months = np.array([(start + timedelta(days=day)).month - 1 for day in range(DAYS + 1)])
    calm = Year(start, int((first - start).total_seconds()), int((last - start).total_seconds()), months)
    season = calm.season(snow)
    storms = rng.choice(DAYS + 1, STORMS, replace=False, p=season / season.sum())
    return replace(calm, storms=tuple(sorted(storms.tolist())))


def draw_times(year: Year, rhythm: Rhythm, count: int, rng: np.random.Generator) -> Seconds:
    """`count` instants by season, week and hour."""
    day = rng.choice(DAYS + 1, count, p=year.days(rhythm))
    return year.clamp(day * DAY_S + draw_hours(rhythm, count, rng))


def draw_hours(rhythm: Rhythm, count: int, rng: np.random.Generator) -> Seconds:
    """`count` times of day in seconds after midnight."""
    return np.floor(rng.choice(24, count, p=rhythm.hours) * 3600 + rng.uniform(0, 3600, count))
