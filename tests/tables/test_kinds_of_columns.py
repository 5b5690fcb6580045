"""Columns of a file are told apart: numbers, categories, dates, names of rows and free text; and a teacher's words."""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from core.tables.csv_reader import read_csv
from core.tables.dataset import csv_dataset
from core.tables.preparation import prepare
from core.tables.report import reading_of_file
from core.tables.target import suggest_target

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]


def file(head: str, row: Callable[[int], str], n: int = 60) -> bytes:
    return "\n".join([head, *map(row, range(n))]).encode()


def kinds(data: bytes) -> dict[str, str]:
    return {column.name: column.kind for column in read_csv(data).columns}


def notes(data: bytes, target: str | None = None) -> str:
    return " ".join(prepare(read_csv(data), target).notes)


def test_values_made_of_signs_stay_apart() -> None:
    data = file("x,bmi,y", lambda i: f"{i * 7 % 11}.5,{('<30', '>30')[i % 2]},{'+-'[i % 3 == 0]}")
    prepared = prepare(read_csv(data), "y")
    assert prepared.classes == ("+", "-")
    assert prepared.features == ("x", "bmi: <30", "bmi: >30")


FORMATS = ["%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%Y/%m/%d", "%d-%b-%Y", "%b %d, %Y", "%Y%m%d", "%Y-%m-%dT%H:%M:%S",
           "%Y-%m-%d %H:%M", "%m/%d/%Y %I:%M %p", "%Y年%m月%d日", "%d. %m. %Y", "%Y. %m. %d.", "%Y %m %d", "%d%b%Y",
           "%Y-%b-%d", "%d/%b/%Y:%H:%M:%S +0000", "%a %b %d %H:%M:%S %Y", "%a %b %d %H:%M:%S UTC %Y", "%Y%m%d%H%M",
           "%Y%m%d%H%M%S", "%Y%m%dT%H%M%SZ", "%d.%m.%Y %H:%M Uhr", "%G-W%V-%u"]  # fmt: skip


@pytest.mark.parametrize("form", FORMATS)
def test_dates_are_read_in_every_form(form: str) -> None:
    first, day = datetime.datetime(2020, 1, 5), datetime.timedelta(days=1)
    column = read_csv(file("when,v", lambda i: f'"{(first + i * day).strftime(form)}",{i % 9}.5')).column("when")
    assert column.kind == "date"
    assert column.dates is not None
    np.testing.assert_array_equal(
        column.dates.times.astype("datetime64[D]"), np.datetime64("2020-01-05") + np.arange(60)
    )


IN_WORDS = {  # 3 March 2020, 1 May 2021, 12 December 2021
    "German": ("3. März 2020", "1. Mai 2021", "12. Dezember 2021"),
    "French": ("3 mars 2020", "1er mai 2021", "12 déc. 2021"),
    "Spanish": ("3 de marzo de 2020", "1 de mayo de 2021", "12 de diciembre de 2021"),
    "Italian": ("3 marzo 2020", "1º maggio 2021", "12 dic 2021"),
    "Russian": ("3 марта 2020", "1 мая 2021", "12 дек 2021"),
    "English": ("3rd March 2020", "1st May 2021", "12th December 2021"),
}


@pytest.mark.parametrize("dates", IN_WORDS.values(), ids=IN_WORDS)
def test_months_have_names_in_many_languages(dates: tuple[str, ...]) -> None:
    column = read_csv(file("when;v", lambda i: f"{dates[i % 3]};{i % 9}.5")).column("when")
    assert column.dates is not None
    days = ["2020-03-03", "2021-05-01", "2021-12-12"]
    assert column.dates.times[:3].astype("datetime64[D]").astype(str).tolist() == days


def test_words_that_begin_like_months_and_digits_that_are_no_days_are_no_dates() -> None:
    table = read_csv(file("shop;code;n;v", lambda i: f"{i % 28 + 1} marble 20{i % 9}1;1999{10 + i}9999;{i};{i % 7}.5"))
    assert [table.column(name).kind for name in ("shop", "code")] == ["text", "id"]


MONTHS = {"Jan-79": "%b-%y", "Jan 1979": "%b %Y", "1979M01": "%YM%m", "1979-01": "%Y-%m", "01/1979": "%m/%Y"}


@pytest.mark.parametrize("form", MONTHS.values(), ids=MONTHS)
def test_months_are_dates(form: str) -> None:
    months = np.datetime64("1979-01") + np.arange(60)
    column = read_csv(file("when,v", lambda i: f"{months[i].item().strftime(form)},{i % 9}.5")).column("when")
    assert column.dates is not None
    np.testing.assert_array_equal(column.dates.times.astype("datetime64[M]"), months)


