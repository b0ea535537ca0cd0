"""Open a profile's files as text, TOML or GeoJSON; whatever is wrong with a file as a file is said here in one line."""

import difflib
import json
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

from ..errors import ProfileError

MEGABYTE = 1_000_000
TEXT_LIMIT = 5 * MEGABYTE
GEOJSON_LIMIT = 200 * MEGABYTE
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def shown(value: object) -> str:
    """A value as it can stand in a message: quoted, on one line, cut after 40 characters."""
    text = json.dumps(value, ensure_ascii=True, default=str)
    return text if len(text) <= 42 else text[:40] + "…"


def suggest(word: str, words: Iterable[str]) -> str:
    """«; did you mean "x"?» when one of `words` is near, else a list of at most twelve of them, else nothing."""
    known = sorted(words)
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.7)
    if near:
        return f"; did you mean {shown(near[0])}?"
    return f"; known are: {', '.join(known)}" if 0 < len(known) <= 12 else ""


def check_file(path: Path, limit: int) -> None:
    """Refuse a path that is no readable file or holds more than `limit` bytes."""
    if not path.is_file():
        raise ProfileError(f"{path.name}: there is no such file in {path.parent}")
    if path.stat().st_size > limit:
        size = path.stat().st_size // MEGABYTE
        raise ProfileError(f"{path.name}: is {size} MB; at most {limit // MEGABYTE} MB are read. Cut it to the city")


def read_text(path: Path, limit: int = TEXT_LIMIT) -> str:
    """The file's text, with or without a UTF-8 byte-order mark; raises `ProfileError` with the line that is not."""
    check_file(path, limit)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ProfileError(f"{path.name}: cannot be read: {error.strerror}") from error
    return decode_text(path.name, data)


def decode_text(name: str, data: bytes, first_line: int = 1) -> str:
    """UTF-8 bytes as text; raises `ProfileError` with the line where it is something else or holds a NUL."""
    if data.startswith(_UTF16):
        raise ProfileError(f"{name}: is UTF-16; save it as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + first_line
        raise ProfileError(f"{name}: line {line}: is not UTF-8; save the file as UTF-8") from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + first_line
        raise ProfileError(f"{name}: line {line}: holds a NUL; the file is damaged")
    return text


def read_toml(path: Path) -> dict[str, Any]:
    """The file's tables; raises `ProfileError` with the line of a mistake in its form."""
    text = read_text(path)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ProfileError(f"{path.name}: is not TOML: {_one_line(error)}") from error


def read_features(path: Path) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """(properties, geometry) of each feature of a GeoJSON FeatureCollection; the contents are not checked yet."""
    text = read_text(path, GEOJSON_LIMIT)
    try:
        found = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ProfileError(f"{path.name}: is not JSON: {_one_line(error)}") from error
    features = found.get("features") if isinstance(found, dict) and found.get("type") == "FeatureCollection" else None
    if not isinstance(features, list):
        raise ProfileError(f'{path.name}: must be a GeoJSON "FeatureCollection" with a list "features"')
    return [_parts(path.name, number, feature) for number, feature in enumerate(features, 1)]


def _parts(name: str, number: int, feature: object) -> tuple[dict[str, Any], dict[str, Any]]:
    if not isinstance(feature, dict) or not isinstance(feature.get("geometry"), dict):
        raise ProfileError(f"{name}: feature {number}: has no geometry")
    properties = feature.get("properties")
    if not isinstance(properties, dict):
        raise ProfileError(f"{name}: feature {number}: has no properties")
    return properties, feature["geometry"]


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


def _one_line(error: Exception) -> str:
    return "it is nested too deeply" if isinstance(error, RecursionError) else " ".join(str(error).split())[:160]
