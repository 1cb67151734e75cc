"""The picture of a law: what was measured, what was fitted, and what is only extrapolated."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from perf.capacity.usl import Law


def plot(
    folder: Path, law: Law, points: Sequence[tuple[float, float]], of: str, wanted: float, say: str
) -> Path:
    """Draw into capacity.svg and capacity.png; returns the latter.

    :param of: what N counts
    :param wanted: the throughput that is needed, a second
    :param say: what for
    """
    least, most = law.measured
    number = law.smallest(wanted)
    end = max(2 * most, min(1.2 * number, 10 * most) if number else 0)
    measured, beyond = np.linspace(least, most, 200), np.linspace(most, end, 200)
    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.add_subplot()
    everywhere = np.concatenate([measured, beyond])
    low, high = zip(*(law.band(n) for n in everywhere), strict=True)
    axes.fill_between(everywhere, low, high, color="C0", alpha=0.15, label="95 % confidence")
    axes.plot(measured, [law.at(n) for n in measured], color="C0", label="law, where measured")
    axes.plot(beyond, [law.at(n) for n in beyond], "--", color="C0", label="law, extrapolated")
    axes.plot(*zip(*points, strict=True), "o", color="C1", label="measured")
    axes.axhline(wanted, color="C3", linewidth=1, label=say)
    if number and number <= end:
        axes.plot(
            [number], [law.at(number)], "*", color="C3", markersize=16, markerfacecolor="none"
        )
    axes.axvline(most, color="0.8", linewidth=1, zorder=0)
    axes.set_xlim(0, end)
    top = max(wanted, *(x for _, x in points), *(law.at(n) for n in everywhere))
    axes.set_ylim(0, 1.15 * top)
    axes.set_xlabel(of)
    axes.set_ylabel("progress updates a second")
    lam, sigma, kappa = law.values
    axes.set_title(
        f"$\\lambda$ = {lam:,.0f}/s, $\\sigma$ = {sigma:.3f}, $\\kappa$ = {kappa:.4f}, "
        f"R² = {law.r2:.3f}",
        fontsize=10,
    )
    axes.legend(fontsize=8)
    figure.savefig(folder / "capacity.svg")
    figure.savefig(folder / "capacity.png", dpi=120)
    return folder / "capacity.png"
