"""Points to press in traces of so many that each does not carry its own number; see pressed_points.js."""

BY_PLACE = "by-place"  # the meta of such a trace
PLACES = 2**24  # points of a trace at most


def place_of(number: int) -> tuple[int, int]:
    """Return the trace and the point in it that a pressed `number` stands for.

    >>> place_of(3 * PLACES + 12)
    (3, 12)
    """
    return divmod(number, PLACES)
