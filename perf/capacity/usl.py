"""The universal scalability law: what more of something adds to the throughput.

X(N) = lam N / (1 + sigma (N - 1) + kappa N (N - 1)): lam is what one does, sigma the share of the
work that only one can do at a time (contention), kappa what each pair costs to agree (coherency).
Neil Gunther's book "Guerrilla Capacity Planning" derives it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import curve_fit
from scipy.stats import t

# Three parameters go through any three points.
LEAST_NUMBERS, LEAST_POINTS = 4, 5
# Of nearly equal throughputs R² says little, therefore the second.
LEAST_R2, MOST_ERROR = 0.9, 0.05
MOST_UNCERTAIN = 0.5


class FitError(ValueError):
    """The points do not say what is asked; the message is for people."""


def throughput(n, lam, sigma, kappa):
    """X(N), also of an array."""
    return lam * n / (1 + sigma * (n - 1) + kappa * n * (n - 1))


@dataclass(frozen=True)
class Law:
    """A law that was fitted.

    :ivar values: lam (a second), sigma, kappa
    :ivar intervals: of each, where it is with 95 % confidence
    :ivar r2: the share of the variance that the law explains
    :ivar error: how far the points are from it, root mean square, as a share of their mean
    :ivar measured: the smallest and the largest N
    """

    values: tuple[float, float, float]
    intervals: tuple[tuple[float, float], ...]
    r2: float
    error: float
    measured: tuple[float, float]
    covariance: np.ndarray
    student: float

    def at(self, n: float) -> float:
        """X(N) a second."""
        return float(throughput(n, *self.values))

    def band(self, n: float) -> tuple[float, float]:
        """Where X(N) is with 95 % confidence."""
        steps = np.maximum(np.abs(self.values), 1e-3) * 1e-4
        slopes = [
            (throughput(n, *(self.values + change)) - self.at(n)) / step
            for step, change in zip(steps, np.diag(steps), strict=True)
        ]
        half = self.student * math.sqrt(max(0.0, np.dot(slopes, self.covariance @ slopes)))
        return max(0.0, self.at(n) - half), self.at(n) + half

    @property
    def peak(self) -> float:
        """N of the largest throughput; infinite if more is always faster."""
        _, sigma, kappa = self.values
        return max(1.0, math.sqrt((1 - sigma) / kappa)) if kappa > 1e-9 else math.inf

    def smallest(self, wanted: float) -> int | None:
        """The smallest whole N of at least the wanted throughput; None if no N has it."""
        lam, sigma, kappa = self.values
        # wanted (1 + sigma (N - 1) + kappa N (N - 1)) = lam N is a quadratic equation.
        a, b = kappa * wanted, (sigma - kappa) * wanted - lam
        c = (1 - sigma) * wanted
        roots = np.roots([a, b, c] if a > 1e-12 * abs(b) else [b, c])
        real = [float(root.real) for root in roots if abs(root.imag) < 1e-9 and root.real > 0]
        if not real:
            return None
        number = max(1, math.ceil(min(real) - 1e-9))
        return number if self.at(number) >= wanted * (1 - 1e-9) else None


def fit(points: Sequence[tuple[float, float]]) -> Law:
    """The law that is nearest to (N, X) of the points.

    :raise FitError: if there are too few points, or no such law goes through them.
    """
    n, x = np.array(points, float).reshape(-1, 2).T
    numbers = np.unique(n)
    if len(numbers) < LEAST_NUMBERS or len(n) < LEAST_POINTS:
        raise FitError(
            f"A law of three parameters needs at least {LEAST_POINTS} points at {LEAST_NUMBERS} "
            f"different numbers, and there are {len(n)} points at {len(numbers)}."
        )
    if (x <= 0).any() or (n < 1).any():
        raise FitError("A point without throughput, or of less than one, cannot be fitted.")
    first = float((x / n).max())
    bounds = ([0, 0, 0], [np.inf, 1, 1])
    try:
        values, covariance = curve_fit(
            throughput, n, x, p0=(first, 0.1, 0.01), bounds=bounds, x_scale=(first, 0.1, 0.01)
        )
    except RuntimeError as error:
        raise FitError(f"No law was found: {error}") from error
    missed = x - throughput(n, *values)
    spread = float(((x - x.mean()) ** 2).sum())
    r2 = 1 - float((missed**2).sum()) / spread if spread else 1.0
    error = math.sqrt(float((missed**2).mean())) / float(x.mean())
    if r2 < LEAST_R2 and error > MOST_ERROR:
        raise FitError(
            f"The points follow no such law: the nearest misses them by {error:.0%} on average "
            f"(R² {r2:.2f}). Measure again, longer, on a machine with nothing else to do."
        )
    student = float(t.ppf(0.975, len(n) - 3))
    half = student * np.sqrt(np.diag(covariance))
    if not np.isfinite(half).all() or half[0] > MOST_UNCERTAIN * values[0]:
        raise FitError(
            f"The points leave too much open: λ is {values[0]:,.0f}/s ± {half[0]:,.0f}. "
            "Measure more numbers, or each more often."
        )
    intervals = tuple(
        (max(low, value - one), min(high, value + one))
        for value, one, low, high in zip(values, half, *bounds, strict=True)
    )
    measured = (float(numbers[0]), float(numbers[-1]))
    return Law(tuple(map(float, values)), intervals, r2, error, measured, covariance, student)
