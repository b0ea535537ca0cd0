"""Privacy of locations: what stands in public for a place, fixed and coarse enough that nobody can be picked out."""

from .building import build_public_points
from .masking import Mask, PlaceToMask, mask_places

__all__ = ["Mask", "PlaceToMask", "build_public_points", "mask_places"]
