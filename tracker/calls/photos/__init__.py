"""Photos of what calls are about: made anew without what they carry, and kept beside the database."""

from .cleaning import CleanPhoto, clean_photo
from .keeping import find_photo, keep_photo, lost_photos, photo_path, photos_of, small_photo_path
from .releasing import decision_mark, hold_photo, release_photo

__all__ = [
    "CleanPhoto", "clean_photo", "decision_mark", "find_photo", "hold_photo", "keep_photo", "lost_photos", "photo_path",
    "photos_of", "release_photo", "small_photo_path",
]  # fmt: skip
