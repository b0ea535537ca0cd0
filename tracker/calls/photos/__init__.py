"""Photos of what calls are about: made anew without what they carry, and kept beside the database."""

from .cleaning import CleanPhoto, clean_photo
from .keeping import find_photo, keep_photo, lost_photos, photo_path, photos_of

__all__ = [
    "CleanPhoto", "clean_photo", "find_photo", "keep_photo", "lost_photos", "photo_path", "photos_of",
]  # fmt: skip
