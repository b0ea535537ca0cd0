"""Open311 GeoReport v2: what other systems ask and send, as XML and as JSON."""
