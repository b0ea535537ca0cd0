"""Which column of a file is what: presets that come with the program, and mapping files of a city's own."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ...clock import EPOCH
from ...errors import ImportRefused

PRESETS = Path(__file__).parent / "presets"
REQUIRED = ("source_id", "requested", "service_name")
FIELDS = (
    *REQUIRED,
    "updated",
    "closed",
    "expected",
    "status",
    "status_notes",
    "description",
    "address",
    "zipcode",
    "lat",
    "long",
    "agency_responsible",
    "media_url",
)
_LONGEST_SOURCE = 60
_KEYS = {"source", "layout", "columns", "datetime_formats", "closed_words"}
LAYOUTS = ("table", "json")


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """How to read one kind of file. `columns` gives, per field, the columns whose texts are joined by a blank."""

    source: str
    columns: Mapping[str, tuple[str, ...]]
    datetime_formats: tuple[str, ...] = ("iso",)
    closed_words: frozenset[str] = field(default_factory=lambda: frozenset({"closed", "completed", "resolved"}))
    layout: str = "table"
    """A table with a header, or a JSON array of objects."""

    @property
    def names(self) -> list[str]:
        """Every column that is read, once."""
        return list(dict.fromkeys(name for names in self.columns.values() for name in names))


def preset_names() -> list[str]:
    """The presets that come with the program."""
    return sorted(path.stem for path in PRESETS.glob("*.toml"))


def load_preset(name: str) -> ColumnMap:
    """A preset by name; raises `ImportRefused` with the names there are."""
    if name not in preset_names():
        raise ImportRefused(f"There is no preset «{name}». Presets: {', '.join(preset_names())}.")
    return load_map(PRESETS / f"{name}.toml")


def load_map(path: Path) -> ColumnMap:
    """A mapping file; raises `ImportRefused` naming the file and the key that is wrong."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ImportRefused(f"There is no mapping file {path}.") from None
    except OSError as error:
        raise ImportRefused(f"{path.name}: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ImportRefused(f"{path.name}: {error}.") from None
    if unknown := set(data) - _KEYS:
        raise ImportRefused(f"{path.name}: unknown key «{min(unknown)}»; it may have {', '.join(sorted(_KEYS))}.")
    named = data.get("columns", {})
    if not isinstance(named, dict):
        raise ImportRefused(f'{path.name}: «columns» must be a table, [columns], of field = "column".')
    columns = {name: _column_names(path, name, value) for name, value in named.items()}
    for name in REQUIRED:
        if name not in columns:
            raise ImportRefused(f"{path.name}: [columns] needs «{name}».")
    default = ColumnMap(source="", columns={})
    layout = data.get("layout", default.layout)
    if layout not in LAYOUTS:
        raise ImportRefused(f"{path.name}: «layout» must be one of {', '.join(LAYOUTS)}.")
    return ColumnMap(
        source=_source(path, data.get("source") or path.stem),
        layout=layout,
        columns=columns,
        datetime_formats=_formats(path, data.get("datetime_formats", default.datetime_formats)),
        closed_words=frozenset(
            word.casefold() for word in _texts(path, "closed_words", data.get("closed_words", default.closed_words))
        ),
    )


def _source(path: Path, value: object) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST_SOURCE:
        raise ImportRefused(f"{path.name}: «source» must be a name of at most {_LONGEST_SOURCE} characters.")
    return value


def _texts(path: Path, name: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple | frozenset) or not all(isinstance(item, str) and item for item in value):
        raise ImportRefused(f"{path.name}: «{name}» must be a list of texts.")
    return tuple(value)


def _reads_back(pattern: str) -> bool:
    return bool(datetime.strptime(EPOCH.strftime(pattern), pattern))  # noqa: DTZ007  # only whether it can be read


def _formats(path: Path, value: object) -> tuple[str, ...]:
    """Formats that read back what they write; «iso» stands for ISO 8601."""
    formats = _texts(path, "datetime_formats", value)
    for pattern in formats:
        try:
            is_right = pattern == "iso" or ("%" in pattern and _reads_back(pattern))
        except (ValueError, re.error):
            is_right = False
        if not is_right:
            raise ImportRefused(f"{path.name}: «datetime_formats» has «{pattern}», which no date can be read by.")
    return formats


def _column_names(path: Path, name: str, value: object) -> tuple[str, ...]:
    if name not in FIELDS:
        raise ImportRefused(f"{path.name}: [columns] has no field «{name}»; the fields are {', '.join(FIELDS)}.")
    names = value if isinstance(value, list) else [value]
    if not names or not all(isinstance(item, str) and item for item in names):
        raise ImportRefused(f"{path.name}: [columns] «{name}» must be a column name or a list of them.")
    return tuple(names)


def resolve_columns(mapping: ColumnMap, header: list[str]) -> dict[str, tuple[int, ...]]:
    """Per field the positions of its columns in `header`, matched without regard to case.

    A column that is named but absent is refused when its field is required, and otherwise simply not there: sources
    drop columns over the years. A column that the map uses and the file has twice is refused: either may be meant.
    """
    folded = [name.casefold() for name in header]
    positions: dict[str, tuple[int, ...]] = {}
    for name, columns in mapping.columns.items():
        for column in columns:
            times = folded.count(column.casefold())
            if times > 1:
                raise ImportRefused(f"The file has two columns «{column}»; rename one, or name another for «{name}».")
            if times == 0 and name in REQUIRED:
                shown = ", ".join(ascii(name)[1:-1][:40] for name in header[:12]) or "none"
                raise ImportRefused(f"The file has no column «{column}» for «{name}». It has: {shown}.")
        found = tuple(folded.index(column.casefold()) for column in columns if column.casefold() in folded)
        if found:
            positions[name] = found
    return positions
