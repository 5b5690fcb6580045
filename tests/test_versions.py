from __future__ import annotations

import keras
import numpy as np
import pytest

from core.versions import LONGEST_QUERY, other_versions, versions, versions_in_link


def test_the_versions_are_those_that_train() -> None:
    assert versions()["keras"] == keras.__version__
    assert versions()["numpy"] == np.__version__


def test_a_link_that_was_copied_here_says_nothing_else() -> None:
    assert other_versions(f"seed=7&{versions_in_link()}") is None
    assert other_versions("seed=7") is None


def test_a_link_of_another_keras_says_which_and_which_is_here() -> None:
    said = other_versions(f"?versions=keras-1.0.0,numpy-{np.__version__}")
    assert said is not None
    assert said.startswith(f"The link was made with keras 1.0.0; here is keras {keras.__version__}.")
    assert "numpy" not in said


@pytest.mark.parametrize(
    "query", ["versions=<b>-1", "versions=emacs-29", "versions=keras-" + "9" * LONGEST_QUERY, "%%%"]
)
def test_what_is_no_version_of_a_trainer_is_left_out(query: str) -> None:
    assert other_versions(query) is None or "<" not in str(other_versions(query))
    assert other_versions("versions=emacs-29") is None
