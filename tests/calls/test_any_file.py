"""Files drawn by chance: whatever is in them they are read or refused, and never cost more than they must."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.calls.csv_files import HEADER, MAP, import_text, row, table
from tracker.calls.importing.drafts import CallDraft, DraftReader
from tracker.calls.importing.files import find_encoding, open_calls
from tracker.calls.importing.guessing import refuse_without_map
from tracker.calls.importing.mapping import load_map, resolve_columns
from tracker.calls.importing.records import Refusal, read_header, read_records
from tracker.clock import utc_now
from tracker.errors import ImportRefused

NOTES = ["", "dark", "a, b", 'say "hi"', "two\nlines", "crlf\r\nin it", "'=x", 'ends with "', "ñ", '"', '""', " "]
PIECES = [
    b'"', b'""', b",", b";", b"'", b"\n", b"\r", b"\r\n", b"\0", b"\xff", b"\xe9", b"\xef\xbb\xbf", b"nan", b" ",
    b"-", b"9" * 30,
]  # fmt: skip


@contextmanager
def kept(data: bytes) -> Iterator[Path]:
    """The bytes as a file."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "map.toml").write_text(MAP, "utf-8")
        path = Path(folder) / "c.csv"
        path.write_bytes(data)
        yield path


def read(data: bytes) -> list[CallDraft | Refusal]:
    """What an import makes of the bytes, row by row; raises only `ImportRefused`."""
    with kept(data) as path:
        mapping = load_map(path.parent / "map.toml")
        with open_calls(path, find_encoding(path)) as file:
            header, delimiter = read_header(file.text)
            positions = resolve_columns(mapping, header)
            drafts = DraftReader(mapping, positions, len(header), ZoneInfo("America/New_York"), utc_now())
            return drafts.read(list(read_records(file.text, delimiter, len(header))))


def check(read_rows: list[CallDraft | Refusal]) -> None:
    lines = [item.line for item in read_rows]
    assert lines == sorted(set(lines)) and all(line > 1 for line in lines)
    for item in read_rows:
        if isinstance(item, Refusal):
            assert item.reason
            continue
        assert item.source_id and item.service_name and "\0" not in item.description
        assert item.lat is None or (math.isfinite(item.lat) and math.isfinite(item.long or math.nan))
        assert item.closed is None or item.closed >= item.requested


@given(st.binary(max_size=600))
@settings(max_examples=300)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        check(read(data))
    except ImportRefused as refused:
        assert str(refused)
    with kept(data) as path:
        try:
            refused = refuse_without_map(path)
        except ImportRefused as worse:
            refused = worse
    assert str(refused)


@given(st.binary(max_size=300))
@settings(max_examples=200)
def test_any_bytes_after_a_good_header_are_read_or_refused(data: bytes) -> None:
    check(read((",".join(HEADER) + "\n").encode() + data))


@st.composite
def mutated_files(draw: st.DrawFn) -> bytes:
    """A good file with some bytes put in, taken out or overwritten."""
    rows = [row(number, notes=draw(st.sampled_from(NOTES))) for number in range(draw(st.integers(0, 6)))]
    data = bytearray(table(rows).encode(draw(st.sampled_from(["utf-8", "latin-1", "utf-16"]))))
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(data)))
        data[at : at + draw(st.integers(0, 4))] = draw(st.sampled_from(PIECES))
    return bytes(data)


@given(mutated_files())
@settings(max_examples=400)
def test_mutated_files_are_read_or_refused(data: bytes) -> None:
    try:
        check(read(data))
    except ImportRefused as refused:
        assert str(refused)


@given(st.data())
@settings(max_examples=300)
def test_a_stray_quotation_mark_costs_no_other_row(data: st.DataObject) -> None:
    notes = data.draw(st.lists(st.sampled_from(NOTES), min_size=1, max_size=8))
    rows = [table([row(number, notes=text)]).split("\n", 1)[1] for number, text in enumerate(notes)]
    broken = data.draw(st.integers(0, len(rows) - 1))
    at = data.draw(st.integers(0, len(rows[broken])))
    others = {str(number) for number in range(len(rows))} - {str(broken)}
    if at == len(rows[broken]):
        others -= {str(broken + 1)}  # the mark stands before the next row
    rows[broken] = rows[broken][:at] + '"' + rows[broken][at:]
    found = read(("".join([table([]), *rows])).encode())
    check(found)
    assert others <= {item.source_id for item in found if isinstance(item, CallDraft)}


@given(files=st.lists(mutated_files(), min_size=1, max_size=4))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.once
def test_the_command_never_fails_and_a_second_run_adds_nothing(
    city_app: Flask, tmp_path: Path, files: list[bytes]
) -> None:
    for data in files:
        first = import_text(city_app, tmp_path, data)
        if first.code == 0:
            assert first.counts[0] >= 0
            rows, accepted, _, rejected = import_text(city_app, tmp_path, data).counts
            assert (rows, accepted, rejected) == (first.counts[0], 0, first.counts[3])
        else:
            assert len(first.error.strip().splitlines()) == 1 and first.error.startswith("Error: ")
