"""A formula in x and y that a visitor typed: read here, computed with NumPy or TensorFlow, never run as Python.

Python's own grammar reads the text into a tree, of which only numbers, x, y, constants, arithmetic and the functions
below are taken; nothing is evaluated or compiled.

>>> float(Formula.read("2x^2 + sin(pi y)")(3.0, 0.5))
19.0
"""

from __future__ import annotations

import ast
import functools
import math
import operator
import re
import threading
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.field import ConfigError
from core.language import _

if TYPE_CHECKING:
    from collections.abc import Callable

    Term = float | Callable[[Any, Any, Any], Any]  # a number, or a function of (x, y, module to compute with)

LONGEST_FORMULA = 200  # characters
READING, MOST_READINGS = threading.Lock(), 20
MULTIPLIED_OUT = 16  # the highest power that is computed by multiplication, whose derivatives exist at 0 as well
CONSTANTS = {"pi": math.pi, "e": math.e}
FUNCTIONS = ("arctan", "sinh", "cosh", "tanh", "sqrt", "sin", "cos", "tan", "exp", "log", "abs")
OTHER_NAMES = {"ln": "log", "atan": "arctan"}  # of these functions
NUMBER = r"\d+(?:[.,]\d*)?(?:[eE][+-]?\d+)?|[.,]\d+(?:[eE][+-]?\d+)?"
KNOWN = "|".join((*FUNCTIONS, *OTHER_NAMES))
TOKEN = re.compile(rf"(?P<number>{NUMBER})|(?P<function>{KNOWN})|(?P<name>pi|e|x|y)|(?P<sign>\*\*|[-+*/^()])")
RAISED = re.compile("([⁺⁻]?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
FRACTION = re.compile("([0-9]*)([¼-¾⅐-⅞])")
LOOK_ALIKES = str.maketrans(
    {"−": "-", "–": "-", "·": "*", "×": "*", "÷": "/", "⁄": "/", "∗": "*", "π": "pi", "√": "sqrt"}
)
ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


@dataclass(frozen=True)
class Formula:
    """A function of x and y. `text` is as it was typed, in plain signs."""

    text: str
    term: Callable[[Any, Any, Any], Any]

    def __call__(self, x: Any, y: Any, xp: Any = np) -> Any:
        """The value, element by element; `xp` is the module to compute with, numpy or tensorflow."""
        return self.term(x, y, xp)

    @property
    def code(self) -> str:
        """The formula as a Python expression of x and y, with TensorFlow's functions.

        >>> Formula.read("2x^2 + sin(pi y)").code
        '2.0*x**2.0+tf.sin(math.pi*y)'
        """
        return "".join(_in_tensorflow(sign) for sign in _signs(self.text))

    @classmethod
    def read(cls, text: str) -> Formula:
        """The formula that `text` says.

        Signs may be left out where a product is meant: "2x", "x sin(y)". "^" and "**" are powers, "0,5" is 0.5.

        Raises:
            ConfigError: one sentence about the first thing that cannot be read.
        """
        plain = plain_signs(text)
        term = _term(_tree(plain))
        if not callable(term):
            raise ConfigError(_("The formula must have x or y in it."))
        return cls(plain, term)


def plain_signs(text: str) -> str:
    """`text` in the signs of a keyboard: full-width forms, typesetters' signs and superscripts replaced.

    >>> plain_signs(" ｘ² − ２ｙ ")
    'x^2 - 2y'
    """
    if len(text) > LONGEST_FORMULA:
        raise ConfigError(_("The formula may have at most {count} characters.", count=LONGEST_FORMULA))
    spelled = FRACTION.sub(_spelled_fraction, RAISED.sub(_spelled_power, text))
    return unicodedata.normalize("NFKC", spelled).translate(LOOK_ALIKES).strip()


def _spelled_power(raised: re.Match[str]) -> str:
    """A raised number, which may have a sign and several digits."""
    sign, digits = (unicodedata.normalize("NFKC", part) for part in raised.groups())
    return f"^({sign}{digits})" if sign else f"^{digits}"


def _spelled_fraction(fraction: re.Match[str]) -> str:
    """A fraction that is one sign, and the whole number before it: "1½" is 1.5."""
    whole, sign = fraction.groups()
    return f"({whole}+{unicodedata.normalize('NFKC', sign)})" if whole else f"({unicodedata.normalize('NFKC', sign)})"


def _tree(text: str) -> ast.expr:
    signs = "".join(_signs(text))
    try:
        return _parsed(signs)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ConfigError(_("The formula is not complete: look for a missing bracket or sign.")) from None


def _parsed(signs: str) -> ast.expr:
    """Python's tree, read again where that fails: CPython 3.11 counts the depth of all threads as one."""
    with READING:
        for _attempt in range(MOST_READINGS - 1):
            with suppress(SystemError):  # other code of the kernel parsed at the same moment
                return ast.parse(signs, mode="eval").body
        return ast.parse(signs, mode="eval").body


def _signs(text: str) -> list[str]:
    """The tokens as Python writes them, with a "*" wherever two factors stand side by side."""
    found: list[str] = []
    before = ""  # the kind of the token before
    for kind, token in _tokens(text):
        ends_factor = before in ("number", "name", ")")
        if ends_factor and kind == "number":
            raise ConfigError(
                _("{number} stands behind a factor: write 2x for a product, x^2 for a power.", number=token)
            )
        if ends_factor and (kind in ("name", "function") or token == "("):
            found.append("*")
        if before == "function" and token != "(":
            raise ConfigError(_("A function needs brackets, as in sin(x)."))
        found.append(_digits(token) if kind == "number" else OTHER_NAMES.get(token, token).replace("^", "**"))
        before = token if token in "()" else kind
    return found


def _in_tensorflow(sign: str) -> str:
    """A sign of `_signs` as TensorFlow has it."""
    if sign in FUNCTIONS:
        return "tf." + {"log": "math.log", "arctan": "math.atan"}.get(sign, sign)
    return f"math.{sign}" if sign in CONSTANTS else sign


def _digits(token: str) -> str:
    """A number as Python writes it: 007 has no leading zeros there, and 0,5 has a point."""
    number = float(token.replace(",", "."))
    if not math.isfinite(number):
        raise ConfigError(_("A part of the formula is no finite number."))
    return repr(number)


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, place = [], 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        match = TOKEN.match(text, place)
        if match is None:
            raise ConfigError(_unknown(text[place:]))
        tokens.append((str(match.lastgroup), match.group()))
        place = match.end()
    return tokens


def _unknown(rest: str) -> str:
    word = re.match(r"[^\W\d_]+|.", rest, re.DOTALL)
    known = ", ".join(sorted((*FUNCTIONS, "ln")))
    return _(
        "“{word}” is not known in a formula; there are x, y, pi, e and {functions}.",
        word=word.group()[:20] if word else rest[:1],
        functions=known,
    )


def _term(node: ast.expr) -> Term:
    match node:
        case ast.Constant(value=float(number)):
            return number
        case ast.Name(id="x"):
            return lambda x, y, xp: x
        case ast.Name(id="y"):
            return lambda x, y, xp: y
        case ast.Name(id=name) if name in CONSTANTS:
            return CONSTANTS[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _applied(lambda xp, value: -value, _term(operand))
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _term(operand)
        case ast.BinOp(left=base, op=ast.Pow(), right=exponent):
            return _power(_term(base), _term(exponent))
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in ARITHMETIC:
            compute = ARITHMETIC[type(sign)]
            return _applied(lambda xp, first, second: compute(first, second), _term(left), _term(right))
        case ast.Call(func=ast.Name(id=name), args=[argument]) if name in FUNCTIONS:
            return _applied(functools.partial(_function, name), _term(argument))
    raise ConfigError(_("The formula is not complete: look for a missing bracket or sign."))


def _function(name: str, xp: Any, value: Any) -> Any:
    """The function of that name in NumPy or TensorFlow, which calls two of them by other names."""
    if xp is not np and name in ("log", "arctan"):
        return getattr(xp.math, {"log": "log", "arctan": "atan"}[name])(value)
    return getattr(xp, name)(value)


def _power(base: Term, exponent: Term) -> Term:
    if not callable(exponent) and exponent == int(exponent) and abs(exponent) <= MULTIPLIED_OUT and callable(base):
        return _applied(functools.partial(_multiplied_out, int(exponent)), base)
    return _applied(
        lambda xp, first, second: np.power(first, second) if xp is np else xp.pow(first, second), base, exponent
    )


def _multiplied_out(times: int, xp: Any, value: Any) -> Any:
    if times == 0:
        return value * 0 + 1
    product = functools.reduce(operator.mul, [value] * abs(times))
    return product if times > 0 else 1 / product


def _applied(compute: Callable[..., Any], *terms: Term) -> Term:
    """The function that computes with the values of `terms`; a number if they are numbers."""
    if any(callable(term) for term in terms):
        return lambda x, y, xp: compute(xp, *(term(x, y, xp) if callable(term) else term for term in terms))
    with np.errstate(all="ignore"):
        number = float(compute(np, *(np.float64(term) for term in terms if not callable(term))))
    if not math.isfinite(number):
        raise ConfigError(_("A part of the formula is no finite number."))
    return number
