"""How numbers of a run are written, and how the limits of its gate are read."""

import math
import re
from dataclasses import dataclass

NOTHING = "—"
_LIMIT = re.compile(r"\s*(<=|>=|[<>≤≥=])?\s*(\d[\d,]*(?:\.\d+)?)\s*(\S*)")
# To seconds, shares and requests a second.
_UNITS = {"ms": 0.001, "s": 1, "%": 0.01, "": 1, "/s": 1, "req/s": 1, "requests/s": 1}


@dataclass(frozen=True)
class Limit:
    """`is_upper` where more than `value` is a breach; in seconds, as a share, or a second."""

    value: float
    is_upper: bool


def read_limit(text: str) -> Limit | None:
    """What `< 500 ms` or `≥ 100 /s` says, or `612 ms`; None where it is not a number."""
    found = _LIMIT.match(text)
    if not found or found[3] not in _UNITS:
        return None
    value = float(found[2].replace(",", "")) * _UNITS[found[3]]
    return Limit(value, found[1] not in (">", ">=", "≥"))


def milliseconds(seconds: float | None) -> str:
    """`4.2 ms`, `612 ms`, `1,003 ms`, or a dash for None."""
    if seconds is None:
        return NOTHING
    value = seconds * 1000
    return f"{value:,.1f} ms" if value < 9.95 else f"{value:,.0f} ms"


def per_second(value: float) -> str:
    """`4.2/s` or `1,250/s`."""
    return f"{value:,.1f}/s" if value < 99.5 else f"{value:,.0f}/s"


def share(value: float | None, digits: int = 0) -> str:
    """`97 %`; what is not zero never looks like it."""
    if value is None:
        return NOTHING
    if not value:
        return "0 %"
    smallest = 10**-digits / 100
    if value < smallest:
        return f"< {smallest * 100:.{digits}f} %"
    return f"{value * 100:,.{digits}f} %"


def clock(seconds: float, digits: int = 0) -> str:
    """Minutes and seconds from the run's start: `00:42`, or `00:42.3` with a digit."""
    tick = 10**-digits
    # What is a hair below 42 s is 42 s; a second has begun, a tenth is the nearest.
    ticks = round(seconds / tick) if digits else math.floor(seconds + 0.001)
    minutes, rest = divmod(ticks, round(60 / tick))
    return f"{minutes:02.0f}:{rest * tick:0{digits + 3 if digits else 2}.{digits}f}"


def clock_digits(seconds: float) -> int:
    """How many digits of a second tell moments apart in a stretch that is so long."""
    return 0 if seconds >= 10 else 1 if seconds >= 1 else 2


def stretch(begin: float, end: float) -> str:
    """`from 00:10 to 01:10`, or `from 00:16.2 to 00:16.6`."""
    digits = clock_digits(end - begin)
    return f"from {clock(begin, digits)} to {clock(end, digits)}"
