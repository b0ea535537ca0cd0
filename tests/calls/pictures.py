"""Photos for tests: drawn here, in any format, with whatever a camera or somebody else puts into them."""

import io
import struct
import zlib

from PIL import Image
from PIL.PngImagePlugin import PngInfo

SECRET = b"Zelda was here"
"""A text that a photo carries and that must be nowhere in what is kept."""


def draw(size: tuple[int, int] = (60, 40), mode: str = "RGB") -> Image.Image:
    """A picture whose left half is red and whose right half is blue."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    return image.convert(mode)


def photo(kind: str = "JPEG", image: Image.Image | None = None, **save: object) -> bytes:
    """A picture as a file."""
    out = io.BytesIO()
    (image or draw()).save(out, kind, **save)
    return out.getvalue()


def telling_photo(kind: str) -> bytes:
    """A photo that says where, with what and by whom it was taken, with more hanging behind it."""
    image = draw()
    exif = Image.Exif()
    exif[0x010F] = SECRET.decode()  # maker
    exif[0x010E] = SECRET.decode()  # description
    exif.get_ifd(0x8825).update({1: "N", 2: (42.0, 21.0, 0.0), 3: "W", 4: (71.0, 3.0, 36.0)})
    extra: dict[str, object] = {"exif": exif, "icc_profile": SECRET * 20}
    if kind == "JPEG":
        extra["comment"] = SECRET
    if kind == "PNG":
        notes = PngInfo()
        notes.add_text("Author", SECRET.decode())
        extra["pnginfo"] = notes
    if kind == "WEBP":
        extra["xmp"] = SECRET
    return photo(kind, image, **extra) + SECRET


def turned_photo(orientation: int) -> bytes:
    """A photo held otherwise than it lies in the file."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return photo("JPEG", draw(), exif=exif, quality=95)


def bomb(side: int) -> bytes:
    """A PNG of a few kilobytes that says it is `side` pixels high and wide."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(side * (side // 8 + 1)) if side < 20_000 else b"\0" * 1_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
