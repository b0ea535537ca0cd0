"""Atom feeds of what happened in public, and the page that explains them."""
