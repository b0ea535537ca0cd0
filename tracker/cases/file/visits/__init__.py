"""Visits to the place of a case: planned, made, or called off."""
