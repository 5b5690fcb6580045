"""A visitor's CSV: what is read, what is guessed, and the one sentence for everything that cannot be."""

import contextlib
import time

import numpy as np
import pytest

from core.delimited.text_table import LARGEST_FILE
from core.field import ConfigError
from core.tables.csv_reader import read_csv
from core.tables.dataset import csv_dataset
from core.tables.preparation import prepare
from core.tables.target import suggest_target, suggest_task

# Twelve houses; the price is 10 * area + 5 * rooms.
HOUSES = "area,rooms,town,price\n" + "".join(
    f"{50 + i},{i % 4},{'north' if i % 2 else 'south'},{10 * (50 + i) + 5 * (i % 4)}\n" for i in range(12)
)


def refusal(data: bytes, target: str | None = None, task: str | None = None) -> str:
    """The sentence with which a file is refused."""
    with pytest.raises(ConfigError) as error:
        prepare(read_csv(data), target, task)
    sentence = str(error.value)
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 200
    return sentence


def rows(*lines: str, n: int = 12) -> bytes:
    """A header and the other lines over and over, until there are `n` rows."""
    head, *rest = lines
    return "\n".join([head, *(rest * n)[:n]]).encode()


def test_a_clean_file_is_read_as_it_is() -> None:
    table = read_csv(HOUSES.encode())
    assert table.names == ("area", "rooms", "town", "price")
    assert table.n_rows == 12
    assert table.notes == ()
    np.testing.assert_array_equal(table.column("area").numbers, np.arange(50, 62))
    assert table.column("town").values == ("north", "south")


def test_it_becomes_a_data_set_whose_arrays_a_line_fits_exactly() -> None:
    dataset = csv_dataset(prepare(read_csv(HOUSES.encode())))
    assert (dataset.task, dataset.target) == ("regression", "price")
    assert dataset.features == ("area", "rooms", "town: north", "town: south")
    arrays = dataset.load(train_share=0.8)
    assert arrays.x_train.shape == (10, 4)
    design = np.column_stack([arrays.x_train[:, :2], np.ones(10)])
    fit, *_ = np.linalg.lstsq(design, arrays.y_train, rcond=None)
    np.testing.assert_allclose(design @ fit, arrays.y_train, atol=1e-4)


def test_target_and_task_can_be_chosen() -> None:
    table = read_csv(HOUSES.encode())
    chosen = prepare(table, "town")
    assert (chosen.task, chosen.classes) == ("classification", ("north", "south"))
    np.testing.assert_array_equal(chosen.examples.y, np.arange(12) % 2 == 0)
    assert prepare(table, "rooms", "classification").classes == ("0", "1", "2", "3")
    assert prepare(table, "rooms", "regression").classes == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1"])
def test_an_encoding_is_found_out(encoding: str) -> None:
    text = "größe,où\n" + "1.5,é\n2.5,ü\n" * 8
    table = read_csv(text.encode(encoding))
    assert table.names == ("größe", "où")
    assert table.column("où").values == ("é", "ü")
    assert table.n_rows == 16


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_delimiter_and_line_ends_are_found_out(delimiter: str, newline: str) -> None:
    text = HOUSES.replace(",", delimiter).replace("\n", newline)
    assert read_csv(text.encode()).names == ("area", "rooms", "town", "price")


def test_decimal_commas_are_read_where_semicolons_separate() -> None:
    table = read_csv(rows("a;b", "1,5;1.000,25", "2,5;-3"))
    np.testing.assert_array_equal(table.columns[0].numbers, [1.5, 2.5] * 6)
    np.testing.assert_array_equal(table.columns[1].numbers, [1000.25, -3] * 6)


def test_quoted_cells_keep_their_commas_and_line_breaks() -> None:
    table = read_csv(rows("text,y", '"a, b",1', '"c\nd",2'))
    assert table.column("text").values == ("a, b", "c\nd")
    assert table.n_rows == 12


def test_without_a_header_columns_are_numbered_and_that_is_said() -> None:
    table = read_csv(rows("1,2", "3,4", "5,6"))
    assert table.names == ("Column 1", "Column 2")
    assert table.n_rows == 13
    assert "numbered" in table.notes[0]


def test_years_may_be_names() -> None:
    assert read_csv(rows("country,1990,1991", "1,2,3", "4,5,6")).names == ("country", "1990", "1991")


