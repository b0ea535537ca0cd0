"""What a file's columns look like when nobody said: the preset that fits, or a mapping file to start from."""

from pathlib import Path

from ...errors import ImportRefused
from ...formatters import fold
from .files import find_encoding, open_calls
from .mapping import REQUIRED, load_preset, preset_names
from .records import read_header

SYNONYMS: dict[str, tuple[str, ...]] = {
    "source_id": ("service_request_id", "case_id", "caseid", "case number", "srnumber", "sr_number", "ticket",
                  "unique key", "request id", "incident number", "call number", "source_id", "id"),
    "requested": ("requested_datetime", "requested", "open_dt", "opened", "created date", "createddate", "created",
                  "date created", "call received", "received", "datetime", "date"),
    "service_name": ("service_name", "request type", "requesttype", "complaint type", "problem", "category", "type",
                     "nature"),
    "updated": ("updated_datetime", "updated date", "updateddate", "updated", "last updated"),
    "closed": ("closed_date", "closed_datetime", "closed_dt", "closed date", "closeddate", "closed"),
    "status": ("status", "case_status", "request status"),
    "description": ("description", "complaint details", "comments", "details"),
    "address": ("address", "incident address", "location", "street address"),
    "zipcode": ("zipcode", "zip code", "zip", "postcode", "incident zip"),
    "lat": ("lat", "latitude", "y coordinate"),
    "long": ("long", "lon", "lng", "longitude", "x coordinate"),
}  # fmt: skip


def _plain(name: str) -> str:
    return fold(name.replace("_", " ").replace("-", " "))


def guess_columns(header: list[str]) -> dict[str, str]:
    """Field to column, the best-known name first; fields that nothing looks like are absent."""
    plain = {_plain(name): name for name in reversed(header)}
    guessed: dict[str, str] = {}
    for field, names in SYNONYMS.items():
        for name in names:
            column = plain.get(_plain(name))
            if column is not None and column not in guessed.values():
                guessed[field] = column
                break
    return guessed


def fitting_preset(header: list[str]) -> str | None:
    """The preset whose columns are all there, or None."""
    have = {name.casefold() for name in header}
    for name in preset_names():
        columns = [column for group in load_preset(name).columns.values() for column in group]
        if sum(column.casefold() in have for column in columns) >= len(columns) - 1:
            return name
    return None


def refuse_without_map(path: Path) -> ImportRefused:
    """The refusal that tells what the file's columns look like and what to run instead."""
    with open_calls(path, find_encoding(path)) as file:
        header, _ = read_header(file.text)
    if not header:
        return ImportRefused(f"{path.name} is empty: it has no header line.")
    preset = fitting_preset(header)
    if preset:
        return ImportRefused(f"These columns look like the preset {preset}. Run again with --preset {preset}.")
    guess = guess_columns(header)
    lines = [f'{field} = "{column}"' for field, column in guess.items()]
    missing = [name for name in REQUIRED if name not in guess]
    lines += [f'{name} = "?"  # which column is it?' for name in missing]
    draft = "\n".join(["[columns]", *lines])
    return ImportRefused(
        f"How is {path.name} to be read? Give --preset ({', '.join(preset_names())}) or --map FILE.toml. "
        f'Its columns look like this map:\n\nsource = "{path.stem.split(".")[0]}"\ndatetime_formats = ["iso"]\n{draft}'
    )