UNITS = {
    "a unit": (lambda i: f"{60 + i},5 kg", lambda i: 60.5 + i, "kg behind the numbers of w is taken for their unit."),
    "two parts": (lambda i: f"{i}.25 km/h", lambda i: i + 0.25, "km/h behind"),
    "prices": (lambda i: f"€{i + 1}.5{'KM'[i % 2]}", lambda i: (i + 1.5) * (1e6 if i % 2 else 1e3), "K, M behind"),
    "degrees": (lambda i: f"{i - 20}°C", lambda i: i - 20.0, "°C behind"),
}


@pytest.mark.parametrize("unit", UNITS)
def test_units_behind_numbers_are_said_and_left_out(unit: str) -> None:
    cell, number, said = UNITS[unit]
    table = read_csv(file("w;y", lambda i: f"{cell(i)};{i % 9 * 100}"))
    numbers = table.column("w").numbers
    assert numbers is not None
    np.testing.assert_allclose(numbers, [number(i) for i in range(60)])
    assert said in " ".join(table.notes)


def test_what_ends_in_letters_is_no_unit_where_these_differ_or_name_classes() -> None:
    data = file("kind,street,y", lambda i: f"{i % 2 + 2}D,{i}{('A', 'B')[i % 3 > 0]},{i}")
    assert [kind == "number" for kind in kinds(data).values()] == [False, False, True]


def test_zeros_before_codes_tell_them_apart_and_are_nothing_beside_numbers() -> None:
    assert kinds(file("x,icd", lambda i: f"{i}.5,{('1', '01', '001')[i % 3]}"))["icd"] == "category"
    assert kinds(file("x,day", lambda i: f"{i}.5,{i % 28 + 1:02}"))["day"] == "number"


def test_few_whole_numbers_are_classes_only_where_they_are_small() -> None:
    def task(first: int, step: int) -> str:
        task: str = reading_of_file(file("x,y", lambda i: f"{i}.5,{first + i % 7 * step}"))["target"]["task"]
        return task

    assert [task(first, 1) for first in (0, 1, -3)] == ["classes"] * 3
    assert [task(100, 10), task(2000, 250)] == ["regression"] * 2


def test_a_date_becomes_days_month_day_of_month_and_of_week() -> None:
    day = datetime.date(2024, 1, 30)
    data = file("when,y", lambda i: f"{day + datetime.timedelta(days=i)},{i * i % 13}.5", n=10)
    prepared = prepare(read_csv(data), "y")
    assert prepared.features == (
        "when: days since the first", "when: month", "when: day of the month", "when: day of the week",
    )  # fmt: skip
    assert prepared.examples.x[2].tolist() == [2, 2, 1, 3]  # Thursday, the first of February


def test_a_date_and_a_number_are_a_series_that_can_be_forecast() -> None:
    levels = [i * i % 17 + 0.5 for i in range(60)]
    table = read_csv(file("year,mean", lambda i: f"{1950 + i},{levels[i]}"))
    prepared = prepare(table, "mean", "forecast")
    changes, window = np.diff(levels), prepared.examples.x.shape[1]
    np.testing.assert_allclose(prepared.examples.y, changes[window:])
    np.testing.assert_allclose(prepared.examples.x[0, :, 0], changes[:window])
    dataset = csv_dataset(prepared)
    assert (dataset.task, dataset.ordered) == ("forecast", True)


def test_names_of_rows_and_free_text_are_left_out_by_name() -> None:
    data = file("CustomerID,review,x,y", lambda i: f"{1000 + i * 7},a long review number {i} of this,{i % 9}.5,{i % 2}")
    assert kinds(data) == {"CustomerID": "id", "review": "text", "x": "number", "y": "number"}
    assert "Left out, since it only names the row: CustomerID." in notes(data, "y")
    assert "Left out, since it is text of many different values: review." in notes(data, "y")


def test_a_few_numbers_with_one_that_is_a_word_are_categories() -> None:
    values = ("0", "1", "2", "3+")
    assert kinds(file("dep,y", lambda i: f"{values[i % 20 // 6]},{i % 7}.5"))["dep"] == "category"


def test_a_number_that_nothing_decides_is_said_and_others_decide_where_they_can() -> None:
    alone = file("a\tb", lambda i: f"w{i % 3}\t{1 + i % 9}.{101 + i}")
    assert "“1.101” in b may be 1.101 or 1\u00a0101: nothing in the file decides." in " ".join(read_csv(alone).notes)
    beside = read_csv(file("a;b", lambda i: f"{i},5;{1 + i % 9}.{101 + i}")).column("b")
    assert beside.numbers is not None
    assert beside.numbers[0] == 1101


