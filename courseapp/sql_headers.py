"""The headers of the files in sql/, read. docs/sql.md says what the fields mean."""

import re
from dataclasses import dataclass
from pathlib import Path

from courseapp.config import RESOURCES

FOLDER = RESOURCES / "sql"
FIELDS = (
    *("name", "purpose", "endpoint", "param", "returns", "index", "budget"),
    *("cache", "drops", "locks", "scope"),
)
SCOPES = ("one-user", "all-users", "none")
# Instead of a list: all views that auth.required or auth.optional decorates.
EVERY_SESSION = "every request with a session"
OPERATORS = {"$": "one value", "^": "one row", "!": "rows changed", "": "all rows"}

_FIELD = re.compile(r"-- (?P<field>[a-z]+): *(?P<text>.*)")
_MORE = re.compile(r"-- {11}(?P<text>\S.*)")
_NAME = re.compile(r"(?P<stem>[a-z][a-z0-9_]*)\((?P<names>[a-z0-9_, ]*)\)(?P<operator>[$^!]?)")
_PARAM = re.compile(r"(?P<name>[a-z][a-z0-9_]*) (?P<type>[a-z][a-z0-9 ]*(\[\])?), (?P<source>\S.*)")
_BUDGET = re.compile(r"(?P<number>\d+(\.\d+)?) (?P<unit>ms|s)\b")
_ENDPOINT = re.compile(
    r"((GET|POST|PUT|PATCH|DELETE) /\S*)|(flask( [a-z-]+)+)|job [a-z_]+|make [a-z-]+"
    rf"|{EVERY_SESSION}"
)


class HeaderError(ValueError):
    """A header breaks the contract; the message begins with `<file>:<line>:`."""

    def __init__(self, path: Path, line: int, problem: str):
        self.path, self.line, self.problem = path, line, problem
        super().__init__(f"{path}:{line}: {problem}")


@dataclass(frozen=True)
class Parameter:
    """One `param` line."""

    name: str
    type: str
    source: str


@dataclass(frozen=True)
class QueryHeader:
    """What the header of one file says; `none` is None, an empty tuple, or for scope itself.

    `name` is that of the statement's tag and of `queries`: `progress.record_progress`.

    :ivar indexes: those that are needed; of a set, any one
    """

    path: Path
    name: str
    operator: str
    purpose: str
    endpoints: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    returns: str | None
    indexes: tuple[frozenset[str], ...]
    budget: str | None
    budget_ms: float | None
    cache: str | None
    drops: tuple[str, ...]
    locks: str | None
    scope: str
    body: str

    @property
    def serves_requests(self) -> bool:
        """Whether an HTTP endpoint sends it, not only a command."""
        return any("/" in e or e == EVERY_SESSION for e in self.endpoints)


def read_headers(folder: Path = FOLDER) -> dict[str, QueryHeader]:
    """The headers of all files under `folder`, by name, in alphabetical order.

    :raise HeaderError: for the first file that breaks the contract.
    """
    headers = (read_header(path, folder) for path in sorted(folder.rglob("*.sql")))
    return {header.name: header for header in headers}


def read_header(path: Path, folder: Path = FOLDER) -> QueryHeader:
    """The header of one file under `folder`.

    :raise HeaderError: naming the line that breaks the contract.
    """
    fields, body = _split(path, path.read_text("utf-8").splitlines())
    only = {field: found[0] for field, found in fields.items()}

    line, text = only["name"]
    match = _NAME.fullmatch(text)
    if not match:
        raise HeaderError(path, line, f"no `query_name(parameter, …)` with $, ^, ! or none: {text}")
    if match["stem"] != path.stem:
        raise HeaderError(path, line, f"{match['stem']} is not the file's name")
    parameters = _parameters(path, fields["param"])
    names = [name.strip() for name in match["names"].split(",") if name.strip()]
    if names != [parameter.name for parameter in parameters]:
        raise HeaderError(path, line, "the `param` lines name other parameters, or in other order")

    endpoints = _items(only["endpoint"][1])
    for endpoint in endpoints:
        if not _ENDPOINT.fullmatch(endpoint):
            raise HeaderError(
                path, only["endpoint"][0], f"no request, flask command or job: {endpoint}"
            )
    line, budget = only["budget"]
    match_budget = _BUDGET.match(budget)
    if budget != "none" and not match_budget:
        raise HeaderError(path, line, f"does not begin with a time such as `5 ms`: {budget}")
    line, scope = only["scope"]
    if scope not in SCOPES:
        raise HeaderError(path, line, f"scope is one of {', '.join(SCOPES)}, not: {scope}")

    return QueryHeader(
        path=path,
        name=".".join(path.relative_to(folder).with_suffix("").parts),
        operator=match["operator"],
        purpose=only["purpose"][1],
        endpoints=endpoints,
        parameters=parameters,
        returns=_text(only["returns"][1]),
        indexes=tuple(frozenset(item.split(" or ")) for item in _items(only["index"][1])),
        budget=_text(budget),
        budget_ms=_milliseconds(match_budget) if match_budget else None,
        cache=_text(only["cache"][1]),
        drops=_items(only["drops"][1]),
        locks=_text(only["locks"][1]),
        scope=scope,
        body=body,
    )


def _split(path: Path, lines: list[str]) -> tuple[dict[str, list[tuple[int, str]]], str]:
    """Each field's (line number, text), the lines that continue it joined; and the statement."""
    found: list[tuple[str, int, str]] = []
    body = 0
    for number, line in enumerate(lines, 1):
        if match := _FIELD.fullmatch(line):
            if found and found[-1][0] == FIELDS[-1]:
                break
            found.append((match["field"], number, match["text"].strip()))
        elif (match := _MORE.fullmatch(line)) and found:
            field, at, text = found[-1]
            found[-1] = (field, at, f"{text} {match['text'].strip()}")
        else:
            break
        body = number
    for place, (field, number, text) in enumerate(found):
        if field not in FIELDS:
            raise HeaderError(path, number, f"unknown field `{field}`")
        if not text:
            raise HeaderError(path, number, f"`{field}` is empty: write none")
        before = found[place - 1][0] if place else None
        if field == before == "param":
            continue
        due = FIELDS[FIELDS.index(before) + 1] if before else FIELDS[0]
        if field != due:
            raise HeaderError(path, number, f"`{field}` stands where `{due}` should")
    if not found or found[-1][0] != FIELDS[-1]:
        due = FIELDS[FIELDS.index(found[-1][0]) + 1] if found else FIELDS[0]
        raise HeaderError(path, body + 1, f"`{due}` is missing")
    fields: dict[str, list[tuple[int, str]]] = {}
    for field, number, text in found:
        fields.setdefault(field, []).append((number, text))
    return fields, "\n".join(lines[body:])


def _parameters(path: Path, found: list[tuple[int, str]]) -> tuple[Parameter, ...]:
    if [text for _, text in found] == ["none"]:
        return ()
    parameters = []
    for line, text in found:
        match = _PARAM.fullmatch(text)
        if not match:
            raise HeaderError(path, line, f"a param is `name type, where it comes from`: {text}")
        parameters.append(Parameter(match["name"], match["type"], match["source"]))
    return tuple(parameters)


def _items(text: str) -> tuple[str, ...]:
    return () if text == "none" else tuple(item.strip() for item in text.split(","))


def _text(text: str) -> str | None:
    return None if text == "none" else text


def _milliseconds(match: re.Match) -> float:
    return float(match["number"]) * (1000 if match["unit"] == "s" else 1)
