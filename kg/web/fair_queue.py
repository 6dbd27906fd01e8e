"""Who evaluates next: clients take turns, and none may hold all places while others wait."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Callable

_LOOK = 0.5


class FullError(RuntimeError):
    """Too many wait already."""


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
        self._tickets: OrderedDict[str, deque[threading.Event]] = OrderedDict()

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
        ticket = threading.Event()
        with self._lock:
            queue = self._tickets.get(client, ())
            total = sum(map(len, self._tickets.values()))
            if total >= self._most_waiting or len(queue) >= max(1, self._most_waiting // 4):
                raise FullError
            if self._open.total() >= self._most_open or self._open[client] >= max(1, self._most_open // 4):
                raise FullError
            self._open[client] += 1
            self._tickets.setdefault(client, deque()).append(ticket)
            self._give()
        left = seconds
        while not ticket.wait(min(_LOOK, max(0.0, left))):
            left -= _LOOK
            if left <= 0 or gone():
                return self._withdraw(client, ticket)
        return True

    def release(self, client: str) -> None:
        """Give a place back."""
        with self._lock:
            _less(self._running, client)
            self._give()

    def leave(self, client: str) -> None:
        """An answer is no longer on its way."""
        with self._lock:
            _less(self._open, client)

    def _withdraw(self, client: str, ticket: threading.Event) -> bool:
        with self._lock:
            if ticket.is_set():
                return True
            queue = self._tickets[client]
            queue.remove(ticket)
            if not queue:
                del self._tickets[client]
            _less(self._open, client)
            return False

    def _give(self) -> None:
        """Hand free places out, to the client that has fewest first; among equals to the one that waits longest."""
        while self._running.total() < self.size:
            eligible = [client for client in self._tickets if self._running[client] < self.share]
            if not eligible:
                return
            client = min(eligible, key=self._running.__getitem__)
            queue = self._tickets[client]
            queue.popleft().set()
            self._running[client] += 1
            self._tickets.move_to_end(client)
            if not queue:
                del self._tickets[client]


def _less(counter: Counter[str], client: str) -> None:
    counter[client] -= 1
    if counter[client] <= 0:
        del counter[client]
