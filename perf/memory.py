"""Whether the memory of the web workers stays."""

from collections.abc import Sequence
from statistics import median

from perf.results import Check, Sample

# Flat is what grows by less.
MEMORY_GROWTH, MEMORY_SECONDS = 1.05, 240


def judge_memory(samples: Sequence[Sample]) -> list[Check]:
    """Whether the memory of the web workers stays: at the end beside the second tenth of the run.

    Of runs that are shorter than four minutes nothing is said: connections are still made, caches
    are still filled.
    """
    checks, length = [], max((one.at for one in samples), default=0)
    if length < MEMORY_SECONDS:
        return checks
    limit = f"< {MEMORY_GROWTH - 1:+.0%}"
    for name in sorted({one.what for one in samples if one.what.startswith("web ")}):
        mine = [one for one in samples if (one.kind, one.what) == ("rss", name)]
        parts = {
            tenth: [one.value for one in mine if begin <= one.at / length <= begin + 0.1]
            for tenth, begin in (("second", 0.1), ("last", 0.9))
        }
        missing = " and the ".join(tenth for tenth, values in parts.items() if not values)
        if missing:
            # It has ended before the others, or come after them.
            seen, is_kept = f"no samples in the {missing} tenth of the run", False
        else:
            before, after = map(median, parts.values())
            seen = f"{after / before - 1:+.1%}, {before / 2**20:.0f} to {after / 2**20:.0f} MiB"
            is_kept = after < MEMORY_GROWTH * before
        checks.append(Check("", "", f"memory of {name}", limit, seen, is_kept, "whole run"))
    return checks
