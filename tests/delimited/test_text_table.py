"""Files as people have them are cut into the right names and rows, whatever stands around the table."""

from __future__ import annotations

import pytest

from core.delimited.character_sets import ENCODINGS, guess_encoding
from core.delimited.text_table import TextTable, read_text_table
from core.field import ConfigError

ROWS = "".join(f"{i},{i * 7 % 10}.5,{'ab'[i % 2]}\n" for i in range(30))
WORDS = {
    "GB18030": "城市,人口,类别\n" + "北京,5,大\n杭州,6,小\n" * 10,
    "Big5": "城市,人口,類別\n" + "臺北,5,大\n高雄,6,小\n" * 10,
    "Shift_JIS": "名前,年齢,合格\n" + "たろう,5,はい\nはなこ,6,いいえ\n" * 10,
    "EUC-KR": "이름,나이,합격\n" + "김철수,5,예\n이영희,6,아니오\n" * 10,
    "windows-1251": "город,население,регион\n" + "Москва,5,Центр\nКазань,6,Поволжье\n" * 10,
    "windows-1252": "Stadt,Einwohner,Größe\n" + "München,5,groß\nLübeck,6,klein\n" * 10,
    "windows-1250": "miasto,ludność,województwo\n" + "Łódź,5,łódzkie\nGdańsk,6,pomorskie\n" * 10,
}


def read(text: str, header: bool | None = None) -> TextTable:
    return read_text_table(text.encode(), header=header)


@pytest.mark.parametrize("encoding", WORDS)
def test_an_encoding_without_a_mark_is_guessed_and_said(encoding: str) -> None:
    text = WORDS[encoding]
    data = text.encode(ENCODINGS[encoding])
    assert data.decode(ENCODINGS[guess_encoding(data)]) == text
    table = read_text_table(data)
    assert (table.encoding, table.encoding_guessed) == (encoding, True)
    assert table.names == tuple(text.split("\n")[0].split(","))


@pytest.mark.parametrize(("encoding", "money"), [("Shift_JIS", "¥"), ("EUC-KR", "₩")])
def test_the_backslash_of_japanese_and_korean_letters_before_a_number_is_money(encoding: str, money: str) -> None:
    head, row, *_ = WORDS[encoding].split("\n")
    data = f"{head}\n" + f'{row.split(",")[0]},"\\1,200",a\\b\n' * 20
    assert read_text_table(data.encode(ENCODINGS[encoding])).rows[0][1:] == [f"{money}1,200", "a\\b"]


def test_signs_beside_numbers_are_western() -> None:
    assert read_text_table("t,temp\n".encode("cp1252") + "1,5°C\n".encode("cp1252") * 20).rows[0] == ["1", "5°C"]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_separators_line_ends_and_marks_change_nothing(delimiter: str, newline: str, encoding: str) -> None:
    text = ("n,x,y\n" + ROWS).replace(",", delimiter).replace("\n", newline)
    table = read_text_table(text.encode(encoding))
    assert (table.delimiter, table.names, len(table.rows)) == (delimiter, ("n", "x", "y"), 30)
    assert table.rows[3] == ["3", "1.5", "b"]


AROUND = {
    "a title and a blank line": ("Sales of the year\n\nn,x,y\n" + ROWS, 2),
    "a padded title": ("Report,,\n,,\nn,x,y\n" + ROWS, 2),
    "facts padded to the width": ("Station,Mauna Loa,\nUnits,ppm,\nn,x,y\n" + ROWS, 2),
    "facts above a padded blank row": ("Station,Mauna Loa,\nUnits,ppm,\n,,\nn,x,y\n" + ROWS, 3),
    "a title with as many commas": ("Report for Acme, Inc., North\nn,x,y\n" + ROWS, 1),
    "comments": ("# made by, hand, today\n#\nn,x,y\n" + ROWS, 2),
    "sep=": ("sep=,\nn,x,y\n" + ROWS, 1),
    "facts": ("Station,Berlin,\nUnit,m,\n\nn,x,y\n" + ROWS, 3),
    "a source below": ("n,x,y\n" + ROWS + "\nSource: WHO, 2020\n* estimated\n", 0),
    "a total below": ("n,x,y\n" + ROWS + "Total,140,\n", 0),
    "commented names": ("# n,x,y\n" + ROWS, 1),
    "names again": ("n,x,y\n" + ROWS.replace("15,5.5", "n,x,y\n15,5.5"), 0),
}


def test_two_signs_may_part_the_cells() -> None:
    for head, names in (("", None), ("user::film::stars\n", ("user", "film", "stars"))):
        table = read(head + "".join(f"{i}::{i * 7}::{i % 5}\n" for i in range(30)))
        assert (table.names, table.rows[3]) == (names, ["3", "21", "3"])


def test_rows_that_a_program_took_for_one_cell_are_cut() -> None:
    table = read('"t,x,y"\n' + "".join(f'"a{i},{i},""{i}"""\n' for i in range(30)))
    assert (table.names, table.rows[3]) == (("t", "x", "y"), ["a3", "3", "3"])