REMARKS = {
    "-999 in b lies far": file("a,b,y", lambda i: f"{i % 20},{-999 if i % 10 == 0 else i % 30},{i % 2}"),
    "-200 in b lies far": file("a,b,y", lambda i: f"{i % 20},{-200 if i % 10 == 0 else 100 + i * 5},{i % 2}"),
    "m, r add up to y": file("m,r,y", lambda i: f"{i % 20},{i * 7 % 31},{i % 20 + i * 7 % 31}"),
    "40 rows are copies": file("a,b,y", lambda i: f"{i % 20}.5,{i % 20 * 3},{i % 2}"),
    "98.3\u00a0% of the rows are 0": file("a,y", lambda i: f"{i}.5,{int(i == 7)}"),
    "y can be worked out from c alone": file(
        "c,b,y", lambda i: f"{i * 7 % 13}.5,{i % 20},{1.8 * (i * 7 % 13 + 0.5) + 32}"
    ),
    "y can be worked out from m, r alone": file(
        "m,r,b,y", lambda i: f"{i % 20},{i * 7 % 31},{i * i % 23},{i % 20 - i * 7 % 31}"
    ),
    "m, r add up to y, ": file("m,r,y", lambda i: f"{i % 20}.4,{i * 7 % 31}.3,{i % 20 + i * 7 % 31 + 1}"),
    "1e+20 in b lies far": file("a,b,y", lambda i: f"{i % 20},{1e20 if i % 10 == 0 else i % 30},{i % 2}"),
    "another table below": file("a,b,y", lambda i: f"{i},{i % 7},{i % 2}")
    + b"\n\nname,age,town\nAnn,5,Ulm\nBob,6,Bonn\n",
    "b says the same as y": file("a,b,y", lambda i: f"{i * 7 % 13},{i * i % 47}.5,{i * i % 47}.5"),
}


@pytest.mark.parametrize("said", REMARKS)
def test_a_teacher_would_say_a_word(said: str) -> None:
    assert said in notes(REMARKS[said], "y")


def test_pandas_names_the_numbers_of_rows_unnamed() -> None:
    (index, _a, _y) = read_csv(file("Unnamed: 0,a,y", lambda i: f"{i},{i * 7 % 13}.5,{i % 2}")).columns
    assert index.kind == "id"


def test_nothing_is_said_of_a_table_in_which_nothing_is_wrong() -> None:
    data = file("a,b,y", lambda i: f"{i * 7 % 61},{i * 11 % 59},{3 * (i * 7 % 61) + 2 * (i * 11 % 59)}")
    assert prepare(read_csv(data), "y").notes == ()


TARGETS = {
    "Survived": "PassengerId,Survived,Age,Embarked",
    "Exited": "RowNumber,Surname,Exited,Balance",
    "SalePrice": "Id,SalePrice,LotArea,YrSold",
    "diagnosis": "id,diagnosis,radius_mean,texture_mean",
    "d": "a,b,c,d",
}


