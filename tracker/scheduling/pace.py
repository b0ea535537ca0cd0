"""How often somebody may ask for something. Counted in this process's memory: a brake, not a lock. Pure."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

_MOST_KEPT = 10_000


@dataclass(slots=True)
class Pace:
    """At most `most` times within `window`, by whatever is counted."""

    most: int
    window: timedelta
    _counts: dict[Hashable, tuple[datetime, int]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def is_too_fast(self, key: Hashable, now: datetime) -> bool:
        """Count one more for `key`, and say whether that is too much."""
        with self._lock:
            since, count = self._counts.get(key, (now, 0))
            if now - since >= self.window:
                since, count = now, 0
            if len(self._counts) >= _MOST_KEPT:
                self._counts.clear()
            self._counts[key] = (since, count + 1)
            return count >= self.most