@pytest.mark.parametrize("first", ["#N/A,#DIV/0!", "k.A.,--", "n.a.,5"])
def test_a_first_row_without_values_is_no_row_of_units(first: str) -> None:
    table = read(f"x,y\n{first}\n" + "".join(f"{i},{i * 2}\n" for i in range(30)))
    assert (table.skipped_lines, len(table.rows)) == (0, 31)


@pytest.mark.parametrize("source", ["Note: a, b, c and d", "Source: one, two", "* of which 2, revised"])
def test_a_source_below_the_table_may_have_commas(source: str) -> None:
    table = read("x,y\n" + "".join(f"{i},{i * 2}\n" for i in range(30)) + f"* preliminary values\n{source}\n")
    assert (table.footers, len(table.rows)) == (2, 30)


@pytest.mark.parametrize(("text", "skipped"), AROUND.values(), ids=AROUND)
def test_what_stands_around_the_table_is_left_out(text: str, skipped: int) -> None:
    table = read(text)
    assert (table.names, len(table.rows), table.skipped_lines) == (("n", "x", "y"), 30, skipped)


def test_blanks_separate_columns_with_words_in_quotes() -> None:
    table = read("".join(f' {i}.5   {i * 3:5}\t"car {i}"\n' for i in range(20)))
    assert (table.delimiter, table.names, len(table.rows)) == (" ", None, 20)
    assert table.rows[4] == ["4.5", "12", "car 4"]


def test_aligned_columns_keep_blanks_inside_cells_and_empty_cells() -> None:
    people = ("Bob Smith", "Al", "Mary Jane")
    lines = [f"{people[i % 3]:<14}{'' if i == 4 else 20 + i:<6}{('New York', 'Rome')[i % 2]}" for i in range(20)]
    table = read("\n".join(["Name          Age   City", *lines]))
    assert table.names == ("Name", "Age", "City")
    assert table.rows[4] == ["Al", "", "New York"]


def quoted(cell: str) -> str:
    return "id,text,y\n" + "".join(f"{i},{cell if i == 7 else 'word'},{i % 2}\n" for i in range(50))


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('"20 inch', '"20 inch'),
        ('5"', '5"'),
        ('"a, b"', "a, b"),
        ('"a\nb"', "a\nb"),
        ('"say ""hi"""', 'say "hi"'),
        ('"20" nails"', '20" nails'),
        ('"say \\"hi\\", now"', 'say "hi", now'),
    ],
)
def test_quotation_marks_cost_no_other_row(cell: str, value: str) -> None:
    table = read(quoted(cell))
    assert len(table.rows) == 50
    assert table.rows[7] == ["7", value, "1"]


def test_an_open_quotation_mark_does_not_meet_one_that_ends_a_cell_further_down() -> None:
    rows = [f"{i}\t{ {7: chr(34) + 'w', 9: 'w' + chr(34)}.get(i, 'w') }\t{i % 2}" for i in range(50)]
    assert len(read("id\ttext\ty\n" + "\n".join(rows)).rows) == 50


HEADERS = {
    "words over numbers": ("a,b\n" + "1,2\n3,4\n" * 10, True),
    "years": ("land,1990,1991\n" + "".join(f"l{i},{i}.5,{i}\n" for i in range(20)), True),
    "even numbers": ("0,1,2,3\n" + "".join(f"0.{i},{i * 3},0.5,{i % 2}\n" for i in range(20)), True),
    "numbers": ("6,148,72\n" + "".join(f"{i},{90 + i},{60 + i % 7}\n" for i in range(20)), False),
    "values that come again": ("x,o,win\n" + "o,x,win\nx,x,lose\n" * 10, False),
    "dates over numbers": ("p,2020-01-01,2020-01-02\n" + "".join(f"p{i},{i}.5,{i}\n" for i in range(20)), True),
}


@pytest.mark.parametrize(("text", "names"), HEADERS.values(), ids=HEADERS)
def test_the_first_row_is_names_or_data(text: str, names: bool) -> None:
    assert (read(text).names is not None) is names


def test_a_person_can_say_whether_the_first_row_is_names() -> None:
    assert read("6,148\n7,150\n8,151\n", header=True).names == ("6", "148")
    assert read("a,b\n1,2\n3,4\n", header=False).names is None


def test_names_one_short_begin_with_that_of_the_rows() -> None:
    table = read('"mpg","cyl"\n' + "".join(f'"Car {i}",{20 + i}.5,{i % 4}\n' for i in range(12)))
    assert (table.names, table.rows[0]) == (("", "mpg", "cyl"), ["Car 0", "20.5", "0"])


def test_a_line_that_counts_the_rows_is_no_header() -> None:
    table = read("40,2,setosa,\n" + "5.1,3.5,1.4,0\n" * 40)
    assert (table.names, len(table.rows), table.skipped_lines) == (None, 40, 1)


def test_units_below_the_names_are_left_out() -> None:
    table = read("time,height\ns,m\n" + "".join(f"{i},{i}.5\n" for i in range(20)))
    assert (table.names, len(table.rows)) == (("time", "height"), 20)


