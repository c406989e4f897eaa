"""The order of steps. Works on needs alone; `networkx` gives the DAG for everything beyond."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from pipec.compiler.ir import Pipeline, Step

if TYPE_CHECKING:
    import networkx as nx

Needs = Mapping[str, Iterable[str]]


def order(needs: Needs) -> list[str]:
    """Give the names so that each stands after its needs, otherwise in the order given.

    Names on a cycle, and those that need one, are left out. Needs that are no name are ignored.
    """
    names = list(needs)
    position = {name: index for index, name in enumerate(names)}
    waiting: dict[str, int] = {}
    readers: dict[str, list[str]] = {name: [] for name in names}
    for name in names:
        above = {need for need in needs[name] if need in position}
        waiting[name] = len(above)
        for need in above:
            readers[need].append(name)
    found: list[str] = []
    ready = [index for index, name in enumerate(names) if not waiting[name]]
    while ready:
        following: list[int] = []
        for index in ready:
            found.append(names[index])
            for reader in readers[names[index]]:
                waiting[reader] -= 1
                if not waiting[reader]:
                    following.append(position[reader])
        ready = sorted(following)
    return found


def cycles(needs: Needs) -> list[list[str]]:
    """Give the shortest cycle through each first name of a cycle, none sharing a name.

    A cycle `[a, b, c]` means that a needs b, b needs c and c needs a; it begins with the one that
    stands first.
    """
    known = set(needs)
    rest = known - set(order(needs))
    found: list[list[str]] = []
    taken: set[str] = set()
    for name in needs:
        if name in rest and name not in taken:
            cycle = _shortest(name, needs, rest - taken)
            if cycle:
                found.append(cycle)
                taken.update(cycle)
    return found


def _shortest(start: str, needs: Needs, within: set[str]) -> list[str] | None:
    came: dict[str, str] = {}
    level = [start]
    while level:
        following: list[str] = []
        for name in level:
            for need in needs[name]:
                if need == start:
                    return _path(start, name, came)
                if need in within and need not in came:
                    came[need] = name
                    following.append(need)
        level = following
    return None


def _path(start: str, end: str, came: Mapping[str, str]) -> list[str]:
    path = [end]
    while path[-1] != start:
        path.append(came[path[-1]])
    return path[::-1]


def ancestors(steps: Mapping[str, Step]) -> dict[str, frozenset[str]]:
    """Give for each step all steps above it."""
    found: dict[str, frozenset[str]] = {}
    for name in order({name: step.needs for name, step in steps.items()}):
        needs = [need for need in steps[name].needs if need in found]
        found[name] = frozenset(needs).union(*(found[need] for need in needs))
    return {name: found[name] for name in steps}


def networkx(pipeline: Pipeline) -> "nx.DiGraph[str]":
    """Give the steps and `finally` steps as a networkx DAG, edges from a need to its reader.

    Each node has its `step`. No edge joins `steps` and `finally`.
    """
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph(name=pipeline.name)
    for name, step in pipeline.all_steps.items():
        graph.add_node(name, step=step)
    for name, step in pipeline.all_steps.items():
        graph.add_edges_from((need, name) for need in step.needs)
    return graph
