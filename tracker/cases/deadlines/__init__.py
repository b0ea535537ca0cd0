"""By when what has to be done about a case: counted in the city's working time, paused, extended, escalated."""
