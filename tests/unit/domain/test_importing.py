"""Tables as spreadsheets really write them."""

import codecs
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthcheckd.domain import importing
from healthcheckd.domain.exporting import write_table
from healthcheckd.domain.importing import ImportFault, parse_table
from healthcheckd.domain.reports.accounts import ExportRow

PLAIN = "id,name,owner_email\nmain/loja,Padaria São João,a@example.com\n"


@pytest.mark.parametrize(
    ("content", "encoding", "delimiter"),
    [
        (PLAIN.encode(), "utf-8", ","),
        (codecs.BOM_UTF8 + PLAIN.encode(), "utf-8-sig", ","),
        (PLAIN.replace(",", ";").encode("cp1252"), "cp1252", ";"),
        (PLAIN.replace(",", ";").replace("\n", "\r\n").encode("cp1252"), "cp1252", ";"),
        (PLAIN.replace(",", "\t").encode("utf-16"), "utf-16", "\t"),
        (codecs.BOM_UTF16_BE + PLAIN.replace(",", "\t").encode("utf-16-be"), "utf-16", "\t"),
        (PLAIN.replace(",", "|").encode(), "utf-8", "|"),
        (b"sep=;\r\n" + PLAIN.replace(",", ";").encode(), "utf-8", ";"),
        (b'"id","name","owner_email"\n' + PLAIN.partition("\n")[2].encode(), "utf-8", ","),
        (b"ID,Name,Owner E-Mail\n" + PLAIN.partition("\n")[2].encode(), "utf-8", ","),
        (PLAIN.encode() + b"\n,,\n  \n", "utf-8", ","),
        (PLAIN.replace("owner_email", "owner_email,,").encode(), "utf-8", ","),
    ],
)
def test_the_same_table_is_read_however_it_was_saved(content: bytes, encoding: str, delimiter: str) -> None:
    table = parse_table(content)
    assert table.faults == ()
    assert (table.encoding, table.delimiter) == (encoding, delimiter)
    [row] = table.rows
    assert str(row.id) == "main/loja"
    assert row.values == {"name": "Padaria São João", "owner_email": ("a@example.com",)}


def test_a_comma_in_a_name_does_not_make_a_semicolon_table_a_comma_table() -> None:
    table = parse_table(b'id;name;customer\nmain/a;"Bread, cakes, coffee";ACME\n')
    assert table.rows[0].values == {"name": "Bread, cakes, coffee", "customer": "ACME"}


def test_every_field_becomes_its_value() -> None:
    head = "id,phone,tags,language,time_zone,daily_limit,notify_after,enabled"
    [row] = parse_table(f"{head}\nmain/a/b,55 (11) 98888-7777,vip|test,pt_BR,America/Recife,1000,1h,no".encode()).rows
    assert str(row.id) == "main/a/b"
    assert row.values == {
        "phone": "+5511988887777",
        "tags": ("vip", "test"),
        "language": "pt-BR",
        "time_zone": "America/Recife",
        "daily_limit": 1000,
        "notify_after": timedelta(hours=1),
        "enabled": False,
    }


def test_an_empty_cell_leaves_a_field_and_a_dash_clears_it() -> None:
    [row] = parse_table(b"id,name,tags,owner_email,daily_limit\nmain/a,,-,-,-\n").rows
    assert row.values == {"tags": (), "owner_email": (), "daily_limit": None}


@pytest.mark.parametrize("cell", ["5,51199E+12", "5.51199E+12", "5,51199e+12", "55E11"])
def test_a_phone_that_a_spreadsheet_shortened_is_refused_by_row(cell: str) -> None:
    table = parse_table(f"id;phone\nmain/a;+5511988887777\nmain/b;{cell}\n".encode())
    [fault] = table.faults
    assert (fault.line, fault.column) == (3, "phone")
    assert fault.message.startswith(f"{cell} was shortened by a spreadsheet")
    assert table.rows == ()


def test_a_table_without_end_is_not_read_to_its_end() -> None:
    faults = parse_table(b"id\n" + b"x\n" * 5000).faults
    assert len(faults) == 1001 and "the rest was not read" in faults[-1].message


def test_a_head_without_end_is_one_fault() -> None:
    [fault] = parse_table(b"id" + b",name" * 200_000 + b"\n").faults
    assert "has 200001 columns" in fault.message


def test_a_table_is_no_longer_than_the_daemon_can_bear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "MOST_LINES", 3)
    assert len(parse_table(b"id\nmain/a\nmain/b\n").rows) == 2
    [fault] = parse_table(b"id\nmain/a\nmain/b\nmain/c\n").faults
    assert "import it in parts" in fault.message


