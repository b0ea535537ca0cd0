"""Stories of the demo city."""
