"""The gazetteer: where the city's addresses lie, learned from files, streets, located calls and people."""

from .confirming import confirm_address
from .learning import LearnedAddress, learn_addresses
from .matching import Match, place_addresses
from .suggesting import suggest_addresses

__all__ = ["LearnedAddress", "Match", "confirm_address", "learn_addresses", "place_addresses", "suggest_addresses"]
