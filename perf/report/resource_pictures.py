"""The pictures of what was watched beside the requests: processes, pool, cache and proxy."""

from collections.abc import Sequence

from perf.report.axes import Mark
from perf.report.charts import Line, Span, line_style, over_time
from perf.report.pictures import MOST_LINES, Key, Picture
from perf.report.timeline import Series, hit_rate, interval_width
from perf.report.verdict import model
from perf.report.wording import share
from perf.results import Run

MEGABYTE = 1_000_000


def resources(
    run: Run, kinds: dict[str, dict[str, Series]], spans: Sequence[Span] = ()
) -> list[Picture]:
    """Of the whole run: processor and memory of each process, pool, cache and proxy.

    :param spans: marked in every chart, such as the ramps
    """
    series = [one for kind in kinds.values() for one in kind.values()]
    if not series:
        return []
    end = max(one.at[-1] for one in series)
    width = max(1.0, interval_width(end))
    source = "; ".join(f"{one.name}: {model(one)}" for one in run.scenarios)

    def picture(title, lines, write, note, say="up to {}", choose=max, **options) -> Picture:
        keys = [
            Key(line.colour, line.style, line.name, say.format(write(choose(line.ys))))
            for line in lines
        ]
        described = "; ".join(f"{key.name} {key.value}" for key in keys)
        svg = over_time(title, described, lines, write, spans=spans, **options)
        return Picture(title, source, svg, keys, note)

    def counts(title: str, lines: list[Line], note: str) -> Picture:
        return picture(title, lines, _count, note, top=1, is_whole=True)

    pictures = []
    if cpu := kinds.get("cpu"):
        note = f"Share of one core, mean of {width:g} s. More than 100 % has several threads."
        core = [Mark("one core", 1)]
        lines = _by_process(cpu, width)
        pictures.append(picture("Processor by process", lines, share, note, marks=core, top=1.1))
    if rss := kinds.get("rss"):
        lines = _by_process(rss, width)
        pictures.append(
            picture(
                "Memory by process",
                lines,
                _megabytes,
                "Of each alone: what it shares, such as PostgreSQL's buffers, is left out.",
            )
        )
    if pool := kinds.get("pool"):
        lines = _counts(_with_all(pool), {"active": "series1", "all": "faint"}, width)
        note = "Connections on which a statement runs, of all of the service: the most at a time."
        pictures.append(counts("Database connections", lines, note))
    xs, ys = hit_rate(kinds.get("cache", {}), width)
    if xs:
        lines = [Line("hits", xs, ys, "series3", is_filled=True)]
        note = f"Share of the look-ups of each {width:g} s that found something."
        pictures.append(picture("Cache hit rate", lines, share, note, "at least {}", min, top=1))
    if proxy := kinds.get("proxy"):
        lines = _counts(proxy, {"sessions": "series1", "queue": "bad"}, width)
        note = "Clients' connections to the proxy, and requests in its queue: the most at a time."
        pictures.append(counts("Proxy", lines, note))
    return pictures


def _by_process(kind: dict[str, Series], width: float) -> list[Line]:
    """Lines of the processes that use the most, and of all others together."""
    points = {what: dict(zip(*one.thinned(width), strict=True)) for what, one in kind.items()}
    ranked = sorted(points, key=lambda what: max(points[what].values()), reverse=True)
    most = ranked if len(ranked) <= MOST_LINES else ranked[: MOST_LINES - 1]
    if rest := ranked[len(most) :]:
        times = sorted({x for what in rest for x in points[what]})
        name = f"{len(rest)} others together"
        points[name] = {x: sum(points[what].get(x, 0) for what in rest) for x in times}
        most = [*most, name]
    return [
        Line(what, list(points[what]), list(points[what].values()), *line_style(number))
        for number, what in enumerate(most)
    ]


def _counts(kind: dict[str, Series], colours: dict[str, str], width: float) -> list[Line]:
    return [
        Line(what, *kind[what].thinned(width, max), colour, is_filled=colour == "bad")
        for what, colour in colours.items()
        if what in kind
    ]


def _with_all(pool: dict[str, Series]) -> dict[str, Series]:
    """Active connections, and active and idle ones together."""
    if not {"active", "idle"} <= pool.keys():
        return pool
    pairs = zip(pool["active"].values, pool["idle"].values, strict=False)
    return pool | {"all": Series(pool["active"].at, [active + idle for active, idle in pairs])}


def _megabytes(value: float) -> str:
    return f"{value / MEGABYTE:,.0f} MB"


def _count(value: float) -> str:
    return f"{value:,.0f}"
