"""What indexes a database should have, has, and does not need."""

import re
from dataclasses import dataclass, field

from courseapp.config import RESOURCES

EXPECTED = RESOURCES / "migrations" / "expected" / "indexes.sql"


@dataclass(frozen=True)
class Index:
    """A row of sql/db/list_indexes.sql."""

    index_name: str
    table_name: str
    is_unique: bool
    is_valid: bool
    scans: int | None
    definition: str
    key_columns: list[str]
    is_being_built: bool
    is_plain: bool
    size_bytes: int


@dataclass(frozen=True)
class Required:
    """A definition of expected/indexes.sql, and whether the guide or the project asks for it."""

    name: str
    table_name: str
    definition: str
    by: str


@dataclass
class Verdict:
    """One index, required or found, and what is to be said about it."""

    name: str
    table_name: str
    required_by: str | None
    size_bytes: int | None
    problems: dict[str, str] = field(default_factory=dict)
    remarks: dict[str, str] = field(default_factory=dict)

    @property
    def said(self) -> dict[str, str]:
        """Each state the index is in, and why."""
        return self.problems | self.remarks


def normalised(definition: str) -> str:
    """`definition` as people or `pg_get_indexdef` write it, in one spelling of both."""
    text = " ".join(definition.lower().rstrip("; \n").split())
    text = re.sub(r" on (only )?(\w+\.)?", " on ", text, count=1)
    text = re.sub(r'"(\w+)"', r"\1", text.replace(" using btree", ""))
    return re.sub(r"\s*([(),])\s*", r"\1", text)


def required(text: str) -> list[Required]:
    """The definitions of expected/indexes.sql."""
    found = []
    for part in re.split(r"^-- required by: ", text, flags=re.MULTILINE)[1:]:
        by, _, body = part.partition("\n")
        for statement in re.sub(r"--.*", "", body).split(";"):
            if match := re.match(r"create (?:unique )?index (\w+) on (\w+)", normalised(statement)):
                found.append(Required(match[1], match[2], " ".join(statement.split()), by.strip()))
            elif statement.strip():
                raise ValueError(f"no index definition: {statement.strip()!r}")
    return found


def judge(expected: list[Required], present: list[Index]) -> list[Verdict]:
    """Compare: every required index, and every other one of which there is something to say."""
    by_name = {index.index_name: index for index in present}
    needed = {index.name: index for index in expected}
    verdicts = []
    for name in [*needed, *sorted(by_name.keys() - needed.keys())]:
        need, index = needed.get(name), by_name.get(name)
        verdict = Verdict(
            name,
            (index or need).table_name,
            need.by if need else None,
            index.size_bytes if index else None,
        )
        if need:
            verdict.problems |= _compared(need, index)
        if index:
            verdict.problems |= _validity(index)
            verdict.remarks |= _worth(index, present, verdict.required_by)
        if need or verdict.problems or verdict.remarks:
            verdicts.append(verdict)
    return verdicts


def _compared(need: Required, index: Index | None) -> dict[str, str]:
    if index is None:
        return {"missing": f"needs {need.definition}"}
    if normalised(index.definition) != normalised(need.definition):
        return {"wrong definition": f"is {index.definition}, needs {need.definition}"}
    return {}


def _validity(index: Index) -> dict[str, str]:
    if index.is_valid:
        return {}
    if index.is_being_built:
        return {"invalid": "is being built right now"}
    return {
        "invalid": f"its build failed: drop index concurrently {index.index_name}, and create it"
    }


def _worth(index: Index, present: list[Index], required_by: str | None) -> dict[str, str]:
    """Never for a unique index: it is there for what it forbids."""
    if index.is_unique or not index.is_valid:
        return {}
    remarks = {}
    covers = sorted(other.index_name for other in present if _covers(other, index))
    if covers:
        kept = f"; kept: required by the {required_by}" if required_by else ""
        remarks["redundant"] = f"{' and '.join(covers)} can do the same{kept}"
    if index.scans == 0:
        remarks["unused"] = "no scan since the counting began"
    return remarks


def _covers(other: Index, index: Index) -> bool:
    """Whether `other` begins with all of `index`; of two equal ones, the first name covers."""
    return (
        other.table_name == index.table_name
        and other.is_plain
        and index.is_plain
        and other.is_valid
        and other.key_columns[: len(index.key_columns)] == index.key_columns
        and (
            len(other.key_columns) > len(index.key_columns)
            or other.is_unique
            or other.index_name < index.index_name
        )
    )
