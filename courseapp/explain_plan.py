"""What EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) says, reduced to what people compare."""

from collections.abc import Iterator
from dataclasses import dataclass

# How a node does its work, beside its type. Costs, rows and times are left out: they differ
# between two runs of one plan.
_MANNER = ("Parent Relationship", "Join Type", "Strategy", "Partial Mode", "Scan Direction")
_UNSAID = {"Outer", "Inner", "Member", "Plain", "Simple", "Forward"}


@dataclass(frozen=True)
class Plan:
    """One executed plan.

    :ivar shape: a line a node, indented; equal for equal plans
    :ivar misjudged: the node whose row estimate was furthest off
    """

    shape: tuple[str, ...]
    indexes: frozenset[str]
    scanned: frozenset[str]
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
        index = children.pop(0)["Index Name"]
        node = node | {"Node Type": "Index Scan", "Index Name": index}
    return node | {"Plans": children}


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
    # `SubPlan 3` is a number of the planner's own counting.
    if (name := node.get("Subplan Name", "")).startswith("CTE "):
        said.append(f"({name})")
    return " ".join(said)
