"""Reports into events: average-link agglomeration over pair scores, deterministic and independent of order.

Chains are the trap of joining pair by pair (a town shelled every day would become one event): here a report joins
a group only if, on average over all its pairs with the group, more speaks for one event than against it.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

LARGEST = 300
"""Reports beyond which a connected set is first cut at its weakest links: keeps the work linear in reports."""
_STEP = 0.5
_IMPOSSIBLE = -20.0

Score = Callable[[int, int], float]
Edges = Mapping[int, Mapping[int, float]]


def components(nodes: Sequence[int], edges: Edges, least: float) -> list[list[int]]:
    """Connected sets of nodes over edges of at least `least`, each sorted, in order of their first node."""
    inside, seen = set(nodes), set[int]()
    out = []
    for start in sorted(nodes):
        if start in seen:
            continue
        seen.add(start)
        found, stack = [], [start]
        while stack:
            node = stack.pop()
            found.append(node)
            for other, weight in edges.get(node, {}).items():
                if other in inside and other not in seen and weight >= least:
                    seen.add(other)
                    stack.append(other)
        out.append(sorted(found))
    return out


def cluster(nodes: Sequence[int], edges: Edges, score: Score, least: float = 0.0) -> list[list[int]]:
    """Groups of nodes, each sorted, in order of their first node.

    `edges` are the pairs that speak for one event (score above 0); `score` gives any pair's score. A node's number
    must follow a stable order, which decides between equal scores. What is larger than `LARGEST` is cut by raising
    the least score that connects.
    """
    out = []
    for part in components(nodes, edges, max(least, 1e-9)):
        if len(part) == 1:
            out.append(part)
        elif len(part) > LARGEST and any(weight > least for node in part for weight in edges.get(node, {}).values()):
            out += cluster(part, edges, score, least + _STEP)
        else:
            out += _agglomerate(part, score)
    return sorted(out)


def _agglomerate(nodes: Sequence[int], score: Score) -> list[list[int]]:
    """Join the two groups whose pairs average highest, until no average is above zero."""
    members = {node: [node] for node in nodes}
    sums: dict[int, dict[int, float]] = defaultdict(dict)
    heap: list[tuple[float, int, int]] = []
    for i, a in enumerate(nodes):
        for b in nodes[i + 1 :]:
            value = score(a, b)
            sums[a][b] = sums[b][a] = value
            if value > 0:
                heapq.heappush(heap, (-value, a, b))
    while heap:
        value, a, b = heapq.heappop(heap)
        if a not in members or b not in members:
            continue
        average = sums[a][b] / (len(members[a]) * len(members[b]))
        if -value != round(average, 9) and -value != average:
            continue
        members[a] = sorted(members[a] + members.pop(b))
        for other in sorted(members):
            if other != a:
                sums[a][other] = sums[other][a] = sums[a].get(other, _IMPOSSIBLE) + sums[b].get(other, _IMPOSSIBLE)
                average = round(sums[a][other] / (len(members[a]) * len(members[other])), 9)
                if average > 0:
                    heapq.heappush(heap, (-average, min(a, other), max(a, other)))
    return sorted(members.values())


def strongest_tree(nodes: Sequence[int], score: Score) -> list[tuple[int, int, float]]:
    """The pairs that hold a group together: a maximum spanning tree (Prim), from the first node."""
    best = {node: (score(nodes[0], node), nodes[0]) for node in nodes[1:]}
    out = []
    while best:
        node = max(best, key=lambda n: (best[n][0], -n))
        value, partner = best.pop(node)
        out.append((partner, node, value))
        for other, (known, _) in best.items():
            if (closer := score(node, other)) > known:
                best[other] = (closer, node)
    return sorted(out)