@pytest.mark.parametrize("wanted", TARGETS)
def test_the_suggested_target_is_what_a_person_would_choose(wanted: str) -> None:
    special: dict[str, Callable[[int], str]] = {
        "Embarked": lambda i: "SCQ"[i % 3],
        "Surname": lambda i: f"person {i}",
        "diagnosis": lambda i: "MB"[i * i % 3 % 2],
        "Survived": lambda i: str(i * i // 3 % 2),
        "Exited": lambda i: str(i * i // 3 % 2),
    }
    names = TARGETS[wanted].split(",")

    def cell(place: int, i: int) -> str:
        name = names[place]
        if name in special:
            return special[name](i)
        return str(i + 1) if name.lower() in ("id", "passengerid", "rownumber") else str(i * (7 + place) % 59 / 4)

    data = file(TARGETS[wanted], lambda i: ",".join(cell(place, i) for place in range(len(names))))
    assert suggest_target(read_csv(data)) == wanted


def test_the_reading_is_one_object_and_the_command_prints_it(tmp_path: Path) -> None:
    data = file("n;Betrag;ja", lambda i: f"{i};{1 + i % 9}.{100 + i},50;{('ja', 'nein')[i % 2]}")
    path = tmp_path / "table.csv"
    path.write_bytes(data)
    command = [sys.executable, "-m", "core.tables", str(path), "--json", "--target", "ja"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    reading = json.loads(done.stdout)
    assert reading == reading_of_file(data, "ja")
    assert (reading["delimiter"], reading["rows"], reading["refused"]) == (";", 60, None)
    assert reading["target"] == {"name": "ja", "task": "classes", "classes": {"ja": 30, "nein": 30}}
    assert reading["columns"][1]["min"] == 1100.5


def test_reading_a_file_loads_no_tensorflow_and_plain_text_no_guess_of_an_encoding() -> None:
    code = "import sys; from core.tables.csv_reader import read_csv; read_csv(b'a,b\\n1,2\\n'); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"tensorflow", "charset_normalizer"} & set(done.stdout.split())


def aligned(form: str, names: str, rows: list[tuple[object, ...]]) -> bytes:
    return "\n".join([names, *(form.format(*row).rstrip() for row in rows)]).encode()


SPECIES = ("Adelie penguin", "Chinstrap penguin", "Gentoo penguin")


@pytest.mark.parametrize(
    ("data", "names"),
    [
        (
            aligned("{:<19}{:<11}{:<16}{:<3}", "Species name       Body mass  Flipper length  Sex",
                    [(SPECIES[i % 3], 3000 + 37 * i, 170 + i, "fm"[i % 2]) for i in range(30)]),
            ["Species name", "Body mass", "Flipper length", "Sex"],
        ),
        (
            aligned("{:>9.2f} {:>14.1f} {:>3}", "body mass flipper length age",
                    [(3 + i / 7, 95 + 5.5 * i, i % 9) for i in range(30)]),
            ["body mass", "flipper length", "age"],
        ),
    ],
    ids=["flush left", "flush right"],
)  # fmt: skip
def test_names_over_aligned_columns_may_hold_blanks(data: bytes, names: list[str]) -> None:
    table = read_csv(data)
    assert (list(table.names), table.n_rows) == (names, 30)


@pytest.mark.parametrize("further", [",", ",notes,more", ",notes,,"])
def test_names_may_be_more_than_the_cells_below(further: str) -> None:
    data = file("a,b,kind" + further, lambda i: f"{i}.5,{i * 7 % 11},{'xy'[i % 2]}")
    table = read_csv(data)
    assert [name for name in table.names if name in ("a", "b", "kind")] == ["a", "b", "kind"]
    assert table.n_rows == 60
    assert "longer or shorter" not in " ".join([*table.notes, notes(data, "kind")])


def test_a_title_with_commas_above_the_names_is_none_of_them() -> None:
    data = b"Sales, by region, of 2020, in millions, rounded\n" + file("a,b,kind", lambda i: f"{i}.5,{i},{'xy'[i % 2]}")
    assert list(read_csv(data).names) == ["a", "b", "kind"]


def test_years_of_two_digits_are_those_of_people_who_live() -> None:
    data = file("born,y", lambda i: f"{i % 28 + 1:02}/12/{(29, 30, 65, 99)[i % 4]},{i}")
    (born, _y) = read_csv(data).columns
    assert born.dates is not None
    assert born.dates.times.astype("datetime64[Y]")[:4].astype(int).tolist() == [59, -40, -5, 29]  # from 1970 on
    assert "Years of two digits are read as 1930 to 2029: born." in notes(data, "y")


@pytest.mark.parametrize(("between", "day"), [("/", 3), (".", 2)])
def test_it_is_said_where_no_cell_tells_day_and_month_apart(between: str, day: int) -> None:
    data = file("when,y", lambda i: between.join(["02", "03", str(1960 + i)]) + f",{i * i % 17}.5")
    (when, _y) = read_csv(data).columns
    assert when.dates is not None
    month = when.dates.times.astype("datetime64[M]").astype(int) % 12 + 1
    assert set(month) == {5 - day}
    assert "No cell tells day and month apart" in notes(data, "y")


@pytest.mark.parametrize("unit", [1, 1000])
def test_unix_time_is_a_date_where_its_name_says_so(unit: int) -> None:
    start = datetime.datetime(2023, 11, 14, 22, tzinfo=datetime.UTC)
    data = file("timestamp,load", lambda i: f"{unit * (int(start.timestamp()) + 3600 * i)},{i * i % 17}.5")
    (when, _load) = read_csv(data).columns
    assert when.dates is not None
    hours = np.datetime64("2023-11-14T22") + np.arange(60)
    np.testing.assert_array_equal(when.dates.times.astype("datetime64[h]"), hours)
    assert kinds(data.replace(b"timestamp", b"distance")) == {"distance": "number", "load": "number"}


def test_zeros_apart_from_all_other_values_are_pointed_out_and_those_among_them_are_not() -> None:
    pressure = file("age,pressure,y", lambda i: f"{i % 37},{0 if i % 9 == 0 else 60 + i * 7 % 43},{i % 2}")
    assert "0 in pressure lies far" in notes(pressure, "y")
    rain = file("rain,y", lambda i: f"{max(0, i - 20) / 10},{i % 2}")
    assert "lies far" not in notes(rain, "y")
