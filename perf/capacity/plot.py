"""The picture of laws: what was measured, what was fitted, and what is only extrapolated."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from perf.capacity.usl import Law


@dataclass(frozen=True)
class Part:
    """A part of the picture.

    :ivar of: what N counts
    :ivar points: (N, throughput a second), at least one
    :ivar law: None if none could be fitted, so that only the points are shown
    :ivar wanted: the throughput that is needed, a second, and what for in `say`
    """

    of: str
    points: Sequence[tuple[float, float]]
    law: Law | None = None
    wanted: float | None = None
    say: str = ""


def plot(folder: Path, parts: Sequence[Part]) -> Path:
    """Draw the parts below each other into capacity.svg and capacity.png; returns the latter."""
    figure = Figure(figsize=(8, 5 * len(parts)), layout="constrained")
    for axes, part in zip(figure.subplots(len(parts), squeeze=False).flat, parts, strict=True):
        _draw(axes, part)
    figure.savefig(folder / "capacity.svg")
    figure.savefig(folder / "capacity.png", dpi=120)
    return folder / "capacity.png"


def _draw(axes: Axes, part: Part) -> None:
    most = max(n for n, _ in part.points)
    end, top = 1.2 * most, max(x for _, x in part.points)
    axes.set_title("no law could be fitted", fontsize=10)
    if part.law:
        end, top = _draw_law(axes, part.law, part.wanted, top)
    axes.plot(*zip(*part.points, strict=True), "o", color="C1", label="measured")
    if part.wanted:
        axes.axhline(part.wanted, color="C3", linewidth=1, label=part.say)
    axes.axvline(most, color="0.8", linewidth=1, zorder=0)
    axes.set_xlim(0, end)
    axes.set_ylim(0, 1.15 * max(top, part.wanted or 0))
    axes.set_xlabel(part.of)
    axes.set_ylabel("progress updates a second")
    axes.legend(fontsize=8)


def _draw_law(axes: Axes, law: Law, wanted: float | None, top: float) -> tuple[float, float]:
    """Draw it as far as it is of interest; returns the largest N and throughput in the picture."""
    least, most = law.measured
    number = law.smallest(wanted) if wanted else None
    end = max(2 * most, min(1.2 * number, 10 * most) if number else 0)
    measured, beyond = np.linspace(least, most, 200), np.linspace(most, end, 200)
    everywhere = np.concatenate([measured, beyond])
    low, high = zip(*(law.band(n) for n in everywhere), strict=True)
    axes.fill_between(everywhere, low, high, color="C0", alpha=0.15, label="95 % confidence")
    axes.plot(measured, [law.at(n) for n in measured], color="C0", label="law, where measured")
    axes.plot(beyond, [law.at(n) for n in beyond], "--", color="C0", label="law, extrapolated")
    if number and number <= end:
        axes.plot(
            [number], [law.at(number)], "*", color="C3", markersize=16, markerfacecolor="none"
        )
    lam, sigma, kappa = law.values
    axes.set_title(
        f"$\\lambda$ = {lam:,.0f}/s, $\\sigma$ = {sigma:.3f}, $\\kappa$ = {kappa:.4f}, "
        f"R² = {law.r2:.3f}",
        fontsize=10,
    )
    return end, max(top, *(law.at(n) for n in everywhere))
