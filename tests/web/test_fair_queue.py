"""Who goes next: turns between clients, a place that nobody can take from others, and when it is full."""

from __future__ import annotations

import threading
import time

import pytest

from kg.web.clients import network
from kg.web.fair_queue import FairQueue, FullError


def in_background(queue: FairQueue, client: str, order: list[str], gone: bool = False) -> threading.Thread:
    def wait() -> None:
        if queue.acquire(client, 5, lambda: gone):
            order.append(client)

    waiting = queue.waiting
    thread = threading.Thread(target=wait)
    thread.start()
    until = time.monotonic() + 2
    while queue.waiting == waiting and client not in order and thread.is_alive() and time.monotonic() < until:
        time.sleep(0.001)
    return thread


def test_nobody_holds_all_places() -> None:
    queue = FairQueue(3, 10, 40)
    assert queue.acquire("a", 1)
    assert queue.acquire("a", 1)
    assert not queue.acquire("a", 0.01)
    assert queue.acquire("b", 0.01)
    assert queue.running == 3


def test_a_single_place_goes_round() -> None:
    queue = FairQueue(1, 20, 80)
    assert queue.acquire("first", 1)
    order: list[str] = []
    threads = [in_background(queue, client, order) for client in ("greedy", "greedy", "greedy", "modest")]
    for _ in threads:
        queue.release(["first", *order][len(order)])
        time.sleep(0.05)
    for thread in threads:
        thread.join(5)
    assert order.index("modest") <= 1
    assert sorted(order) == ["greedy", "greedy", "greedy", "modest"]


def test_too_many_are_told_at_once_and_one_client_cannot_fill_the_queue() -> None:
    queue = FairQueue(1, 8, 40)
    queue.acquire("busy", 1)
    threads = [in_background(queue, "greedy", []) for _ in range(2)]
    with pytest.raises(FullError):
        queue.acquire("greedy", 1)
    threads.append(in_background(queue, "modest", []))
    assert queue.waiting == 3
    for client in ("busy", "greedy", "modest", "greedy"):
        queue.release(client)
        time.sleep(0.05)
    for thread in threads:
        thread.join(5)


def test_those_who_left_make_room() -> None:
    queue = FairQueue(1, 8, 40)
    queue.acquire("busy", 1)
    threads = [in_background(queue, "fickle", [], gone=True) for _ in range(2)]
    assert not queue.acquire("fickle", 0.01)
    for thread in threads:
        thread.join(5)
    assert queue.waiting == 0


def test_answers_on_their_way_count_until_they_have_left() -> None:
    queue = FairQueue(2, 8, 4)
    assert queue.acquire("a", 1)
    queue.release("a")
    with pytest.raises(FullError):
        queue.acquire("a", 1)
    queue.leave("a")
    assert queue.acquire("a", 1)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8::1:2", "2001:db8::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("unix", "unix"),
    ],
)
def test_what_counts_as_one_client(address: str, expected: str) -> None:
    assert network(address) == expected
