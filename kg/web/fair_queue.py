"""Who evaluates next: clients take turns, and none may hold all places while others wait."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

_LOOK = 0.5


class FullError(RuntimeError):
    """Too many wait already."""


@dataclass(slots=True, eq=False)
class _Ticket:
    gone: Callable[[], bool]
    given: threading.Event = field(default_factory=threading.Event)
    withdrawn: bool = False


class FairQueue:
    """Places for queries, given to clients in turn.

    `size` places; one of them (where there are two or more) is never given to a client that has all the others.
    At most `waiting` tickets wait, a quarter of them of one client; at most `most_open` answers are on their way
    to clients, again a quarter to one.
    """

    def __init__(self, size: int, waiting: int, most_open: int) -> None:
        self.size, self._most_waiting, self._most_open = size, waiting, most_open
        self.share = max(1, size - 1)
        self._lock = threading.Lock()
        self._running: Counter[str] = Counter()
        self._open: Counter[str] = Counter()
        self._tickets: OrderedDict[str, deque[_Ticket]] = OrderedDict()

    @property
    def waiting(self) -> int:
        """How many tickets wait."""
        with self._lock:
            return sum(map(len, self._tickets.values()))

    @property
    def running(self) -> int:
        """How many places are taken."""
        with self._lock:
            return self._running.total()

    def acquire(self, client: str, seconds: float, gone: Callable[[], bool] = lambda: False) -> bool:
        """Wait for a place, at most `seconds`, and not longer than the client stays. True where it was given.

        Raises FullError at once where too many wait. A place is given back with `release`, and `leave` is called
        once the answer has gone; neither where this gives False.
        """
        ticket = _Ticket(gone)
        with self._lock:
            if self._full(client):
                self._sweep()
                if self._full(client):
                    raise FullError
            self._open[client] += 1
            self._tickets.setdefault(client, deque()).append(ticket)
            self._give()
        left = seconds
        while not ticket.given.wait(min(_LOOK, max(0.0, left))):
            left -= _LOOK
            if left <= 0 or gone():
                return self._withdraw(client, ticket)
        return not ticket.withdrawn

    def release(self, client: str) -> None:
        """Give a place back."""
        with self._lock:
            _less(self._running, client)
            self._give()

    def leave(self, client: str) -> None:
        """An answer is no longer on its way."""
        with self._lock:
            _less(self._open, client)

    def _full(self, client: str) -> bool:
        waiting = sum(map(len, self._tickets.values()))
        own = len(self._tickets.get(client, ()))
        return (
            waiting >= self._most_waiting
            or own >= max(1, self._most_waiting // 4)
            or self._open.total() >= self._most_open
            or self._open[client] >= max(1, self._most_open // 4)
        )

    def _sweep(self) -> None:
        """Send away those who have left without a word."""
        for client in list(self._tickets):
            for ticket in [ticket for ticket in self._tickets[client] if ticket.gone()]:
                self._remove(client, ticket)
                ticket.withdrawn = True
                ticket.given.set()

    def _withdraw(self, client: str, ticket: _Ticket) -> bool:
        with self._lock:
            if ticket.given.is_set():
                return not ticket.withdrawn
            self._remove(client, ticket)
            return False

    def _remove(self, client: str, ticket: _Ticket) -> None:
        queue = self._tickets[client]
        queue.remove(ticket)
        if not queue:
            del self._tickets[client]
        _less(self._open, client)

    def _give(self) -> None:
        """Hand free places out, to the client that has fewest first; among equals to the one that waits longest."""
        while self._running.total() < self.size:
            eligible = [client for client in self._tickets if self._running[client] < self.share]
            if not eligible:
                return
            client = min(eligible, key=self._running.__getitem__)
            queue = self._tickets[client]
            queue.popleft().given.set()
            self._running[client] += 1
            self._tickets.move_to_end(client)
            if not queue:
                del self._tickets[client]


def _less(counter: Counter[str], client: str) -> None:
    counter[client] -= 1
    if counter[client] <= 0:
        del counter[client]
