"""By which channel each call reached the city, and when it was dealt with."""

import numpy as np
from numpy.typing import NDArray

from .catalog import Service
from .geometry import Flags, Ints
from .rhythm import DAY_S, Seconds, Year

CHANNELS = ("phone", "web", "social", "walk_in", "officer", "transfer_911")
BY_DAY = (0.52, 0.27, 0.06, 0.06, 0.05, 0.04)
BY_NIGHT = (0.52, 0.1, 0.04, 0.02, 0.1, 0.22)
"""Families of the night come by 911 and officers more often."""
LEFT_OPEN = 0.07
PHONE, WEB, SOCIAL, WALK_IN = range(4)


def draw_channels(at: Seconds, is_night: Flags, is_test: Flags, year: Year, rng: np.random.Generator) -> Ints:
    """Index into `CHANNELS` for each call; nobody walks in when the counters are closed; tests ring the telephone."""
    chance = rng.random(at.size)
    by_day, by_night = (np.searchsorted(np.cumsum(shares)[:-1], chance, "right") for shares in (BY_DAY, BY_NIGHT))
    channel = np.where(is_night, by_night, by_day)
    weekday = (year.start.weekday() + at // DAY_S) % 7
    hour = at % DAY_S / 3600
    is_closed = (weekday >= 5) | (hour < 8.5) | (hour >= 17)
    return np.where(is_test | ((channel == WALK_IN) & is_closed), PHONE, channel)


def draw_closings(
    at: Seconds, service: Ints, services: tuple[Service, ...], year: Year, rng: np.random.Generator
) -> tuple[Seconds, Seconds]:
    """When each call was closed (infinite: still open) and last updated, in seconds of the year."""
    due: NDArray[np.float64] = np.array([one.due_days for one in services], float)[service]
    closed = np.floor(at + 600 + due * DAY_S * rng.lognormal(-0.7, 0.8, at.size))
    closed[(rng.random(at.size) < LEFT_OPEN) | (closed > year.last_s)] = np.inf
    seen = np.floor(np.minimum(at + rng.uniform(0, 2 * DAY_S, at.size), year.last_s))
    return closed, np.where(np.isinf(closed), seen, closed)
