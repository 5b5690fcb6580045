"""The names of months in the languages that tables are written in, whole or cut short."""

from __future__ import annotations

from functools import cache

SHORTEST = 3  # letters of a name that is cut short

# As dates have them, so that Slavic ones are in the genitive.
_NAMES = (
    "january february march april may june july august september october november december",
    "januar februar märz april mai juni juli august september oktober november dezember",
    "jänner feber mrz",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "januari februari maart april mei juni juli augustus september oktober november december",
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
)


@cache
def month_named(name: str) -> int | None:
    """The month, from 1, whose name this is or begins with; None if it is none, or may be two.

    >>> [month_named(name) for name in ("Sept", "März", "déc", "mayo", "jui", "marble")]
    [9, 3, 12, 5, None, None]
    """
    word = name.lower()
    if len(word) < SHORTEST:
        return None
    found = {month for names in _NAMES for month, whole in enumerate(names.split(), start=1) if whole.startswith(word)}
    return found.pop() if len(found) == 1 else None
