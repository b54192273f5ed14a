"""What files the importer can read, and what it says of those that it cannot."""

from pathlib import Path

import pytest

from exchange.reading import LONGEST_CELL, FileRefused, open_csv


def file(folder: Path, content: bytes) -> Path:
    path = folder / "file.csv"
    path.write_bytes(content)
    return path


def rows(path: Path) -> list[tuple[int, dict[str, str] | None]]:
    return list(open_csv(path))


GERMAN = "Name;Stadt\nMüller & Söhne;Köln\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_file_is_read_in_the_encoding_it_was_written_in(tmp_path: Path, encoding: str) -> None:
    assert rows(file(tmp_path, GERMAN.encode(encoding))) == [(2, {"Name": "Müller & Söhne", "Stadt": "Köln"})]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_the_heading_has_most_of(tmp_path: Path, mark: str) -> None:
    text = mark.join(["name", '"a,b;c\td|e"', "city"]) + "\n" + mark.join(["Acme", "1", "Oslo"])
    assert rows(file(tmp_path, text.encode())) == [(2, {"name": "Acme", "a,b;c\td|e": "1", "city": "Oslo"})]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_as_any_system_ends_them(tmp_path: Path, end: str) -> None:
    assert rows(file(tmp_path, end.join(["name,city", "Acme,Oslo", "Bix,Bern"]).encode())) == [
        (2, {"name": "Acme", "city": "Oslo"}),
        (3, {"name": "Bix", "city": "Bern"}),
    ]


def test_a_row_keeps_the_line_that_an_editor_shows(tmp_path: Path) -> None:
    text = 'name,notes\nAcme,"two\nlines"\n\nBix,one\n'
    assert rows(file(tmp_path, text.encode())) == [
        (2, {"name": "Acme", "notes": "two\nlines"}),
        (5, {"name": "Bix", "notes": "one"}),
    ]


def test_empty_rows_are_counted_and_short_rows_end_in_empty_cells(tmp_path: Path) -> None:
    source = open_csv(file(tmp_path, b"name,city,zip\n,,\nAcme\n\n ; \n"))
    assert list(source) == [(3, {"name": "Acme", "city": "", "zip": ""}), (5, {"name": ";", "city": "", "zip": ""})]
    assert source.empty_rows == 2


def test_a_row_with_more_cells_than_the_heading_is_told_apart(tmp_path: Path) -> None:
    assert rows(file(tmp_path, b"name,city\nAcme,Oslo,Norway\nBix,Bern,,\n")) == [(2, None), (3, {"name": "Bix", "city": "Bern"})]


def test_columns_without_a_name_are_left_out(tmp_path: Path) -> None:
    assert rows(file(tmp_path, b"name,,city,,\nAcme,x,Oslo,,\n")) == [(2, {"name": "Acme", "city": "Oslo"})]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\n\n \n", "The file is empty."),
        (b"name,city,name\nAcme,Oslo,x\n", "The heading names a column twice: name"),
        (b"name\n\x81\x8d\x90 \xff\n", "The file is no text in UTF-8, UTF-16 or Windows-1252."),
        (b"na\x00me,city\nAcme,Oslo\n", "The file is no text in UTF-8, UTF-16 or Windows-1252."),
        (",".join(f"c{i}" for i in range(301)).encode(), "The file has more than 300 columns."),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_a_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    with pytest.raises(FileRefused, match="^" + sentence.replace(".", r"\.")):
        rows(file(tmp_path, content))


def test_a_quote_that_is_never_closed_does_not_swallow_the_rest_in_silence(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match=r"^Line 3 cannot be read: a quote is not closed"):
        rows(file(tmp_path, b'name,city\nAcme,Oslo\n"Bix,Bern\nCox,Cork\n'))


def test_a_cell_beyond_all_measure_ends_the_reading_before_it_fills_the_memory(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match=r"^Line 2 cannot be read"):
        rows(file(tmp_path, b'name\n"' + b"x" * (LONGEST_CELL + 1) + b'"\n'))


def test_a_missing_file_and_a_folder_are_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="cannot be read: No such file"):
        open_csv(tmp_path / "nothing.csv")
    with pytest.raises(FileRefused, match="is a folder"):
        open_csv(tmp_path)