HOSTILE = {
    "LIBSVM": (b"+1 1:0.5 7:1\n-1 2:0.25\n" * 20, "The file is a LIBSVM file"),
    "a million columns": (b"a," * 1_000_000 + b"\n" + b"1," * 1_000_000, "columns; at most"),
    "one cell of 5 MB": (b"a,b\n1," + b"x" * 4_990_000, "a cell that is too long"),
    "NUL bytes": (b"a,b\n1,2\n" + b"\0" * 1_000_000, "not text"),
    "another format": (b"% iris\n\n@RELATION iris\n@ATTRIBUTE a NUMERIC\n@DATA\n1\n", "an ARFF file"),
    "a million quotes": (b'"' * 1_000_000, "a cell that is too long"),
}


@pytest.mark.parametrize(("data", "sentence"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_gets_one_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        read_text_table(data)


BESIDE_ANOTHER = {
    "as wide": "item,price,stock\n" + "".join(f"p{i},{i}.5,{i}\n" for i in range(8)),
    "narrower": "name,score\n" + "".join(f"p{i},{i}\n" for i in range(20)),
    "after a padded blank row": ",,\nitem,price,stock\n" + "p,1.5,2\n" * 3,
}


@pytest.mark.parametrize("second", BESIDE_ANOTHER.values(), ids=BESIDE_ANOTHER)
def test_of_two_tables_in_one_file_the_first_is_read(second: str) -> None:
    table = read("n,x,y\n" + ROWS + "\n" + second)
    assert (table.names, len(table.rows), table.footers, table.uneven) == (("n", "x", "y"), 30, 0, 0)
    assert table.further > 0


def test_blank_rows_within_a_table_and_names_that_come_again_end_nothing() -> None:
    table = read("n,x,y\n" + ROWS.replace("\n", "\n\n") + "\nn,x,y\n" + ROWS)
    assert (len(table.rows), table.further) == (60, 0)


BLANKS_WITHIN = {
    "dates": (",", "03. 11. 2021"),
    "dates with the year first": (",", "2021. 11. 03."),
    "telephone numbers": ("\t", "+49 30 1234567"),
    "thousands with no-break spaces": ("\t", "$1\u00a0234,50"),
    "places on earth": ("\t", "48.1234, 11.5678"),
}


@pytest.mark.parametrize(("delimiter", "cell"), BLANKS_WITHIN.values(), ids=BLANKS_WITHIN)
def test_blanks_inside_cells_do_not_part_them(delimiter: str, cell: str) -> None:
    rows = "".join(delimiter.join([cell, f"{i}.5", str(i)]) + "\n" for i in range(30))
    table = read(delimiter.join(["when", "load", "sales"]) + "\n" + rows)
    assert (table.delimiter, table.names, table.rows[0]) == (delimiter, ("when", "load", "sales"), [cell, "0.5", "0"])


def test_numbers_with_decimal_commas_may_be_parted_by_single_blanks() -> None:
    table = read("".join(f"-{i},5 {i * 7},25 {i % 3}\n" for i in range(30)))
    assert (table.delimiter, table.rows[2]) == (" ", ["-2,5", "14,25", "2"])


def test_names_may_stand_bare_above_rows_that_a_program_took_for_one_cell() -> None:
    table = read("n,x,y\n" + "".join(f'"{i},""a, b"",{i}"\n' for i in range(30)))
    assert (table.names, table.rows[3]) == (("n", "x", "y"), ["3", "a, b", "3"])


@pytest.mark.parametrize("sign", ["\x1a", "\x0b", "\x1f"])
def test_a_single_control_character_makes_no_file_less_of_a_text(sign: str) -> None:
    assert len(read("n,x,y\n" + ROWS + sign).rows) == 30


RARE = {
    "ISO-8859-2": "miasto,ludność\nŁódź śródmieście,5\nGdańsk,6\n",
    "ISO-8859-5": "город,население\nМосква,5\nКазань,6\n",
    "KOI8-U": "місто,населення\nКиїв,5\nХарків,6\n",
    "windows-874": "เมือง,ประชากร\nกรุงเทพ,5\nภูเก็ต,6\n",
    "ISO-2022-JP": "名前,年齢\nたろう,5\nはなこ,6\n",
}


@pytest.mark.parametrize("encoding", RARE)
def test_a_rare_encoding_can_be_chosen(encoding: str) -> None:
    text = RARE[encoding]
    table = read_text_table(text.encode(ENCODINGS[encoding]), encoding)
    assert [list(table.names or ()), *table.rows] == [line.split(",") for line in text.splitlines()]


def test_japanese_that_shifts_is_known_by_its_escapes() -> None:
    table = read_text_table(RARE["ISO-2022-JP"].encode("iso2022_jp"))
    assert (table.encoding, table.encoding_guessed, table.names) == ("ISO-2022-JP", True, ("名前", "年齢"))


@pytest.mark.parametrize("data", [b"-" * 100_000, b"-----\n" * 1_000, b"sep=" + b"," * 100_000, b"#\n#\n#\n"])
def test_a_file_without_a_row_gets_a_sentence(data: bytes) -> None:
    with pytest.raises(ConfigError):
        read_text_table(data)