def test_a_session_that_a_spreadsheet_shortened_is_refused_too() -> None:
    [fault] = parse_table(b"id\nmain/5.51199E+12\n").faults
    assert "shortened by a spreadsheet" in fault.message


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"id,owner_mail\nmain/a,x@y.z\n", ImportFault(1, "owner_mail", "unknown column; did you mean owner_email?")),
        (b"id,email\nmain/a,x@y.z\n", ImportFault(1, "email", "unknown column; did you mean owner_email?")),
        (b"id,name,name\nmain/a,x,y\n", ImportFault(1, "name", "the column is there twice")),
        (b"name\nShop\n", ImportFault(1, "id", "the column is missing; it holds GATEWAY/SESSION")),
        (b"id,name\nshop,Shop\n", ImportFault(2, "id", "shop is not GATEWAY/SESSION")),
        (b"id,name\n,Shop\n", ImportFault(2, "id", "an empty cell is not GATEWAY/SESSION")),
        (b'id,name\n"main/a\nb",x\n', ImportFault(2, "id", "main/a\nb is not GATEWAY/SESSION")),
        (b"id,name\nmain/a,x\nmain/a,y\n", ImportFault(3, "id", "main/a stands on line 2 already")),
        (b"id,name\nmain/a,x,y,z\n", ImportFault(2, "", "has 4 cells under 2 columns")),
        (b"id,owner_email\nmain/a,ana at home\n", ImportFault(2, "owner_email", "ana at home is not a mail address")),
        (
            b"id,phone\nmain/a,12\n",
            ImportFault(2, "phone", "must be an international number such as +55 11 98888-7777"),
        ),
        (
            b"id,phone\nmain/a,5511988887777.0\n",
            ImportFault(2, "phone", "must be an international number such as +55 11 98888-7777"),
        ),
        (b"id,enabled\nmain/a,maybe\n", ImportFault(2, "enabled", "must be yes or no")),
        (b"id,enabled\nmain/a,-\n", ImportFault(2, "enabled", "must be yes or no")),
        (b"PK\x03\x04rest", ImportFault(1, "", "this is a workbook; save it as CSV first")),
        (b"id\0name", ImportFault(1, "", "this is not a text file")),
        (
            b"id,name\nmain/a,\x81\n",
            ImportFault(1, "", "the text is neither UTF-8 nor Windows-1252; save it as CSV UTF-8"),
        ),
        (b"", ImportFault(1, "", "the table holds no account")),
        (b"id,name\n", ImportFault(1, "", "the table holds no account")),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_column(content: bytes, expected: ImportFault) -> None:
    assert parse_table(content).faults == (expected,)


def test_an_open_quote_is_a_fault_and_not_a_lost_half_of_the_table() -> None:
    [fault] = parse_table(b'id,name\nmain/a,"Shop\nmain/b,Store\n').faults
    assert (fault.line, fault.column) == (2, "")
    assert fault.message.startswith("cannot be read")


def test_all_faults_are_named_at_once_and_nothing_is_handed_on() -> None:
    table = parse_table(b"id,phone,time_zone\nmain/a,1,Mars/Olympus\nmain/b,55E11,\n")
    assert [(fault.line, fault.column) for fault in table.faults] == [(2, "phone"), (2, "time_zone"), (3, "phone")]
    assert table.rows == ()


def test_a_name_over_two_lines_is_refused_and_later_lines_keep_their_numbers() -> None:
    table = parse_table(b'id,name\nmain/a,"Shop\nnorth"\nmain/b,Store\nnope,x\n')
    assert [(fault.line, fault.column) for fault in table.faults] == [(2, "name"), (5, "id")]


def test_a_formula_is_guarded_on_its_way_out() -> None:
    lines = write_table([ExportRow("main/a", name="=HYPERLINK(1)", phone="+5511988887777")]).splitlines()
    assert lines[1].startswith("main/a,'=HYPERLINK(1),'+5511988887777,")


_names = st.text(st.characters(exclude_categories=("C", "Z")), max_size=12)
_rows = st.builds(
    ExportRow,
    id=_names.map(lambda session: f"main/{session or 'a'}"),
    name=_names,
    phone=st.sampled_from(["", "+5511988887777"]),
    owner_email=st.sampled_from([(), ("a@example.com", "b@example.com")]),
    customer=_names,
    tags=st.sampled_from([(), ("vip",), ("a", "b")]),
    language=st.sampled_from(["", "pt-BR"]),
    daily_limit=st.none() | st.integers(0, 9999),
    notify_after=st.none() | st.just(timedelta(minutes=90)),
    enabled=st.booleans(),
)


@given(_rows)
def test_an_export_is_read_back_as_it_was(row: ExportRow) -> None:
    table = parse_table(write_table([row]).encode())
    assert table.faults == ()
    [read] = table.rows
    assert str(read.id) == row.id
    for field, value in read.values.items():
        assert value == getattr(row, field)
    left_out = {field for field in ("name", "phone", "customer", "owner_email", "tags") if getattr(row, field)}
    assert left_out <= set(read.values)
