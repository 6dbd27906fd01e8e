"""Updates with the dataset or the graph that a request names, written into their text token by token.

SPARQL 1.1 Protocol section 2.2.3 (using-graph-uri, using-named-graph-uri), Graph Store Protocol section 5.7 (PATCH).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.web.guard import RefusedError, Token, tokens

_ELSEWHERE = frozenset({"GRAPH", "USING", "WITH", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY"})


def with_dataset(text: str, using: Sequence[str], named: Sequence[str]) -> str:
    """The update with USING clauses in each operation that has a WHERE.

    Raises RefusedError where the update has USING or WITH itself.
    """
    if not using and not named:
        return text
    clauses = " ".join([*(f"USING <{iri}>" for iri in using), *(f"USING NAMED <{iri}>" for iri in named)])
    out = _Edits(text)
    for operation in _operations(text):
        _refuse(operation, {"USING", "WITH"}, "and using-graph-uri in the request exclude each other", text)
        where = _where(operation)
        if where is None:
            continue
        if where > 0 and _is(operation[where - 1], "DELETE"):
            begin, end = _braces(operation, where)
            pattern = text[operation[begin][2] : operation[end][2] + 1]
            out.put(operation[where][2], f"{pattern} {clauses} ")
        else:
            out.put(operation[where][2], f"{clauses} ")
    return out.text()


def on_graph(text: str, graph: str | None) -> str:
    """The update with a named graph in place of the default graph, and of that graph alone; None: the default graph.

    Raises RefusedError where the update itself names graphs.
    """
    out = _Edits(text)
    for operation in _operations(text):
        _refuse(operation, _ELSEWHERE, "has no place in an update of one graph", text)
        if graph is None:
            continue
        second = operation[1] if len(operation) > 1 else operation[0]
        if any(_is(second, word) for word in ("DATA", "WHERE")):
            begin, end = _braces(operation, 1)
            out.put(operation[begin][2] + 1, f" GRAPH <{graph}> {{")
            out.put(operation[end][2], "} ")
        else:
            out.put(operation[0][2], f"WITH <{graph}> ")
    return out.text()


class _Edits:
    def __init__(self, text: str) -> None:
        self._text, self._edits = text, list[tuple[int, str]]()

    def put(self, offset: int, piece: str) -> None:
        self._edits.append((offset, piece))

    def text(self) -> str:
        out = self._text
        for offset, piece in sorted(self._edits, key=lambda edit: -edit[0]):
            out = out[:offset] + piece + out[offset:]
        return out


def _is(token: Token, word: str) -> bool:
    return token[0] == "word" and token[1].upper() == word


def _operations(text: str) -> Iterator[list[Token]]:
    """The tokens of each operation, without the prologue: what stands between semicolons outside brackets."""
    operation: list[Token] = []
    depth = 0
    stream = list(tokens(text))
    index = 0
    while index < len(stream):
        token = stream[index]
        depth += {"open": 1, "close": -1}.get(token[0], 0)
        if depth == 0 and token[1] == ";":
            if operation:
                yield operation
            operation = []
        elif not operation and (_is(token, "PREFIX") or _is(token, "BASE")):
            index += 2 if _is(token, "PREFIX") else 1
        else:
            operation.append(token)
        index += 1
    if operation:
        yield operation


def _where(operation: list[Token]) -> int | None:
    """Where an operation's own WHERE stands; an omitted one is not SPARQL in an update."""
    depth = 0
    for index, token in enumerate(operation):
        depth += {"open": 1, "close": -1}.get(token[0], 0)
        if depth == 0 and _is(token, "WHERE"):
            return index
    return None


def _braces(operation: list[Token], start: int) -> tuple[int, int]:
    """Where the first group in braces after `start` begins and ends."""
    depth, begin = 0, -1
    for index in range(start, len(operation)):
        kind, _, _ = operation[index]
        if kind == "open":
            begin = index if depth == 0 else begin
            depth += 1
        elif kind == "close":
            depth -= 1
            if depth == 0 and begin >= 0:
                return begin, index
    raise RefusedError("brackets that do not close", "", 0)


def _refuse(operation: list[Token], words: frozenset[str] | set[str], why: str, text: str) -> None:
    for token in operation:
        if token[0] == "word" and token[1].upper() in words:
            raise RefusedError(f"{token[1].upper()} {why}", text, token[2])
