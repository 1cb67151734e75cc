"""What the comparison of databases of different sizes has measured: a table and a document."""

from collections.abc import Mapping, Sequence
from statistics import median

from tabulate import tabulate

from courseapp.growth import CRITICAL, Growth
from courseapp.growth_cases import Candidate


def typical_sizes(equals: Sequence[Sequence[Candidate]]) -> list[dict[str, int]]:
    """How much there is of what was measured with, in each database: medians."""
    names = ("lessons_begun", "courses_taken", "course_lessons")
    return [
        {name: round(median(getattr(one, name) for one in column)) for name in names}
        for column in zip(*equals, strict=True)
    ]


def as_document(
    names: Sequence[str],
    rows: Sequence[Mapping[str, int]],
    equals: Sequence[Sequence[Candidate]],
    grown: Sequence[Growth],
) -> dict:
    """A run, for programs.

    :param names: of the databases
    :param rows: of the tables of each, as PostgreSQL estimates them
    """
    typical = typical_sizes(equals)
    return {
        "learners": len(equals),
        "databases": {
            name: {"rows": dict(own), "typical": sizes}
            for name, own, sizes in zip(names, rows, typical, strict=True)
        },
        "queries": {
            one.name: {
                "p50": dict(zip(names, (round(ms, 4) for ms in one.milliseconds), strict=True)),
                "pages": dict(zip(names, one.pages, strict=True)),
                "ratios": dict(zip(names, (round(ratio, 3) for ratio in one.ratios), strict=False)),
                "limit": one.limit,
                "is_same_plan": one.is_same_plan,
                "is_over": one.is_over,
            }
            for one in grown
        },
    }


def as_table(
    names: Sequence[str], equals: Sequence[Sequence[Candidate]], grown: Sequence[Growth]
) -> str:
    """A row a query, then with whom it was measured and what has grown too much, for people."""
    *smaller, last = names
    headings = ["query", *(f"{name} p50 ms" for name in names)]
    headings += [*(f"{last} / {name}" for name in smaller), "limit", "pages", "plan", "state"]
    rows = [
        [
            one.name,
            *(f"{ms:.3f}" for ms in one.milliseconds),
            *(f"{ratio:.2f}" for ratio in one.ratios),
            f"{one.limit:g}",
            " → ".join(map(str, one.pages)),
            "same" if one.is_same_plan else "other",
            "too slow" if one.is_over else "ok",
        ]
        for one in grown
    ]
    lines = [tabulate(rows, headings, disable_numparse=True), ""]
    lines.append(f"Measured with {len(equals)} equally busy learners in each; their medians:")
    for name, sizes in zip(names, typical_sizes(equals), strict=True):
        lines.append(
            f"  {name}: {sizes['lessons_begun']:,} lessons begun in {sizes['courses_taken']} "
            f"courses, one of which has {sizes['course_lessons']} lessons"
        )
    over = [
        f"{one.name} ({CRITICAL[one.name]}): with {last} rows it takes {ratio:.2f} times as long "
        f"as with {name}, the limit is {one.limit:g}"
        for one in grown
        for name, ratio in zip(smaller, one.ratios, strict=True)
        if ratio > one.limit
    ]
    return "\n".join([*lines, *(over or [f"{len(rows)} queries keep the limit of growth"])])