def test_missing_features_become_the_training_mean_and_are_reported() -> None:
    table = read_csv(rows("a,b,y", "1,5,1", "NA,6,2", "3,,3", "?,8,4"))
    prepared = prepare(table, "y", "regression")
    assert np.isnan(prepared.examples.x).sum() == 9
    assert "Missing values count as the mean in 2 columns: a, b." in prepared.notes
    arrays = csv_dataset(prepare(table, "y", "regression")).load()
    assert (np.concatenate([arrays.x_train, arrays.x_val]) == 0).sum() == 9


def test_rows_without_a_target_are_left_out_and_reported() -> None:
    prepared = prepare(read_csv(rows("x,y", "1,2", "2,", "3,4", "4,nan", n=24)), "y", "regression")
    assert len(prepared.examples.x) == 12
    assert "12 rows are left out, because y has no usable value there." in prepared.notes


def test_infinities_and_nan_count_as_missing_and_nothing_infinite_comes_out() -> None:
    table = read_csv(rows("a,b,y", "inf,1,1", "1e308,NaN,2", "3,-inf,3", "4,2,4", n=40))
    prepared = prepare(table, "y", "regression")
    assert "Infinite or huge numbers in a, b count as missing." in prepared.notes
    arrays = csv_dataset(prepare(table, "y", "regression")).load()
    assert np.isfinite(arrays.x_train).all()
    assert np.isfinite(arrays.x_val).all()


def test_a_few_words_among_numbers_count_as_missing() -> None:
    lines = ["x,y", *(f"{i},{i % 7}.5" for i in range(30)), "oops,1.5"]
    prepared = prepare(read_csv("\n".join(lines).encode()))
    assert "oops in x is no number and counts as missing." in prepared.notes


def test_text_of_many_values_constant_and_empty_columns_are_left_out_and_reported() -> None:
    lines = ["name,same,empty,x,y", *(f"name {i},5,,{i},{i % 3}" for i in range(30))]
    prepared = prepare(read_csv("\n".join(lines).encode()))
    assert prepared.features == ("x",)
    assert prepared.notes == (
        "Left out, since it only names the row: name.",
        "Left out, since it is the same in every row or empty: same, empty.",
    )


def test_classes_are_guessed_for_words_and_for_few_whole_numbers_only() -> None:
    lines = ["x,word,few,many,half", *(f"{i}.5,{'ab'[i % 2]},{i % 3},{i},{i % 3}.5" for i in range(60))]
    table = read_csv("\n".join(lines).encode())
    guesses = {column.name: suggest_task(column) for column in table.columns}
    assert guesses == {
        "x": "regression",
        "word": "classification",
        "few": "classification",
        "many": "regression",
        "half": "regression",
    }


def test_the_target_is_guessed_by_its_name_or_else_as_the_last_that_varies() -> None:
    assert suggest_target(read_csv(rows("x,Species,z", "1,a,1", "2,b,2"))) == "Species"
    assert suggest_target(read_csv(rows("x,y1,const", "1,1,1", "2,2,1"))) == "y1"


def test_names_are_made_unique() -> None:
    table = read_csv(rows("a,a,,a,a (2)", "1,2,3,4,5", "2,3,4,5,6"))
    assert len(set(table.names)) == 5
    assert table.names[:3] == ("a", "a (2)", "Column 3")
    assert "that another column has as well" in table.notes[0]


def test_names_and_classes_made_of_signs_are_kept_as_they_are() -> None:
    prepared = prepare(read_csv(rows("<b>x</b>,=y", "1,<i>yes</i>", "2,=no")))
    assert prepared.features == ("<b>x</b>",)
    assert prepared.target == "=y"
    assert prepared.classes == ("<i>yes</i>", "=no")


