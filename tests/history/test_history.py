"""History: what it keeps, what it thins, and that every row it shows is one that was appended."""

from threading import Thread

import numpy as np
import pytest

from core.history.history import SMALLEST_CAPACITY, History

COLUMNS = {"step": np.int64, "loss": np.float32, "x": np.float64}


def rows(first: int, stop: int) -> dict[str, np.ndarray]:
    """Rows that can be recognised: loss and x are known functions of the step."""
    step = np.arange(first, stop)
    return {"step": step, "loss": loss_at(step), "x": 2.0 * step}


def loss_at(step: np.ndarray) -> np.ndarray:
    return (np.sin(step * 0.1) + 2).astype(np.float32)


def filled(n: int, capacity: int = 1000, at_once: int = 37) -> History:
    history = History(COLUMNS, capacity)
    for first in range(0, n, at_once):
        history.append(**rows(first, min(first + at_once, n)))
    return history


def assert_real_rows(view: dict[str, np.ndarray]) -> None:
    np.testing.assert_array_equal(view["loss"], loss_at(view["step"]))
    np.testing.assert_array_equal(view["x"], 2.0 * view["step"])
    assert np.all(np.diff(view["step"]) > 0)


def test_a_new_history_is_empty() -> None:
    history = History(COLUMNS)
    assert (len(history), history.total, history.last()) == (0, 0, None)
    view = history.view(10)
    assert view.keys() == COLUMNS.keys()
    assert all(len(column) == 0 for column in view.values())


def test_all_rows_come_back_while_they_fit() -> None:
    view = filled(100).view(100)
    np.testing.assert_array_equal(view["step"], np.arange(100))
    assert_real_rows(view)


def test_columns_have_the_dtypes_they_were_declared_with() -> None:
    view = filled(10).view(10)
    assert {name: column.dtype for name, column in view.items()} == COLUMNS


def test_appending_no_rows_changes_nothing() -> None:
    history = filled(5)
    history.append(step=[], loss=[], x=[])
    assert (len(history), history.total) == (5, 5)


def test_last_is_the_newest_row_as_python_numbers() -> None:
    last = filled(50).last()
    assert last == {"step": 49, "loss": float(loss_at(np.array(49))), "x": 98.0}
    assert [type(value) for value in last.values()] == [int, float, float]


@pytest.mark.parametrize("n_points", [2, 3, 4, 5, 17, 100, 499])
def test_a_view_has_at_most_the_points_asked_for_with_first_and_newest_among_them(n_points: int) -> None:
    view = filled(500).view(n_points)
    assert 2 <= len(view["step"]) <= n_points
    assert (view["step"][0], view["step"][-1]) == (0, 499)
    assert_real_rows(view)


def test_a_view_keeps_the_spike_that_a_display_must_not_lose() -> None:
    history = History(COLUMNS, 100_000)
    loss = np.ones(50_000)
    loss[31_234] = 9.0
    history.append(step=np.arange(50_000), loss=loss, x=loss)
    assert history.view(100)["loss"].max() == 9.0


def test_a_view_can_be_chosen_by_another_column_and_return_only_some() -> None:
    history = History(COLUMNS, 100_000)
    x = np.zeros(50_000)
    x[31_234] = 1.0
    history.append(step=np.arange(50_000), loss=x * 0, x=x)
    view = history.view(100, by="x", columns=["x"])
    assert view.keys() == {"x"}
    assert view["x"].max() == 1.0


def test_a_view_is_a_copy_that_neither_side_can_change() -> None:
    history = filled(10)
    view = history.view(10)
    view["loss"][:] = -1
    history.append(**rows(10, 20))
    assert len(view["step"]) == 10
    assert_real_rows(history.view(100))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("where", [slice(None), slice(0, 1), slice(-1, None), slice(100, 700)])
def test_losses_that_are_not_finite_are_shown_as_they_are_and_break_nothing(bad: float, where: slice) -> None:
    loss = loss_at(np.arange(1000))
    loss[where] = bad
    history = History(COLUMNS, 2000)
    history.append(step=np.arange(1000), loss=loss, x=loss)
    view = history.view(50)
    np.testing.assert_array_equal(view["loss"], loss[view["step"]])
    assert (view["step"][0], view["step"][-1]) == (0, 999)


@pytest.mark.parametrize("capacity", [SMALLEST_CAPACITY, 17, 100, 999])
@pytest.mark.parametrize("at_once", [1, 7, 5000])
def test_a_full_history_stays_within_its_capacity_and_keeps_only_real_rows(capacity: int, at_once: int) -> None:
    history = filled(5000, capacity, at_once)
    assert len(history) <= capacity
    assert history.total == 5000
    view = history.view(capacity)
    assert (view["step"][0], view["step"][-1]) == (0, 4999)
    assert_real_rows(view)


