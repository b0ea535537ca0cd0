"""Whatever is wrong with a file: no traceback, counts that add up, each refusal with its line and reason."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest
from flask import Flask

from tests.calls.csv_files import HEADER, MAP, Answer, import_file, import_text, row, table

GOOD = [row(number) for number in range(4)]


def refused_in_one_line(answer: Answer) -> str:
    assert answer.code == 1 and answer.result == {}
    assert "Traceback" not in answer.error
    assert len(answer.error.strip().splitlines()) == 1, answer.error
    return answer.error


def reasons(answer: Answer) -> dict[int, str]:
    return {line: reason for line, reason, _ in answer.rejects}


@pytest.mark.once
@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("latin-1", "latin-1"),
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
        ("utf-32-le", "utf-32-le"),
        ("utf-32-be", "utf-32-be"),
    ],
)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_any_encoding_is_read(city_app: Flask, tmp_path: Path, encoding: str, said: str, packed: bool) -> None:
    data = table([*GOOD, row(4, address="12 Café St", notes="ñandú")]).encode(encoding)
    answer = import_text(city_app, tmp_path, gzip.compress(data) if packed else data)
    assert answer.counts == (5, 5, 0, 0)
    assert answer.result["encoding"] == said
    assert ("read as Latin-1" in answer.error) == (encoding == "latin-1")


def test_a_broken_byte_in_utf_16_costs_one_letter(city_app: Flask, tmp_path: Path) -> None:
    data = table([row(0, notes="x\N{GRINNING FACE}y"), *GOOD[1:]]).encode("utf-16")
    answer = import_text(city_app, tmp_path, data.replace("\N{GRINNING FACE}".encode("utf-16-le")[:2], b"x\0"))
    assert answer.counts == (4, 4, 0, 0)


def test_a_nul_refuses_its_own_row_only(city_app: Flask, tmp_path: Path) -> None:
    answer = import_text(city_app, tmp_path, table([GOOD[0], row(1, notes="a\0b"), *GOOD[2:]]))
    assert answer.counts == (4, 3, 0, 1)
    assert reasons(answer) == {3: "description holds a NUL character"}


def test_a_file_cut_in_the_middle_of_a_row_keeps_the_rows_before(city_app: Flask, tmp_path: Path) -> None:
    text = table(GOOD)
    answer = import_text(city_app, tmp_path, text[: text.rindex("Pothole")])
    assert answer.counts == (4, 3, 0, 1)
    assert "columns" in reasons(answer)[5]


@pytest.mark.parametrize("rows", [3, 4_000])
def test_a_gzip_file_that_is_cut_off_keeps_the_rows_before(city_app: Flask, tmp_path: Path, rows: int) -> None:
    lines = [row(number % 600, id=f"{number:x}-{number * 7919 % 65_521}") for number in range(rows)]
    packed = gzip.compress(table(lines).encode())
    answer = import_text(city_app, tmp_path, packed[: len(packed) * 9 // 10])
    count, accepted, _, refused = answer.counts
    assert accepted > rows / 2 and 1 <= refused <= 2
    assert "cut off" in answer.rejects[-1][1]
    assert answer.rejects[-1][0] == count + 1


def test_a_gzip_file_with_a_damaged_middle_keeps_the_rows_before(city_app: Flask, tmp_path: Path) -> None:
    lines = [row(number % 600, id=f"{number:x}-{number * 7919 % 65_521}") for number in range(5_000)]
    packed = bytearray(gzip.compress(table(lines).encode()))
    packed[len(packed) // 2 : len(packed) // 2 + 64] = b"\xff" * 64
    answer = import_text(city_app, tmp_path, bytes(packed))
    assert answer.counts[1] > 0 and "damaged" in answer.rejects[-1][1]


@pytest.mark.once
@pytest.mark.parametrize(
    "data", [b"\x1f\x8b", b"\x1f\x8b\x08\x00", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", b"\x1f\x8bxyz"]
)
def test_a_gzip_file_without_anything_in_it_is_refused(city_app: Flask, tmp_path: Path, data: bytes) -> None:
    assert "damaged" in refused_in_one_line(import_text(city_app, tmp_path, data))


def test_a_cell_of_ten_megabytes_refuses_its_own_row_only(city_app: Flask, tmp_path: Path) -> None:
    answer = import_text(city_app, tmp_path, table([GOOD[0], row(1, notes="x" * 10_000_000), *GOOD[2:]]))
    assert answer.counts == (4, 3, 0, 1)
    assert "characters long" in reasons(answer)[3]


def test_a_quoted_cell_of_ten_megabytes_refuses_its_own_row_only(city_app: Flask, tmp_path: Path) -> None:
    answer = import_text(city_app, tmp_path, table([GOOD[0], row(1, notes="x," * 5_000_000), *GOOD[2:]]))
    assert answer.counts == (4, 3, 0, 1)
    assert list(reasons(answer)) == [3]


def test_a_long_first_cell_refuses_its_own_row_only(city_app: Flask, tmp_path: Path) -> None:
    answer = import_text(city_app, tmp_path, table([GOOD[0], row("x" * 3_000_000), *GOOD[2:]]))
    assert answer.counts == (4, 3, 0, 1)
    assert "characters long" in reasons(answer)[3]


@pytest.mark.once
@pytest.mark.once
def test_many_broken_lines_of_megabytes_do_not_fill_the_memory(city_app: Flask, tmp_path: Path) -> None:
    monster = '"' + "x" * 1_500_000 + "\n"
    answer = import_text(city_app, tmp_path, table(GOOD[:1]) + monster * 6 + table(GOOD[1:]).split("\n", 1)[1])
    assert answer.counts[1] == 4


def test_a_hundred_thousand_columns_are_read(city_app: Flask, tmp_path: Path) -> None:
    extra = [f"c{number}" for number in range(100_000)]
    rows = [[*line, *extra] for line in GOOD]
    answer = import_text(city_app, tmp_path, table([*rows, GOOD[0]], header=HEADER + extra))
    assert answer.counts == (5, 4, 0, 1)
    assert "10 columns, the header 100010" in reasons(answer)[6]


def test_a_hundred_thousand_cells_in_one_row_refuse_it(city_app: Flask, tmp_path: Path) -> None:
    answer = import_text(city_app, tmp_path, table([GOOD[0], [*GOOD[1], *["x"] * 100_000], *GOOD[2:]]))
    assert answer.counts == (4, 3, 0, 1)
    assert "100010 columns" in reasons(answer)[3]


def test_a_column_name_longer_than_any_is_refused(city_app: Flask, tmp_path: Path) -> None:
    text = table(GOOD, header=["x" * 1_000_000, *HEADER[1:]])
    assert "no column «id»" in refused_in_one_line(import_text(city_app, tmp_path, text))
    text = table(GOOD, header=[*HEADER[:-1], "x" * 3_000_000])
    assert "header" in refused_in_one_line(import_text(city_app, tmp_path, text))


def test_a_column_that_is_there_twice_is_refused_when_it_is_used(city_app: Flask, tmp_path: Path) -> None:
    text = table([[*line, "x"] for line in GOOD], header=[*HEADER, "KIND"])
    assert "two columns «kind»" in refused_in_one_line(import_text(city_app, tmp_path, text))
    text = table([[*line, "x", "y"] for line in GOOD], header=[*HEADER, "spare", "spare"])
    assert import_text(city_app, tmp_path, text).counts == (4, 4, 0, 0)


def test_equal_ids_in_one_file_count_once(city_app: Flask, tmp_path: Path) -> None:
    assert import_text(city_app, tmp_path, table([*GOOD, *GOOD, GOOD[0]])).counts == (9, 4, 5, 0)


@pytest.mark.once
@pytest.mark.parametrize("filling", [b"\0", b" ", b"x", b"1,2\n", b"\n"])
def test_a_gzip_bomb_is_refused(city_app: Flask, tmp_path: Path, filling: bytes) -> None:
    path = tmp_path / "bomb.csv.gz"
    with gzip.open(path, "wb") as file:
        file.write(table(GOOD).encode())
        for _ in range(130):
            file.write(filling * (1_048_576 // len(filling)))
    said = refused_in_one_line(import_file(city_app, path))
    assert "300 times its size" in said or (filling == b"\0" and "header line" in said)


@pytest.mark.once
@pytest.mark.parametrize("name", ["calls.csv", "xl/workbook.xml"])
def test_a_zip_archive_or_spreadsheet_is_refused_with_what_to_do(city_app: Flask, tmp_path: Path, name: str) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(name, table(GOOD))
    assert "save the sheet as CSV" in refused_in_one_line(import_text(city_app, tmp_path, archive.getvalue()))


@pytest.mark.once
@pytest.mark.parametrize("at", [0, 1, 2, 3])
def test_an_unclosed_quotation_mark_costs_its_own_row_only(city_app: Flask, tmp_path: Path, at: int) -> None:
    lines = table(GOOD).splitlines()
    lines[at + 1] = lines[at + 1].replace("12 Elm", '"12 Elm')
    answer = import_text(city_app, tmp_path, "\n".join(lines) + "\n")
    assert answer.counts == (4, 3, 0, 1)
    assert reasons(answer) == {at + 2: "a quotation mark opened here is never closed"}


def test_two_unclosed_quotation_marks_do_not_swallow_the_rows_between(city_app: Flask, tmp_path: Path) -> None:
    lines = table([row(number) for number in range(30)]).splitlines()
    for broken in (5, 25):
        lines[broken] = lines[broken].replace("12 Elm", '"12 Elm')
    answer = import_text(city_app, tmp_path, "\n".join(lines))
    assert answer.counts == (30, 28, 0, 2)
    assert set(reasons(answer)) == {6, 26}


def test_a_quotation_mark_inside_a_plain_cell_is_a_letter(city_app: Flask, tmp_path: Path) -> None:
    lines = table(GOOD).splitlines()
    lines[2] = lines[2].replace("12 Elm", '5" pipe at 12 Elm')
    assert import_text(city_app, tmp_path, "\n".join(lines)).counts == (4, 4, 0, 0)


def test_cells_of_many_lines_are_one_row(city_app: Flask, tmp_path: Path) -> None:
    answer = import_text(city_app, tmp_path, table([row(0, notes="a\nb\r\nc\rd"), row(1, lat="x"), row(2)]))
    assert answer.counts == (3, 2, 0, 1)
    assert set(reasons(answer)) == {6}


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"lat": "NaN"}, "no place on Earth"),
        ({"long": "nan"}, "no place on Earth"),
        ({"lat": "inf"}, "no place on Earth"),
        ({"long": "-Infinity"}, "no place on Earth"),
        ({"lat": "1e400"}, "no place on Earth"),
        ({"lat": "91"}, "no place on Earth"),
        ({"lat": "-118.2", "long": "34"}, "no place on Earth"),
        ({"lat": "forty-two"}, "no number for latitude"),
        ({"lat": "42,35"}, "no number for latitude"),
        ({"lat": "4_2.35"}, "no number for latitude"),
        ({"long": "=1+1"}, "no number for longitude"),
        ({"opened": "1900-01-01 00:00:00"}, "lies before 1971"),
        ({"opened": "0001-01-01 00:00:00"}, "lies before 1971"),
        ({"opened": "9999-12-31 23:59:59"}, "beyond all calendars"),
        ({"opened": "2199-01-01 00:00:00"}, "lies in the future"),
        ({"closed": "2199-01-01 00:00:00"}, "lies in the future"),
        ({"opened": "2026-02-30 00:00:00"}, "no date for requested"),
        ({"opened": "40980.5"}, "no date for requested"),
        ({"opened": "yesterday"}, "no date for requested"),
        ({"opened": ""}, "no date of the call"),
        ({"opened": "  "}, "no date of the call"),
        ({"id": ""}, "no id of its own"),
        ({"id": "x" * 200}, "longer than any real one"),
        ({"kind": "x" * 200}, "longer than any real one"),
    ],
)  # fmt: skip
def test_a_bad_cell_refuses_its_row_with_a_reason(
    city_app: Flask, tmp_path: Path, cells: dict[str, str], reason: str
) -> None:
    answer = import_text(city_app, tmp_path, table([GOOD[0], row(1, **cells), *GOOD[2:]]))
    assert answer.counts == (4, 3, 0, 1)
    assert reason in reasons(answer)[3]


def test_mixed_line_ends_and_blank_lines_are_read(city_app: Flask, tmp_path: Path) -> None:
    header, *lines = table(GOOD).splitlines()
    text = f"{header}\r\n{lines[0]}\n\n{lines[1]}\r\r\n{lines[2]}\r\n\n\n{lines[3]}"
    assert import_text(city_app, tmp_path, text).counts == (4, 4, 0, 0)


def test_only_a_header_is_an_import_of_nothing(city_app: Flask, tmp_path: Path) -> None:
    answer = import_text(city_app, tmp_path, table([]))
    assert answer.code == 0 and answer.counts == (0, 0, 0, 0)


@pytest.mark.once
@pytest.mark.parametrize("data", [b"", b"\n", b"\xef\xbb\xbf", b"\xff\xfe", gzip.compress(b"", mtime=0)])
@pytest.mark.parametrize("mapping", [MAP, None], ids=["map", "guess"])
def test_an_empty_file_is_refused(city_app: Flask, tmp_path: Path, data: bytes, mapping: str | None) -> None:
    assert "is empty" in refused_in_one_line(import_text(city_app, tmp_path, data, mapping))


def test_a_required_column_that_is_missing_is_named(city_app: Flask, tmp_path: Path) -> None:
    text = table([line[1:] for line in GOOD], header=HEADER[1:])
    assert "no column «id» for «source_id»" in refused_in_one_line(import_text(city_app, tmp_path, text))


def test_an_optional_column_may_be_missing(city_app: Flask, tmp_path: Path) -> None:
    text = table([line[:-1] for line in GOOD], header=HEADER[:-1])
    assert import_text(city_app, tmp_path, text).counts == (4, 4, 0, 0)


@pytest.mark.once
@pytest.mark.once
@pytest.mark.parametrize("mapping", [MAP, None], ids=["map", "guess"])
def test_what_is_no_file_is_refused(city_app: Flask, tmp_path: Path, mapping: str | None) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    assert "is no file" in refused_in_one_line(import_file(city_app, folder, mapping))
    assert "There is no file" in refused_in_one_line(import_file(city_app, tmp_path / "nowhere.csv", mapping))
    refused_in_one_line(import_file(city_app, tmp_path / ("y" * 300), mapping))


def test_random_bytes_are_refused(city_app: Flask, tmp_path: Path) -> None:
    refused_in_one_line(import_text(city_app, tmp_path, bytes(range(256)) * 50))


def test_a_city_must_be_loaded_first(app: Flask, tmp_path: Path) -> None:
    assert "load-city" in refused_in_one_line(import_text(app, tmp_path, table(GOOD)))
