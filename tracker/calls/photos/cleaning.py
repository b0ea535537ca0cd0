"""Make a photo anew: only its picture stays. Position, device, comments and whatever hangs behind it are gone; pure.

The picture is decoded and drawn on an empty one, which is written as JPEG. So nothing of the file that came in is
copied, and what is kept was written by our own encoder.
"""

import io
from dataclasses import dataclass

from PIL import Image, ImageOps

from ...errors import Invalid

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2048
SMALL_SIDE = 640
_QUALITY = 85
_FORMATS = ("JPEG", "PNG", "WEBP")
_WANTED = "Send it as JPEG, PNG or WebP"
_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"})

Image.MAX_IMAGE_PIXELS = None  # Pillow would warn, or refuse at a limit of its own: `_open` counts by ours


@dataclass(frozen=True, slots=True)
class CleanPhoto:
    """A JPEG that was made here, with its size in pixels."""

    data: bytes
    width: int
    height: int


def clean_photo(data: bytes) -> CleanPhoto:
    """The photo in `data`, upright, at most 2048 pixels long, without anything but its picture.

    Raises `Invalid`, in words for whoever chose the file, when it is not a JPEG, PNG or WebP, is damaged, has more than
    10 MB, or would unfold to more than 40 megapixels. The size is read before anything is unfolded.
    """
    _check_bytes(data)
    try:
        with _open(data) as image:
            return _draw_anew(image)
    except Invalid:
        raise
    except Exception as error:  # decoders raise whatever a damaged file makes them stumble over
        raise Invalid(f"The photo is damaged or was not sent whole. {_WANTED}, or take it again.") from error


def _check_bytes(data: bytes) -> None:
    if not data:
        raise Invalid("The photo is empty. Choose another file.")
    if len(data) > MOST_BYTES:
        raise Invalid(f"The photo has {len(data) / 1024 / 1024:.1f} MB; at most 10 MB are taken. Send a smaller one.")
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC:
        raise Invalid(
            f"This is a HEIC photo, as iPhones make them. {_WANTED}: on the phone choose Settings, Camera, Formats, "
            "Most Compatible, or send a screenshot of it."
        )
    if data.startswith(b"PK"):
        raise Invalid(f"This is a zip file, not a photo. Unpack it and send the photos one by one. {_WANTED}.")
    is_webp = data.startswith(b"RIFF") and data[8:12] == b"WEBP"
    if not (is_webp or data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))):
        raise Invalid(f"This is not a photo that can be read here. {_WANTED}.")


def _open(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data), formats=_FORMATS)
    pixels = image.width * image.height
    if pixels > MOST_PIXELS:
        raise Invalid(
            f"The photo has {pixels / 1_000_000:,.0f} megapixels; at most {MOST_PIXELS // 1_000_000} are taken. "
            "Send a smaller one."
        )
    return image


def _draw_anew(image: Image.Image) -> CleanPhoto:
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a large JPEG is unfolded at a fraction of its size
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))  # made smaller before anything else copies it
    ImageOps.exif_transpose(image, in_place=True)
    clean = Image.new("RGB", image.size, "white")
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        clean.paste(layer, mask=layer.getchannel("A"))
    else:
        clean.paste(image.convert("RGB"))
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return CleanPhoto(out.getvalue(), *clean.size)


def shrink_photo(data: bytes) -> bytes:
    """A clean photo in the size of a phone, made anew once more."""
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
        image.draft("RGB", (SMALL_SIDE, SMALL_SIDE))
        image.thumbnail((SMALL_SIDE, SMALL_SIDE))
        out = io.BytesIO()
        image.convert("RGB").save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue()