def test_the_newest_half_of_a_full_history_stays_whole() -> None:
    steps = filled(100_000).view(1000)["step"]
    np.testing.assert_array_equal(steps[-500:], np.arange(99_500, 100_000))


def test_thinned_rows_stay_evenly_spread_however_long_the_run() -> None:
    steps = filled(200_000).view(1000)["step"]
    older = steps[steps < 190_000]
    in_each_tenth, _ = np.histogram(older, bins=10, range=(0, 190_000))
    assert in_each_tenth.min() > 0.5 * in_each_tenth.max()


def test_thinning_keeps_the_highest_loss_of_the_run() -> None:
    history = History(COLUMNS, 1000)
    loss = np.ones(50_000)
    loss[1234] = 9.0
    history.append(step=np.arange(50_000), loss=loss, x=loss)
    assert history.view(1000)["loss"].max() == 9.0


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_thinning_survives_losses_that_are_not_finite(bad: float) -> None:
    history = History(COLUMNS, 100)
    history.append(step=np.arange(1000), loss=np.full(1000, bad), x=np.zeros(1000))
    assert (history.view(100)["step"][[0, -1]] == [0, 999]).all()


@pytest.mark.parametrize(
    "arrays",
    [
        {"step": [5], "loss": [1.0]},
        {"step": [5], "loss": [1.0], "x": [1.0], "y": [1.0]},
        {"step": [5, 6], "loss": [1.0, 2.0], "x": [1.0]},
        {"step": 5, "loss": 1.0, "x": 1.0},
        {"step": [[5]], "loss": [[1.0]], "x": [[1.0]]},
        {"step": [4], "loss": [1.0], "x": [1.0]},
        {"step": [6, 6], "loss": [1.0, 2.0], "x": [1.0, 2.0]},
        {"step": [7, 6], "loss": [1.0, 2.0], "x": [1.0, 2.0]},
    ],
)
def test_rows_that_do_not_fit_are_refused_and_nothing_is_added(arrays: dict[str, object]) -> None:
    history = filled(5)
    with pytest.raises(ValueError, match=r"columns|steps must increase"):
        history.append(**arrays)  # type: ignore[arg-type]  # wrong arguments are the point
    assert (len(history), history.total) == (5, 5)


@pytest.mark.parametrize(
    ("columns", "capacity"),
    [
        ({"step": np.int64}, 100),
        ({"loss": np.float32}, 100),
        ({"step": np.float32, "loss": np.float32}, 100),
        (COLUMNS, SMALLEST_CAPACITY - 1),
    ],
)
def test_a_history_without_steps_losses_or_room_is_refused(columns: dict[str, type], capacity: int) -> None:
    with pytest.raises(ValueError, match="a history needs"):
        History(columns, capacity)


def test_a_view_of_fewer_than_two_points_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 2 points"):
        filled(5).view(1)


def test_a_million_rows_of_nine_columns_take_forty_megabytes() -> None:
    names = ("loss", "x", "y", "gx", "gy", "ux", "uy", "learning_rate")
    history = History({"step": np.int64, **dict.fromkeys(names, np.float32)})
    loss = np.random.default_rng(0).random(999_999, dtype=np.float32)
    history.append(step=np.arange(999_999), **dict.fromkeys(names, loss))
    assert history.nbytes == 40_000_000
    assert len(history) == 999_999


def test_a_reader_sees_whole_rows_in_order_while_a_worker_appends() -> None:
    history = History(COLUMNS, 5000)

    def work() -> None:
        for first in range(0, 200_000, 100):
            history.append(**rows(first, first + 100))

    worker = Thread(target=work)
    worker.start()
    seen: float = 0
    while worker.is_alive():
        assert_real_rows(history.view(200))
        newest = history.last()
        if newest is not None:
            assert newest["x"] == 2.0 * newest["step"]
            assert newest["step"] >= seen
            seen = newest["step"]
    worker.join()
    assert history.total == 200_000


def test_all_rows_can_be_read_and_a_view_ends_before_the_step_that_is_shown() -> None:
    history = History({"step": "int64", "loss": "float32"})
    history.append(step=np.arange(10), loss=np.arange(10) ** 2)
    rows = history.rows()
    assert rows["loss"].tolist() == [step**2 for step in range(10)]
    history.append(step=np.arange(10, 12), loss=np.zeros(2))
    assert len(rows["step"]) == 10
    assert history.view_before(7, 100)["step"].tolist() == list(range(7))
    assert history.view_before(0, 100, ("step",))["step"].tolist() == []
