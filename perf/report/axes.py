"""The axes of a chart: their ticks, and the limits that are drawn across them."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

from perf.report.inline_svg import COLOURS
from perf.report.wording import clock

# Of a limit's text, as shares of the axes.
LABEL_WIDTH, LABEL_HEIGHT = 0.32, 0.12


@dataclass(frozen=True)
class Mark:
    """A limit: a horizontal line at `y`, or with `x` a small one there."""

    text: str
    y: float
    x: float | None = None
    colour: str = "bad"


def finish_x(axes: Axes) -> None:
    """Minutes and seconds, with as many digits as tell the ticks apart."""
    axes.margins(x=0.01)
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=(1, 1.5, 2, 3, 6, 10)))
    digits = _digits(axes.get_xticks())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: clock(x, digits) if x >= 0 else ""))


def _digits(ticks: Sequence[float]) -> int:
    """The fewest digits of a second that write each tick as it is."""
    return next((n for n in range(3) if all(abs(x - round(x, n)) < 1e-6 for x in ticks)), 3)


def finish_y(
    axes: Axes, formatter, marks: Sequence[Mark], is_log: bool, top, is_whole: bool = False
) -> None:
    """Ticks from 0, or on a logarithmic scale, and the limits.

    :param formatter: writes a number
    :param top: the least that the axis goes up to
    """
    for mark in marks:
        axes.axhline(mark.y, color=COLOURS["bad"], linewidth=1.1, linestyle=(0, (5, 3)))
    if is_log:
        axes.set_yscale("log", nonpositive="mask")
        low, high = axes.get_ylim()
        # A decade at least: noise of a millisecond must not look like a mountain.
        axes.set_ylim(min(low, high / 10), high * 1.25)
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if high / low < 200 else (1,)))
        axes.yaxis.set_minor_formatter(NullFormatter())
        axes.minorticks_off()
    else:
        axes.set_ylim(0, max(axes.get_ylim()[1], top or 0) or 1)
        axes.yaxis.set_major_locator(MaxNLocator(5, integer=is_whole))
    _write_marks(axes, marks)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: formatter(value)))


def _write_marks(axes: Axes, marks: Sequence[Mark]) -> None:
    """At the right end of each line; where the one below is too near, to the left of its text."""
    to_share = axes.transScale + axes.transLimits
    x, below = 1.0, -1.0
    for mark in sorted(marks, key=lambda mark: mark.y):
        height = to_share.transform((axes.get_xlim()[1], mark.y))[1]
        x = x - LABEL_WIDTH if height - below < LABEL_HEIGHT and x > LABEL_WIDTH else 1.0
        below = height
        write(axes, mark.text, (x, mark.y), (-2, 2), "right", axes.get_yaxis_transform())


def write(axes: Axes, text: str, place, offset, align: str, transform=None) -> None:
    """A limit's text above a place."""
    axes.annotate(
        text,
        place,
        xycoords=transform or "data",
        xytext=offset,
        textcoords="offset points",
        ha=align,
        va="bottom",
        color=COLOURS["bad"],
        fontsize=9.5,
    )
