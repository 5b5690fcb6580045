"""Costs of serving and the balance between variants, against sums done by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.costs.balance import Offer, Variant, Wish, break_even, flips, offers, training_costs
from core.costs.prices import Prices
from core.costs.serving_cost import ServingCost, serving_cost
from core.costs.waiting import latency_quantile

PRICES = Prices(hour=0.36, cores=4)  # 0.000025 a core second
LARGE = Variant("large", quality=0.98, service=0.010, size=900_000, training_seconds=3600)
STUDENT = Variant("student", quality=0.96, service=0.001, size=90_000, training_seconds=600)


def test_a_core_second_is_the_machines_hour_in_seconds_and_cores() -> None:
    assert PRICES.core_second == pytest.approx(0.000025)
    assert PRICES.training(1800) == pytest.approx(0.18)
    assert Prices(1, 1).kilowatt_hours(3600) is None
    assert Prices(1, 1, watts=200).kilowatt_hours(1800) == pytest.approx(0.1)


def test_idle_time_is_paid_for() -> None:
    cost = serving_cost(0.001, rate=10, limit=0.1, prices=PRICES)
    assert cost is not None
    assert (cost.replicas, cost.load) == (1, pytest.approx(0.01))
    assert cost.per_million == pytest.approx(2.5)  # 10^6 / 10 seconds of one core
    assert cost.per_million_at_full_load == pytest.approx(0.025)
    assert cost.understated == pytest.approx(100)


def test_replicas_come_in_whole_steps_and_each_keeps_the_limit() -> None:
    for rate in (50, 100, 1000):
        cost = serving_cost(0.010, rate, limit=0.05, prices=PRICES)
        assert cost is not None
        assert cost.load == pytest.approx(rate * 0.010 / cost.replicas)
        assert cost.p99 <= 0.05 * (1 + 1e-9)
        if cost.replicas > 1:  # one fewer would not do
            assert latency_quantile(rate / (cost.replicas - 1), 0.010) > 0.05
        assert cost.per_million == pytest.approx(cost.replicas * 0.000025 * 1e6 / rate)


def test_what_takes_longer_than_the_limit_is_not_offered_at_any_price() -> None:
    assert serving_cost(0.010, 1, limit=0.005, prices=PRICES) is None
    assert [offer.variant.name for offer in offers([LARGE, STUDENT], Wish(0.9, 0.005, 1), PRICES)] == ["student"]
    assert offers([LARGE, STUDENT], Wish(0.99, 1, 1), PRICES) == []


def test_of_equally_cheap_ones_the_more_accurate_is_chosen_and_a_higher_rate_flips_it() -> None:
    wish = Wish(quality=0.95, latency=0.1, rate=10)
    assert offers([STUDENT, LARGE], wish, PRICES)[0].variant is LARGE
    found = {flip.what: flip for flip in flips([STUDENT, LARGE], wish, PRICES)}
    assert (found["rate"].factor, found["rate"].chosen) == (10.0, STUDENT)
    assert (found["latency"].factor, found["latency"].chosen) == (0.1, STUDENT)
    assert found["quality"].chosen is None  # above 0.98 there is nothing
    assert found["quality"].factor == 0.05


def test_break_even_is_where_what_was_paid_for_training_is_saved_in_serving() -> None:
    dear = Offer(LARGE, ServingCost(1, 0.5, 0.01, per_million=2.0, per_million_at_full_load=1.0))
    cheap = Offer(STUDENT, ServingCost(1, 0.5, 0.01, per_million=5.0, per_million_at_full_load=1.0))
    assert break_even(dear, cheap, PRICES) == pytest.approx(0.36 * 3000 / 3600 / 3.0)
    assert break_even(cheap, dear, PRICES) == break_even(dear, cheap, PRICES)
    assert break_even(Offer(LARGE, cheap.cost), Offer(STUDENT, dear.cost), PRICES) is None


def test_memory_has_a_price_only_where_one_is_given() -> None:
    priced = replace(PRICES, gb_hour=0.018)  # 0.000005 a GB second
    free = serving_cost(0.001, rate=10, limit=0.1, prices=PRICES, memory=2_000_000_000)
    paid = serving_cost(0.001, rate=10, limit=0.1, prices=priced, memory=2_000_000_000)
    unknown = serving_cost(0.001, rate=10, limit=0.1, prices=priced)
    assert free is not None
    assert paid is not None
    assert unknown is not None
    assert (free.per_million, free.of_memory) == (pytest.approx(2.5), 0)
    assert (unknown.per_million, unknown.of_memory) == (pytest.approx(2.5), 0)
    assert paid.per_million == pytest.approx((0.000025 + 2 * 0.000005) * 1e6 / 10)
    assert paid.of_memory == pytest.approx(1.0)


def test_the_memory_of_each_replica_is_paid_for_and_may_flip_the_choice() -> None:
    light, heavy = replace(STUDENT, memory=100_000_000), replace(LARGE, memory=4_000_000_000)
    wish = Wish(quality=0.95, latency=0.1, rate=10)
    assert offers([light, heavy], wish, PRICES)[0].variant is heavy  # equally cheap, and better
    priced = replace(PRICES, gb_hour=0.018)
    assert offers([light, heavy], wish, priced)[0].variant is light
    cost = serving_cost(0.010, 1000, limit=0.05, prices=priced, memory=4_000_000_000)
    assert cost is not None
    assert cost.replicas > 10
    assert cost.of_memory == pytest.approx(cost.replicas * 4 * 0.000005 * 1e6 / 1000)


def test_training_is_priced_by_what_was_computed_where_that_is_known_of_both() -> None:
    known = [replace(LARGE, training_cpu=400.0), replace(STUDENT, training_cpu=100.0)]
    assert training_costs(known, PRICES) == [pytest.approx(0.01), pytest.approx(0.0025)]
    assert training_costs([known[0], STUDENT], PRICES) == [pytest.approx(0.36), pytest.approx(0.06)]
    assert training_costs([known[0], replace(STUDENT, training_seconds=None)], PRICES) is None
    dear = Offer(known[0], ServingCost(1, 0.5, 0.01, per_million=2.0, per_million_at_full_load=1.0))
    cheap = Offer(known[1], ServingCost(1, 0.5, 0.01, per_million=5.0, per_million_at_full_load=1.0))
    assert break_even(dear, cheap, PRICES) == pytest.approx(0.0075 / 3.0)


def test_of_an_error_less_is_better_and_the_wish_is_an_upper_bound() -> None:
    rough, fine = replace(STUDENT, quality=3.0), replace(LARGE, quality=2.0)
    assert [offer.variant for offer in offers([rough, fine], Wish(3.0, 0.1, 10, "MAE"), PRICES)] == [fine, rough]
    assert [offer.variant for offer in offers([rough, fine], Wish(2.5, 0.1, 1000, "MAE"), PRICES)] == [fine]
    flip = next(each for each in flips([rough, fine], Wish(2.5, 0.1, 1000, "MAE"), PRICES) if each.what == "quality")
    assert (flip.factor, flip.chosen) == (1.25, rough)
    assert flip.wish.quality == pytest.approx(3.125)
    tight = next(each for each in flips([fine], Wish(2.04, 0.1, 1000, "MAE"), PRICES) if each.what == "quality")
    assert (tight.factor, tight.chosen) == (pytest.approx(1 / 1.05), None)


def test_r_squared_is_wanted_at_least() -> None:
    rough, fine = replace(STUDENT, quality=0.4), replace(LARGE, quality=0.5)
    assert [offer.variant for offer in offers([rough, fine], Wish(0.45, 0.1, 10, "R2"), PRICES)] == [fine]
