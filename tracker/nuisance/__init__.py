"""Nuisance enforcement, kept apart from calls and cases: see docs/decisions/0025."""
