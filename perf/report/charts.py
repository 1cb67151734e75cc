"""Charts as inline SVG: Matplotlib draws them, the page's style sheet gives them their colours.

They have axes and labels of our own only. The names of requests and processes stand in the page's
HTML beside them, where they can wrap on a phone.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from perf.report.axes import Mark, finish_x, finish_y, write
from perf.report.inline_svg import COLOURS, inline_svg

# Inches: in a third of a wide page, and on a phone, its letters are as large as the page's.
WIDTH, HEIGHT, HEIGHT_WITH_ERRORS = 4.6, 2.7, 3.3
PERCENT_TICKS = (0, 50, 90, 95, 99, 99.9, 99.99, 99.999)
STYLE = {
    "svg.fonttype": "none",  # text stays text: it can be read aloud and searched
    "text.parse_math": False,
    "font.size": 11,
    "axes.edgecolor": COLOURS["faint"],
    "axes.labelcolor": COLOURS["ink"],
    "text.color": COLOURS["ink"],
    "xtick.color": COLOURS["ink"],
    "ytick.color": COLOURS["ink"],
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": COLOURS["grid"],
    "lines.linewidth": 1.6,
    "lines.solid_capstyle": "round",
}


@dataclass(frozen=True)
class Line:
    """A line of a chart; where `ys` is None it has a gap.

    :ivar colour: of COLOURS
    :ivar style: of Matplotlib, such as `--`
    :ivar is_filled: down to the axis
    """

    name: str
    xs: Sequence[float]
    ys: Sequence[float | None]
    colour: str = "series1"
    style: str = "-"
    width: float = 1.6
    is_filled: bool = False


@dataclass(frozen=True)
class Span:
    """A stretch of the time axis: `ramp` and `rest` are not judged, `bad` breaks a limit."""

    begin: float
    end: float
    kind: str


def line_style(number: int) -> tuple[str, str]:
    """Colour and style of the line with this number, from 0; nine lines and more have dashes."""
    styles = ("-", "--", ":")
    return f"series{number % 8 + 1}", styles[number // 8 % len(styles)]


def latency_tick(seconds: float) -> str:
    """`0.5 ms`, `20 ms`, `5 s`: short, as it stands at an axis."""
    return f"{seconds:,.10g} s" if seconds >= 1 else f"{seconds * 1000:.10g} ms"


def over_time(
    title: str,
    description: str,
    lines: Sequence[Line],
    formatter=lambda value: f"{value:,.10g}",
    marks: Sequence[Mark] = (),
    spans: Sequence[Span] = (),
    is_log: bool = False,
    top: float | None = None,
    errors: Line | None = None,
    is_whole: bool = False,
) -> str:
    """SVG of lines over the seconds of the run.

    :param description: what the picture says, for who does not see it
    :param formatter: writes a number of the y axis
    :param top: the least that the y axis goes up to
    :param errors: drawn as bars on an axis of its own below
    :param is_whole: whether the y axis counts something, so that nothing is between 0 and 1
    """
    with matplotlib.rc_context(STYLE | {"svg.hashsalt": title}):
        if errors:
            figure = Figure(figsize=(WIDTH, HEIGHT_WITH_ERRORS), layout="constrained")
            axes, below = figure.subplots(2, sharex=True, height_ratios=(3, 1))
            _draw_errors(below, errors)
            last = below
        else:
            figure = Figure(figsize=(WIDTH, HEIGHT), layout="constrained")
            last = axes = figure.subplots()
        for span in spans:
            _draw_span(axes, span)
        for line in lines:
            _draw_line(axes, line)
        finish_y(axes, formatter, marks, is_log, top, is_whole)
        finish_x(last)
        return inline_svg(figure, title, description)


def over_percentiles(
    title: str, description: str, lines: Sequence[Line], marks: Sequence[Mark] = ()
) -> str:
    """SVG of latency in seconds over percentiles, whose tail is as wide as it matters."""
    with matplotlib.rc_context(STYLE | {"svg.hashsalt": title}):
        figure = Figure(figsize=(WIDTH, HEIGHT), layout="constrained")
        axes = figure.subplots()
        for line in lines:
            xs = [_tail(percent) for percent in line.xs]
            _draw_line(axes, Line(line.name, xs, line.ys, line.colour, line.style, line.width))
        for mark in marks:
            x = _tail(mark.x)
            axes.plot([x - 0.1, x + 0.1], [mark.y] * 2, color=COLOURS[mark.colour], linewidth=3)
            write(axes, mark.text, (x, mark.y), (0, 4), "center")
        finish_y(axes, latency_tick, (), True, None)
        furthest = max((percent for line in lines for percent in line.xs), default=0)
        furthest = max([99, furthest, *(mark.x for mark in marks)])
        ticks = [percent for percent in PERCENT_TICKS if percent <= furthest]
        axes.set_xticks([_tail(percent) for percent in ticks], [f"{tick:g}" for tick in ticks])
        axes.set_xlim(-0.03, _tail(furthest) + 0.15)
        axes.set_xlabel("percentile of the requests")
        return inline_svg(figure, title, description)


def _tail(percent: float) -> float:
    return -math.log10(1 - percent / 100)


def _draw_line(axes: Axes, line: Line) -> None:
    ys = [math.nan if y is None else y for y in line.ys]
    colour = COLOURS[line.colour]
    # A point between two gaps has no line that would show it.
    marker = "o" if sum(not math.isnan(y) for y in ys) <= 25 else ""
    axes.plot(
        line.xs, ys, line.style, color=colour, linewidth=line.width, marker=marker, markersize=2.5
    )
    if line.is_filled:
        axes.fill_between(line.xs, ys, color=colour, alpha=0.15, linewidth=0)


def _draw_span(axes: Axes, span: Span) -> None:
    is_bad = span.kind == "bad"
    colour, alpha = (COLOURS["bad"], 0.16) if is_bad else (COLOURS["faint"], 0.22)
    axes.axvspan(span.begin, span.end, color=colour, alpha=alpha, linewidth=0)
    if span.kind == "ramp":
        # Above the axes: within them it would lie on the lines.
        place = ((span.begin + span.end) / 2, 1.01)
        transform = axes.get_xaxis_transform()
        axes.text(*place, "ramp", ha="center", va="bottom", transform=transform, fontsize=9.5)


def _draw_errors(axes: Axes, errors: Line) -> None:
    ys = [y or 0 for y in errors.ys]
    axes.fill_between(errors.xs, ys, step="mid", color=COLOURS["bad"], linewidth=1)
    axes.set_ylim(0, (max(ys) or 1) * 1.1)
    axes.yaxis.set_major_locator(MaxNLocator(2))
    axes.set_ylabel("errors/s", color=COLOURS["bad"], fontsize=9)
