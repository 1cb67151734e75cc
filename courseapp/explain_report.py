"""What `flask db explain` has measured: a table, a document, and what differs from another run."""

from collections.abc import Mapping, Sequence
from difflib import unified_diff

from tabulate import tabulate

from courseapp.explain import Measured
from courseapp.explain_plan import Plan

HEADINGS = (
    *("query", "plan", "indexes", "buffers", "estimated → seen rows"),
    *("p50 ms", "p95 ms", "p99 ms", "budget ms", "state"),
)


def as_document(measured: Sequence[Measured], sizes: Mapping[str, int], runs: int) -> dict:
    """A run, for programs and for a later comparison.

    :param sizes: rows of the tables, as PostgreSQL estimates them
    """
    return {
        "runs": runs,
        "rows": dict(sizes),
        "queries": {
            one.name: {
                "budget_ms": one.budget_ms,
                **one.milliseconds,
                "problems": one.problems,
                "plans": [_plan(plan) for plan in sorted(one.plans, key=lambda plan: plan.shape)],
            }
            for one in measured
        },
    }


def _plan(plan: Plan) -> dict:
    return {
        "shape": list(plan.shape),
        "indexes": sorted(plan.indexes),
        "is_generic": plan.is_generic,
        "buffers_hit": plan.buffers_hit,
        "buffers_read": plan.buffers_read,
        "misjudged": {
            "node": plan.misjudged.node,
            "estimated": round(plan.misjudged.estimated),
            "seen": round(plan.misjudged.seen),
        },
    }


def changes(saved: dict, current: dict, is_whole: bool) -> dict[str, list[str]]:
    """Query -> how it differs from the saved document, in sentences and diffs.

    By the plans that it did not have there and, with the same data, by those that read many more
    pages now. That one of several saved plans was not taken this time is no change.

    :param is_whole: whether `current` has all queries, so that one it lacks is gone
    """
    changed = {}
    is_same_data = not other_sizes(saved, current)
    for name, query in current["queries"].items():
        plans = saved["queries"].get(name, {"plans": []})["plans"]
        known = [plan["shape"] for plan in plans]
        new = [plan["shape"] for plan in query["plans"] if plan["shape"] not in known]
        lines = ["another plan than in the saved run"] if new else []
        lines += [line for shape in new for line in _difference(known, shape)]
        lines += _more_pages(plans, query["plans"]) if is_same_data else []
        if lines:
            changed[name] = lines
    for name in saved["queries"].keys() - current["queries"].keys() if is_whole else ():
        changed[name] = ["is in the saved run only"]
    return changed


def with_plans_of(saved: dict, current: dict) -> dict:
    """`current`, with the plans that only the saved document has: another sample, another plan."""
    queries = {}
    for name, query in current["queries"].items():
        shapes = [plan["shape"] for plan in query["plans"]]
        old = saved["queries"].get(name, {"plans": []})["plans"]
        plans = [*query["plans"], *(plan for plan in old if plan["shape"] not in shapes)]
        queries[name] = query | {"plans": sorted(plans, key=lambda plan: plan["shape"])}
    return current | {"queries": queries}


def other_sizes(saved: dict, current: dict) -> dict[str, tuple[int, int]]:
    """Table -> its rows in the saved document and now, if those differ by more than a tenth."""
    before, now = saved["rows"], current["rows"]
    sizes = {name: (before.get(name, 0), now.get(name, 0)) for name in sorted({*before, *now})}
    return {name: pair for name, pair in sizes.items() if max(pair) > 1.1 * min(pair)}


def _more_pages(saved: list[dict], current: list[dict]) -> list[str]:
    """What other executions left behind when they were rolled back makes no change."""
    before = {tuple(plan["shape"]): _pages(plan) for plan in saved}
    pairs = [(before.get(tuple(plan["shape"])), _pages(plan)) for plan in current]
    return [
        f"reads {now:,} pages with a plan that read {old:,} in the saved run"
        for old, now in pairs
        if old is not None and now > 2 * old + 20
    ]


def _pages(plan: dict) -> int:
    return plan["buffers_hit"] + plan["buffers_read"]


def _difference(known: list[list[str]], shape: list[str]) -> list[str]:
    """`shape` as a diff to the most similar one of `known`."""
    diffs = [list(unified_diff(old, shape, "saved", "now", lineterm="")) for old in known or [[]]]
    return min(diffs, key=len)


def plan_lines(query: dict) -> list[str]:
    """The shapes of a query's plans in a document, an empty line between two."""
    return [line for plan in query["plans"] for line in [*plan["shape"], ""]][:-1]


def as_table(
    measured: Sequence[Measured],
    changed: Mapping[str, list[str]],
    sizes: Mapping[str, tuple[int, int]],
) -> str:
    """A row a query, then what is wrong, for people.

    :param sizes: what `other_sizes` found
    """
    rows = [_row(one, changed) for one in measured]
    widths = [None, None, 42, None, 34] + [None] * 5
    table = tabulate(rows, HEADINGS, maxcolwidths=widths, disable_numparse=True)
    wrong = [f"{one.name}: {problem}" for one in measured for problem in one.problems]
    for name, lines in changed.items():
        wrong.append("\n  ".join([f"{name}: {lines[0]}", *lines[1:]]))
    end = wrong or [f"{len(rows)} queries keep their budgets and use their indexes"]
    if sizes:
        differ = ", ".join(f"{name} {old:,} → {now:,}" for name, (old, now) in sizes.items())
        end.insert(0, f"Other data than in the saved run, so pages are not compared: {differ}")
    return "\n".join([table, "", *end])


def _row(one: Measured, changed: Mapping[str, list[str]]) -> list[str]:
    worst = max(one.plans, key=lambda plan: plan.buffers)
    off = max((plan.misjudged for plan in one.plans), key=lambda estimate: estimate.factor)
    kind = "generic" if all(plan.is_generic for plan in one.plans) else "custom"
    state = ["wrong"] if one.problems else []
    state += ["changed"] if one.name in changed else []
    return [
        one.name,
        kind if len(one.plans) == 1 else f"{kind}, {len(one.plans)} shapes",
        ", ".join(sorted({index for plan in one.plans for index in plan.indexes})),
        f"{worst.buffers_hit}" + (f" + {worst.buffers_read} read" if worst.buffers_read else ""),
        f"{off.estimated:.0f} → {off.seen:.0f}: {off.node.partition(' using ')[0]}",
        *(f"{one.milliseconds[p]:.2f}" if one.milliseconds else "" for p in ("p50", "p95", "p99")),
        "" if one.budget_ms is None else f"{one.budget_ms:g}",
        ", ".join(state) or "ok",
    ]
