"""The two points that the demo city's telephone service uses for «don't know»: one known to the city, one not yet."""

import numpy as np

from .town import to_degrees

_LISTED, _HIDDEN = to_degrees(np.array([[-402.0, 214.0], [1021.0, -1207.0]])).tolist()

LISTED_SINK: tuple[float, float] = (_LISTED[0], _LISTED[1])
"""Latitude and longitude of the sink that city.toml lists; about 3 calls in 100 lie on it."""
HIDDEN_SINK: tuple[float, float] = (_HIDDEN[0], _HIDDEN[1])
"""A second sink, in no file: about 4 calls in 1,000 lie on it, for staff to find and confirm."""
