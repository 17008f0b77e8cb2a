"""A list of accounts as spreadsheets write it: bytes to rows, with every fault and its line."""

import codecs
import csv
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from io import StringIO

from healthcheckd.domain.accounts import AccountId, parse_new_id
from healthcheckd.domain.profile import FIELDS, Value, is_exponent, parse_value
from healthcheckd.errors import UsageError

COLUMNS = ("id", *FIELDS)
"""What a table may hold, in the order of an export. `id` is required; a column that is absent changes nothing."""

CLEAR = "-"
"""The cell that empties a field; an empty cell leaves it as it is."""

MOST_LINES = 200_000
"""While a table is compared with what is known, nothing else is written: ten seconds for 100,000 accounts."""

_MOST_FAULTS = 1000
_MOST_COLUMNS = 100
_DELIMITERS = ",;\t|"
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_WORKBOOK = b"PK\x03\x04"
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One account of a table, with the fields that its row states."""

    line: int
    id: AccountId
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImportFault:
    """One thing wrong with a table; line 1 is its head, `column` is empty where the whole line is meant."""

    line: int
    column: str
    message: str

    def __str__(self) -> str:
        place = f"line {self.line}, {self.column}" if self.column else f"line {self.line}"
        return f"{place}: {self.message}"


@dataclass(frozen=True, slots=True)
class Table:
    """What was found in the bytes. With any fault, nothing of it is to be used."""

    rows: tuple[ImportRow, ...] = ()
    faults: tuple[ImportFault, ...] = ()
    encoding: str = ""
    delimiter: str = ""


def parse_table(content: bytes) -> Table:
    """Sniffs encoding and delimiter, and names every fault at once."""
    decoded = _decode(content)
    if isinstance(decoded, ImportFault):
        return Table(faults=(decoded,))
    text, encoding = decoded
    delimiter, text, first = _delimiter(text)
    faults: list[ImportFault] = []
    lines = list(_lines(text, delimiter, first, faults))
    rows = tuple(_rows(lines, faults))
    if not rows and not faults:
        faults.append(ImportFault(1, "", "the table holds no account"))
    return Table(rows if not faults else (), tuple(faults), encoding, delimiter)


_Line = tuple[int, list[str]]


def _decode(content: bytes) -> tuple[str, str] | ImportFault:
    """Text and its encoding: what a byte order mark says, else UTF-8, else what Windows in the West writes."""
    if content.startswith(_WORKBOOK):
        return ImportFault(1, "", "this is a workbook; save it as CSV first")
    marked = [name for bom, name in _BOMS if content.startswith(bom)]
    for encoding in marked or ["utf-8", "cp1252"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return ImportFault(1, "", "this is not a text file") if "\0" in text else (text, encoding)
    return ImportFault(1, "", "the text is neither UTF-8 nor Windows-1252; save it as CSV UTF-8")


def _delimiter(text: str) -> tuple[str, str, int]:
    """The delimiter, the table after a `sep=` line that says it, and the number of the table's first line."""
    head, _, rest = text.partition("\n")
    said = head.strip().removeprefix("sep=")
    if said != head.strip() and len(said) == 1:
        return said, rest, 2
    return max(_DELIMITERS, key=lambda sign: _columns_known(head, sign)), text, 1


def _columns_known(head: str, delimiter: str) -> tuple[int, int]:
    cells = [_column(cell.strip('"')) for cell in head.split(delimiter)]
    return sum(cell in COLUMNS for cell in cells), len(cells)


def _lines(text: str, delimiter: str, first: int, faults: list[ImportFault]) -> Iterator[_Line]:
    """The lines that hold anything, by the number each begins on."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + first
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            faults.append(ImportFault(line, "", f"cannot be read: {error}"))
            return
        if line > MOST_LINES:
            faults.append(ImportFault(line, "", f"the table is longer than {MOST_LINES} lines; import it in parts"))
            return
        if any(cell.strip() for cell in cells):
            yield line, [cell.strip() for cell in cells]


def _rows(lines: Sequence[_Line], faults: list[ImportFault]) -> Iterator[ImportRow]:
    if not lines:
        return
    columns = [_column(cell) for cell in lines[0][1]]
    while columns and not columns[-1]:
        columns.pop()
    head_faults = list(_head_faults(lines[0][0], columns))
    faults.extend(head_faults)
    if head_faults:
        return
    seen: dict[str, int] = {}
    for line, cells in lines[1:]:
        if len(faults) >= _MOST_FAULTS:
            faults.append(ImportFault(line, "", "the rest was not read: so many faults are enough"))
            return
        if (row := _row(line, columns, cells, faults)) is None:
            continue
        if (before := seen.setdefault(unicodedata.normalize("NFC", str(row.id)), line)) != line:
            faults.append(ImportFault(line, "id", f"{row.id} stands on line {before} already"))
        yield row


def _head_faults(line: int, columns: Sequence[str]) -> Iterator[ImportFault]:
    if len(columns) > _MOST_COLUMNS:
        yield ImportFault(line, "", f"has {len(columns)} columns; those known are {', '.join(COLUMNS)}")
        return
    for place, column in enumerate(columns):
        if column not in COLUMNS:
            near = get_close_matches(column, COLUMNS, n=1, cutoff=0.5)
            advice = f"did you mean {near[0]}?" if near else f"columns are {', '.join(COLUMNS)}"
            yield ImportFault(line, column or f"column {place + 1}", f"unknown column; {advice}")
        elif column in columns[:place]:
            yield ImportFault(line, column, "the column is there twice")
    if "id" not in columns:
        yield ImportFault(line, "id", "the column is missing; it holds GATEWAY/SESSION")


def _row(line: int, columns: Sequence[str], cells: Sequence[str], faults: list[ImportFault]) -> ImportRow | None:
    if any(cells[len(columns) :]):
        faults.append(ImportFault(line, "", f"has {len(cells)} cells under {len(columns)} columns"))
        return None
    stated = {column: cell for column, cell in zip(columns, cells, strict=False) if cell}
    account = _account(line, stated.pop("id", ""), faults)
    values = _values(line, stated, faults)
    return ImportRow(line, account, values) if account else None


def _account(line: int, text: str, faults: list[ImportFault]) -> AccountId | None:
    account = parse_new_id(unguarded(text))
    if account is None:
        faults.append(ImportFault(line, "id", f"{text[:_SHOWN] or 'an empty cell'} is not GATEWAY/SESSION"))
    elif is_exponent(account.session) and {"+", ",", "."} & set(account.session):
        faults.append(ImportFault(line, "id", f"{text} was shortened by a spreadsheet; format the column as text"))
    return account


def _values(line: int, stated: Mapping[str, str], faults: list[ImportFault]) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for column, cell in stated.items():
        try:
            values[column] = parse_value(column, "" if cell == CLEAR else unguarded(cell))
        except UsageError as error:
            faults.append(ImportFault(line, column, error.what))
    return values


def _column(cell: str) -> str:
    """A head as people write it, `Owner E-Mail` included, to a column's name."""
    plain = "_".join(cell.strip().lower().replace("-", " ").replace("_", " ").split())
    return plain.replace("e_mail", "email")


GUARD = "'"
"""Put before a cell that a spreadsheet would take for a formula or a number."""


FORMULA = ("=", "+", "-", "@")


def unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith(GUARD) and cell.lstrip(GUARD).startswith(FORMULA) else cell
