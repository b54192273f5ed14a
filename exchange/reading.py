"""Reading a CSV file: its encoding, its delimiter, its heading, then row by row in bounded memory."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

LARGEST = 500 * 1024 * 1024  # bytes of a file
COLUMNS = 300
LONGEST_CELL = 100_000  # characters; an unclosed quote would take in the rest of the file
BLOCK = 1024 * 1024
DELIMITERS = ",;\t|"


class FileRefused(ValueError):
    """The file itself cannot be read; the message is a sentence for people."""


@dataclass
class Source:
    """A readable file. Iterating gives (line, cells by column); a row of another length says so in `misfit`."""

    path: Path
    encoding: str
    delimiter: str
    columns: list[str]
    size: int
    empty_rows: int = 0
    at: int = field(default=0, compare=False)  # characters read so far, for progress
    _ended: bool = field(default=False, init=False, repr=False, compare=False)

    def __iter__(self) -> Iterator[tuple[int, dict[str, str] | None]]:
        """(line, {column: text}), the text without blanks around it; None for a row with more cells than the heading.

        Rows of nothing but empty cells are counted, not given. A shorter row ends in empty cells.
        Raises FileRefused where the file stops being a table.
        """
        self.empty_rows = 0
        for line, row in self._rows():
            if line == 0:
                continue
            texts = [cell.strip() for cell in row]
            while len(texts) > len(self.columns) and not texts[-1]:
                texts.pop()
            if not any(texts):
                self.empty_rows += 1
            elif len(texts) > len(self.columns):
                yield line, None
            else:
                texts += [""] * (len(self.columns) - len(texts))
                yield line, {name: text for name, text in zip(self.columns, texts, strict=True) if name}

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        """Line 0 is the heading; the others carry the number that an editor shows."""
        with self.path.open(encoding=self.encoding, newline="") as file:
            reader = csv.reader(self._counted(file), delimiter=self.delimiter, strict=False)
            heading = True
            while True:
                # The limit is the module's own: said anew before every row, since other code may say another.
                csv.field_size_limit(LONGEST_CELL)
                begins = reader.line_num + 1
                try:
                    row = next(reader)
                except StopIteration:
                    return
                except csv.Error as problem:
                    raise FileRefused(
                        _("Line %(line)d cannot be read: a quote is not closed, or a cell is too long.") % {"line": begins}
                    ) from problem
                if self._ended:  # the reader asked for more in the middle of a row
                    raise FileRefused(_("Line %(line)d cannot be read: a quote is not closed.") % {"line": begins})
                if heading and not any(cell.strip() for cell in row):
                    continue
                yield (0 if heading else begins), row
                heading = False

    def _counted(self, file: Iterator[str]) -> Iterator[str]:
        self.at, self._ended = 0, False
        for line in file:
            self.at += len(line)
            yield line
        self._ended = True


def open_csv(path: Path) -> Source:
    """Look at a file: can it be read, how is it written, what are its columns? Raises FileRefused."""
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise FileRefused(_("%(path)s is a folder.") % {"path": path})
        if size > LARGEST:
            raise FileRefused(_("The file is larger than %(most)d MB.") % {"most": LARGEST // 1024 // 1024})
        encoding = _encoding(path)
        source = Source(path, encoding, _delimiter(path, encoding), [], size)
        heading = next((row for _line, row in source._rows()), None)
    except OSError as problem:
        raise FileRefused(_("%(path)s cannot be read: %(why)s") % {"path": path, "why": problem.strerror}) from problem
    except UnicodeError as problem:
        raise FileRefused(_("The file is no text in UTF-8, UTF-16 or Windows-1252.")) from problem
    if heading is None:
        raise FileRefused(_("The file is empty."))
    source.columns = _columns(heading)
    return source


def _encoding(path: Path) -> str:
    """UTF-8 (with or without its mark) or UTF-16 (with it), else Windows-1252. Reads the file once, in blocks."""
    with path.open("rb") as file:
        head = file.read(4)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        file.seek(0)
        for encoding in ("utf-8-sig", "cp1252"):
            file.seek(0)
            decoder = codecs.getincrementaldecoder(encoding)()
            try:
                while block := file.read(BLOCK):
                    decoder.decode(block)
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                continue
            return encoding
    raise FileRefused(_("The file is no text in UTF-8, UTF-16 or Windows-1252."))


def _delimiter(path: Path, encoding: str) -> str:
    """The one that the heading has most of, outside of quotes."""
    with path.open(encoding=encoding, newline="") as file:
        heading = ""
        while not heading.strip() and (line := file.readline(LONGEST_CELL)):
            heading = line
    bare = "".join(part for number, part in enumerate(heading.split('"')) if number % 2 == 0)
    return max(DELIMITERS, key=lambda mark: (bare.count(mark), -DELIMITERS.index(mark)))


def _columns(heading: list[str]) -> list[str]:
    names = [name.strip() for name in heading]
    while names and not names[-1]:
        names.pop()
    if len(names) > COLUMNS:
        raise FileRefused(_("The file has more than %(most)d columns.") % {"most": COLUMNS})
    given = [name for name in names if name]
    twice = sorted({name for name in given if given.count(name) > 1})
    if twice:
        raise FileRefused(_("The heading names a column twice: %(names)s") % {"names": ", ".join(twice)[:200]})
    if "\x00" in "".join(names):
        raise FileRefused(_("The file is no text in UTF-8, UTF-16 or Windows-1252."))
    return names
