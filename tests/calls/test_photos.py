"""A photo is made anew: only its picture stays; what is no photo is refused in words."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.calls.pictures import SECRET, bomb, draw, photo, telling_photo, turned_photo
from tracker.calls.photos import clean_photo
from tracker.calls.photos.cleaning import MOST_BYTES
from tracker.errors import Invalid

KINDS = ("JPEG", "PNG", "WEBP")


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_but_the_picture_stays(kind: str) -> None:
    data = telling_photo(kind)
    assert SECRET in data
    clean = clean_photo(data)
    image = opened(clean.data)
    assert SECRET not in clean.data and b"Exif" not in clean.data
    assert image.format == "JPEG" and dict(image.getexif()) == {}
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert clean.data.endswith(b"\xff\xd9"), "something hangs behind the picture"
    assert (clean.width, clean.height) == image.size == (60, 40)


@pytest.mark.parametrize(
    ("orientation", "size", "red_at"),
    [(1, (60, 40), (5, 20)), (3, (60, 40), (55, 20)), (6, (40, 60), (20, 5)), (8, (40, 60), (20, 55))],
)
def test_a_photo_is_kept_upright(orientation: int, size: tuple[int, int], red_at: tuple[int, int]) -> None:
    image = opened(clean_photo(turned_photo(orientation)).data)
    red, _, blue = image.getpixel(red_at)
    assert image.size == size and red > 200 and blue < 60


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK"])
def test_every_kind_of_color_is_read(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert opened(clean_photo(photo(kind, draw(mode=mode))).data).mode == "RGB"


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_is_transparent_becomes_white(mode: str) -> None:
    image = Image.new(mode, (8, 8), (0,) * len(mode))
    assert opened(clean_photo(photo("PNG", image)).data).getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize("size", [(3000, 1000), (1000, 3000), (2049, 10)])
def test_a_large_photo_is_made_smaller(size: tuple[int, int]) -> None:
    clean = clean_photo(photo("JPEG", draw(size)))
    assert max(clean.width, clean.height) == 2048
    assert abs(clean.width / clean.height - size[0] / size[1]) < 0.1 * size[0] / size[1] + 2048 / 10


def test_the_same_photo_gives_the_same_bytes() -> None:
    assert clean_photo(photo()).data == clean_photo(photo()).data


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("photo.jpg", bytes(1_000_000))
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is empty"),
        (b"\xff\xd8\xff" + bytes(MOST_BYTES), "10.0 MB; at most 10 MB"),
        (b"\0\0\0\x18ftypheic" + bytes(100), "HEIC"),
        (zipped(), "zip file, not a photo"),
        (b"%PDF-1.7", "not a photo"),
        (b"GIF89a" + bytes(50), "not a photo"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a photo"),
        (b"RIFF\0\0\0\0WAVEfmt ", "not a photo"),
        (b"\xff\xd8\xff\xe0 nothing more", "damaged"),
        (b"\x89PNG\r\n\x1a\n" + bytes(60), "damaged"),
        (photo("JPEG", draw((900, 900)))[:-2000], "damaged or was not sent whole"),
        (photo("PNG", draw((900, 900)))[:-100], "damaged or was not sent whole"),
        (photo("WEBP", draw((900, 900)))[:-100], "damaged or was not sent whole"),
        (bomb(6_400), "41 megapixels; at most 40"),
        (bomb(60_000), "3,600 megapixels; at most 40"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)} bytes",
)
def test_what_cannot_be_kept_is_refused_in_words(data: bytes, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        clean_photo(data)


@settings(max_examples=150)
@given(
    kind=st.sampled_from(KINDS),
    at=st.floats(0, 1),
    change=st.binary(min_size=1, max_size=8),
    cut=st.booleans(),
)
def test_no_damage_does_more_than_be_refused(kind: str, at: float, change: bytes, cut: bool) -> None:
    data = photo(kind)
    place = int(at * len(data))
    broken = data[:place] + change + (b"" if cut else data[place + len(change) :])
    try:
        clean = clean_photo(broken)
    except Invalid:
        return
    assert opened(clean.data).size == (clean.width, clean.height)