def test_uneven_rows_are_filled_or_cut_and_reported() -> None:
    table = read_csv(rows("a,b", "1,2", "3", "4,5,6", n=12))
    assert table.n_rows == 12
    assert table.notes == (
        "8 rows are longer or shorter than the others; missing cells are empty, extra ones left out.",
    )


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b" \n\r\n\t ", "The file is empty."),
        (b"\xef\xbb\xbf", "The file is empty."),
        (b"\xff\xfe", "The file is empty."),
        (b"\x00" * 100, "not text"),
        (b",,\n,,\n", "The file holds no values."),
        (b"a,b\n", "The file has names of columns but no rows."),
        (b"a,b\n1,2\n", "There is one row to learn from; 10 are needed."),
        (b"a,b\n1,2\n3,4\n", "There are 2 rows to learn from; 10 are needed."),
        (b"just some words", "The file has only one column"),
        (b"a\n" + b"1\n" * 50, "The file has only one column"),
        (b"PK\x03\x04" + bytes(range(256)), "an Excel workbook or a zip archive"),
        (b"\x89PNG\r\n\x1a\n" + bytes(1000), "an image"),
        (b"%PDF-1.7 ...", "a PDF"),
        (bytes(range(256)) * 40, "not text"),
        (b"\xff\xfe\x00", "not text"),
        (b'a,b\n1,"' + b"x" * 200_000, "quotation mark"),
        (b"a,b\n" + b"1,1\n" * 20, "Every row has the same b"),
        (b"1,2\n" * (LARGEST_FILE // 4) + b"1", "The file is larger than 5 MB"),
        (",".join(f"c{i}" for i in range(10_000)).encode() + b"\n" + b"1," * 9_999 + b"1\n", "10\u00a0000 columns"),
    ],
)
def test_what_cannot_be_read_gets_one_sentence(data: bytes, sentence: str) -> None:
    assert sentence in refusal(data)


def test_noise_is_refused_as_no_text() -> None:
    assert "not text" in refusal(np.random.default_rng(1).bytes(100_000))


@pytest.mark.parametrize(
    ("target", "task", "sentence"),
    [
        ("nothing", None, "no column of this name"),
        ("name", "classification", "60 different values; at most 50 classes"),
        ("name", "regression", "is text, so it can only be learned as classes"),
        ("y", "forecast", "needs a column of dates or years"),
        ("y", "riddle", "classification, as regression or as a forecast"),
    ],
)
def test_a_choice_that_does_not_fit_gets_one_sentence(target: str, task: str | None, sentence: str) -> None:
    lines = ["x,name,y", *(f"{i},name {i},{i}.5" for i in range(60))]
    assert sentence in refusal("\n".join(lines).encode(), target, task)


def test_a_target_alone_is_refused() -> None:
    assert "No other column is left" in refusal(rows("same,y", "1,1", "1,2"))


def test_too_many_features_are_refused() -> None:
    header = ",".join([*(f"t{i}" for i in range(100)), "y"])
    lines = [header, *(",".join([f"v{row % 19}"] * 100 + [str(row)]) for row in range(40))]
    assert "more than 1\u00a0000 features" in refusal("\n".join(lines).encode())


def test_exactly_5_mb_is_read_and_rows_beyond_the_limit_are_left_out() -> None:
    data = b"1,2\n5,7\n" * (LARGEST_FILE // 8)
    table = read_csv(data)
    assert len(data) == LARGEST_FILE
    assert "Only the first 100\u00a0000 rows are used." in table.notes


@pytest.mark.parametrize(
    "data",
    [
        b"a," * (LARGEST_FILE // 2),
        b'"' * LARGEST_FILE,
        b",\n" * (LARGEST_FILE // 2),
        b"\n" * (LARGEST_FILE - 10) + b"a,b\n1,2\n",
        (b",".join([b"a"] * 1000) + b"\n") * 2500,
        b"<" * LARGEST_FILE,
        (b" " * 60 + b"," + b"=" * 60 + b"\n") * 40_000,
    ],
    ids=["one row", "quotes", "commas", "blank lines", "words", "markup", "spaces"],
)
def test_the_worst_5_mb_take_seconds_and_raise_nothing_but_a_sentence(data: bytes) -> None:
    start = time.perf_counter()
    with contextlib.suppress(ConfigError):
        prepare(read_csv(data[:LARGEST_FILE]))
    assert time.perf_counter() - start < 20  # measured: at most 3 s on two busy cores


def test_a_file_damaged_anywhere_is_read_or_refused_but_never_breaks() -> None:
    rng = np.random.default_rng(1)
    outcomes = set()
    for _ in range(400):
        data = bytearray(HOUSES.encode())
        for position in rng.integers(0, len(data), rng.integers(1, 30)):
            data[position] = rng.choice(list(b'",;\n\r\t\0\xff\xfe|-.=<9eEn'))
        try:
            arrays = csv_dataset(prepare(read_csv(bytes(data)))).load()
            outcomes.add("read")
            assert np.isfinite(arrays.x_train).all()
        except ConfigError:
            outcomes.add("refused")
    assert "read" in outcomes
