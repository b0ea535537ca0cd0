"""Who wants to hear of what: confirmed by whoever owns the address, left with one click."""
