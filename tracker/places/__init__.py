"""Where things are: addresses, streets, geocoding, areas, sinks, privacy of locations, and drawing maps."""
