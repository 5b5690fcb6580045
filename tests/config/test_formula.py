"""A typed formula: its meaning against Python's and TensorFlow's arithmetic, and the sentence that refuses it."""

from __future__ import annotations

import ast
import math
from typing import Any

import numpy as np
import pytest

from core.field import ConfigError
from core.objectives.formula import FUNCTIONS, LONGEST_FORMULA, Formula

X, Y = 0.75, -1.5
MEANINGS = [
    ("x^2 + y^2", X * X + Y * Y),
    ("x**2 - y", X * X - Y),
    ("-x^2", -(X * X)),
    ("2^-x", 2**-X),
    ("2^x^2", 2 ** (X**2)),
    ("xy", X * Y),
    ("2x y", 2 * X * Y),
    ("x(y+1)(y-1)", X * (Y + 1) * (Y - 1)),
    ("1/2x", X / 2),
    ("x/y/2", X / Y / 2),
    ("0,5x + ,5", 0.5 * X + 0.5),
    ("007x", 7 * X),
    ("1e3x", 1000 * X),
    ("2ex", 2 * math.e * X),
    ("pi x", math.pi * X),
    ("x²+y³", X**2 + Y**3),
    ("x¹²", X**12),
    ("x⁻²", X**-2),
    ("½x² + 1¼y", X**2 / 2 + 1.25 * Y),
    ("x^½", X**0.5),
    ("ln(x)", math.log(X)),
    ("atan(y)", math.atan(Y)),
    ("ｘ＋２ｙ", X + 2 * Y),
    ("x − 2·y × 3 ÷ 4", X - 2 * Y * 3 / 4),
    ("√(x)", math.sqrt(X)),
    ("exp(-x^2)y", math.exp(-(X**2)) * Y),
    ("sin(x)^2", math.sin(X) ** 2),
    ("x^0 + y", 1 + Y),
    ("x^-2", X**-2),
    ("x^1.5", X**1.5),
    ("x^y", X**Y),
    ("+x\n+y", X + Y),
]
REFUSED = [
    ("", "The formula is not complete: look for a missing bracket or sign."),
    ("(x", "The formula is not complete: look for a missing bracket or sign."),
    ("x +", "The formula is not complete: look for a missing bracket or sign."),
    ("x//y", "The formula is not complete: look for a missing bracket or sign."),
    ("()", "The formula is not complete: look for a missing bracket or sign."),
    ("3", "The formula must have x or y in it."),
    ("pi^2", "The formula must have x or y in it."),
    ("x2", "2 stands behind a factor: write 2x for a product, x^2 for a power."),
    ("sin x", "A function needs brackets, as in sin(x)."),
    ("1/0 + x", "A part of the formula is no finite number."),
    ("1e400x", "A part of the formula is no finite number."),
    ("9^9^9x", "A part of the formula is no finite number."),
    ("x" * (LONGEST_FORMULA + 1), f"The formula may have at most {LONGEST_FORMULA} characters."),
]
FOREIGN = [
    "__import__('os')",
    "x.real",
    "lambda: x",
    "x[0]",
    "x if y else x",
    "z",
    "x<y",
    "x,y",
    "x#y",
    "{x}",
    "x:=y",
    "x\x00",
]


@pytest.mark.parametrize(("text", "value"), MEANINGS)
def test_a_formula_means_what_it_means_on_paper(text: str, value: float) -> None:
    assert float(Formula.read(text)(X, Y)) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(("text", "sentence"), REFUSED)
def test_a_formula_that_cannot_be_read_is_refused_by_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as refused:
        Formula.read(text)
    assert refused.value.sentence == sentence


@pytest.mark.parametrize("text", FOREIGN)
def test_nothing_but_arithmetic_is_known(text: str) -> None:
    with pytest.raises(ConfigError, match=r"is not known in a formula|is not complete"):
        Formula.read(text)


@pytest.mark.parametrize("text", ["(" * 99 + "x" + ")" * 99, "-" * 199 + "x", "x" * 200, "x^" * 99 + "x"])
def test_the_deepest_formulas_are_read_and_computed(text: str) -> None:
    assert math.isfinite(float(Formula.read(text)(X, Y)))


@pytest.mark.parametrize("text", [text for text, _value in MEANINGS])
def test_what_is_shown_reads_as_the_same_formula(text: str) -> None:
    formula = Formula.read(text)
    assert Formula.read(formula.text).text == formula.text
    assert Formula.read(formula.text)(X, Y) == formula(X, Y)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_is_numpys_and_tensorflows_gradient_is_its_slope(name: str) -> None:
    import tensorflow as tf

    formula, numpys = Formula.read(f"{name}(x) + y"), getattr(np, name)
    assert float(formula(X, Y)) == pytest.approx(float(numpys(X)) + Y)
    x = tf.Variable(X, dtype="float64")
    with tf.GradientTape() as tape:
        value = formula(x, tf.constant(Y, "float64"), tf)
    assert float(value) == pytest.approx(float(formula(X, Y)))
    h = 1e-6
    assert float(tape.gradient(value, x)) == pytest.approx(float(numpys(X + h) - numpys(X - h)) / (2 * h), rel=1e-6)


@pytest.mark.parametrize(("text", "second"), [("x", 0.0), ("x^1", 0.0), ("x^2", 2.0), ("x^3", 0.0), ("x^4 + x^2", 2.0)])
def test_whole_powers_have_their_derivatives_at_zero(text: str, second: float) -> None:
    import tensorflow as tf

    formula, x = Formula.read(text), tf.Variable(0.0)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as tape:
            value = formula(x, tf.constant(1.0), tf)
        slope = tape.gradient(value, x)
    found = outer.gradient(slope, x)
    assert (0.0 if found is None else float(found)) == second


def test_a_formula_is_read_again_where_another_thread_parses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """CPython 3.11 raises SystemError then, rarely: it ended a run of a pool, whose threads read their configs."""
    parse, tries = ast.parse, iter([SystemError, SystemError])

    def parse_at_the_third_try(*args: Any, **kwargs: Any) -> ast.AST:
        if error := next(tries, None):
            raise error("AST constructor recursion depth mismatch")
        return parse(*args, **kwargs)

    monkeypatch.setattr(ast, "parse", parse_at_the_third_try)
    assert Formula.read("(3 - x)^2 + y")(1.0, 2.0) == 6.0
