"""How many it takes until something breaks, found in few steps."""

import math
from collections.abc import Callable

GROWTH = 1.5
# The answer is exact to about so much.
TOLERANCE = 1.05
# When already the first breaks, it is looked for further down, to this part of it.
LOWEST = 1 / 8


def find_break(
    keeps: Callable[[int], bool], first: int, most: int
) -> tuple[int | None, int | None]:
    """The largest number that was kept, and the smallest above it that was not.

    Grows from `first` until it breaks, then halves the distance, both in proportion.

    :param keeps: tries a number
    :param most: no number above it is tried
    :return: None for the first: nothing was kept; for the second: `most` was kept, too
    """
    kept, broken, number = None, None, min(first, most)
    while broken is None:
        if not keeps(number):
            broken = number
        elif number == most:
            return number, None
        else:
            kept, number = number, min(most, max(number + 1, round(number * GROWTH)))
    while kept is None and broken > max(1, first * LOWEST):
        number = broken // 2
        kept, broken = (number, broken) if keeps(number) else (None, number)
    while kept and broken - kept > 1 and broken / kept > TOLERANCE:
        number = min(broken - 1, max(kept + 1, round(math.sqrt(kept * broken))))
        kept, broken = (number, broken) if keeps(number) else (kept, number)
    return kept, broken
