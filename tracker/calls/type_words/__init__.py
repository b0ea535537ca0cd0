"""Which service type the words of a call mean: learned from the city's own calls, evaluated with numpy alone."""

from .suggesting import TypeSuggestion, family_shares, suggest_types

__all__ = ["TypeSuggestion", "family_shares", "suggest_types"]
