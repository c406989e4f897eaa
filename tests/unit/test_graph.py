"""Order and cycles, held against networkx."""

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from pipec.compiler.graph import cycles, order

GRAPHS = st.integers(1, 8).flatmap(
    lambda size: st.fixed_dictionaries(
        {
            f"s{n}": st.lists(st.sampled_from([f"s{m}" for m in range(size)]), max_size=3)
            for n in range(size)
        }
    )
)


def test_order_keeps_the_order_given() -> None:
    assert order({"c": ["a"], "a": [], "b": []}) == ["a", "b", "c"]


def test_cycle_begins_with_the_first() -> None:
    assert cycles({"x": ["a"], "a": ["b"], "b": ["c"], "c": ["a"]}) == [["a", "b", "c"]]
    assert cycles({"a": ["a"]}) == [["a"]]
    assert cycles({"a": ["b"], "b": ["a"], "c": ["d"], "d": ["c"]}) == [["a", "b"], ["c", "d"]]


@given(GRAPHS)
def test_agrees_with_networkx(needs: dict[str, list[str]]) -> None:
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(needs)
    graph.add_edges_from((need, name) for name, above in needs.items() for need in above)
    acyclic = nx.is_directed_acyclic_graph(graph)
    found = order(needs)
    assert (len(found) == len(needs)) == acyclic
    position = {name: index for index, name in enumerate(found)}
    for name in found:
        assert all(position[need] < position[name] for need in needs[name])
    assert bool(cycles(needs)) != acyclic
    for cycle in cycles(needs):
        for name, need in zip(cycle, [*cycle[1:], cycle[0]], strict=True):
            assert need in needs[name]
