"""What a chart says of itself: a sentence on what it shows, and one on what to try."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from widgets.scenes.model_charts import MODEL_CHARTS
from widgets.scenes.surface_charts import SURFACE_CHARTS

if TYPE_CHECKING:
    from widgets.charts.chart import Chart


@pytest.mark.parametrize("chart", [*SURFACE_CHARTS, *MODEL_CHARTS], ids=lambda chart: chart.__name__)
def test_every_chart_says_what_it_shows_and_what_to_try_in_a_sentence_each(chart: type[Chart[Any, Any]]) -> None:
    for sentence in (chart.shows, chart.advice):
        assert sentence.endswith((".", "?"))
        assert sentence.count(". ") == 0
