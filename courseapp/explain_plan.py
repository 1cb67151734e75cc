"""What EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) says, reduced to what people compare."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

# How a node does its work, beside its type. Costs, rows and times are left out: they differ
# between two runs of one plan.
_MANNER = ("Parent Relationship", "Join Type", "Strategy", "Partial Mode", "Scan Direction")
_UNSAID = {"Outer", "Inner", "Member", "Plain", "Simple", "Forward"}
_STRING = re.compile(r"'(?:[^']|'')*'")
# A column, row or expression of the index and its operator, as in `(user_id = $1)`.
_BOUND = re.compile(r"\((\w+(?:\([^()]*\))?) (\S+) ")
_HANDLED = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")


@dataclass(frozen=True)
class Plan:
    """One executed plan.

    :ivar shape: a line a node, indented; equal for equal plans
    :ivar handled: table -> rows of it that one scan has looked at, all its executions together
    :ivar misjudged: the node whose row estimate was furthest off
    """

    shape: tuple[str, ...]
    indexes: frozenset[str]
    scanned: frozenset[str]
    handled: Mapping[str, int]
    is_generic: bool
    buffers_hit: int
    buffers_read: int
    misjudged: "Estimate"

    @property
    def buffers(self) -> int:
        """Pages of 8 kB that were touched, each as often as it was."""
        return self.buffers_hit + self.buffers_read


@dataclass(frozen=True)
class Estimate:
    """Rows estimated against rows seen, of one node, all its executions together."""

    node: str
    estimated: float
    seen: float

    @property
    def factor(self) -> float:
        """How many times too many or too few; one row more or less counts as none."""
        low, high = sorted((self.estimated + 1, self.seen + 1))
        return high / low


def read_plan(document: list[dict], is_generic: bool) -> Plan:
    """The plan in the answer to EXPLAIN."""
    root = document[0]["Plan"]
    nodes = [node for node, _ in _walk(root)]
    simple = _without_bitmaps(root)
    # Of a node that was not reached nothing is known.
    estimates = [_estimate(node) for node in nodes if node["Actual Loops"]]
    return Plan(
        shape=tuple("  " * depth + _describe(node) for node, depth in _walk(simple)),
        indexes=frozenset(node["Index Name"] for node in nodes if "Index Name" in node)
        | frozenset(i for node in nodes for i in node.get("Conflict Arbiter Indexes", ())),
        scanned=frozenset(
            node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan"
        ),
        handled=_handled(nodes),
        is_generic=is_generic,
        buffers_hit=root.get("Shared Hit Blocks", 0),
        buffers_read=root.get("Shared Read Blocks", 0),
        misjudged=max(estimates, key=lambda estimate: estimate.factor),
    )


def _walk(node: dict, depth: int = 0) -> Iterator[tuple[dict, int]]:
    yield node, depth
    for child in node.get("Plans", ()):
        yield from _walk(child, depth + 1)


def _without_bitmaps(node: dict) -> dict:
    """A row more or less decides whether an index is walked or made a bitmap of first."""
    children = [_without_bitmaps(child) for child in node.get("Plans", ())]
    if node["Node Type"] == "Bitmap Heap Scan" and children[0]["Node Type"] == "Bitmap Index Scan":
        bitmap = children.pop(0)
        taken = {key: bitmap[key] for key in ("Index Name", "Index Cond") if key in bitmap}
        node = node | {"Node Type": "Index Scan", **taken}
    return node | {"Plans": children}


def _handled(nodes: list[dict]) -> dict[str, int]:
    handled: dict[str, int] = {}
    for node in nodes:
        if node["Node Type"].endswith("Scan") and (table := node.get("Relation Name")):
            rows = sum(node.get(key, 0) for key in _HANDLED) * node["Actual Loops"]
            handled[table] = max(handled.get(table, 0), round(rows))
    return handled


def _estimate(node: dict) -> Estimate:
    loops = node["Actual Loops"]
    return Estimate(_describe(node), node["Plan Rows"] * loops, node["Actual Rows"] * loops)


def _describe(node: dict) -> str:
    said = [node["Node Type"]]
    if node.get("Parallel Aware"):
        said.insert(0, "Parallel")
    if node["Node Type"] == "ModifyTable":
        said = [node["Operation"]]
    said += [node[key] for key in _MANNER if node.get(key, "Plain") not in _UNSAID]
    if name := node.get("Index Name"):
        said.append(f"using {name}")
    if name := node.get("Relation Name") or node.get("CTE Name") or node.get("Function Name"):
        said.append(f"on {name}")
    # Without it a walk through the whole index would look the same.
    if bounds := _BOUND.findall(_STRING.sub("?", node.get("Index Cond", ""))):
        said.append("where " + " and ".join(f"{column} {how} ?" for column, how in bounds))
    # `SubPlan 3` is a number of the planner's own counting.
    if (name := node.get("Subplan Name", "")).startswith("CTE "):
        said.append(f"({name})")
    return " ".join(said)
