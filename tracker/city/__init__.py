"""City profiles: read, check and load them, starter profiles of known cities, and the demo city."""
