"""Assessment: did the response to a problem work, said honestly."""
