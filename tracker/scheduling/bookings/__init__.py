"""A resource's time on work, taken so that nothing is ever taken twice."""
