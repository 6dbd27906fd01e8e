"""After all other attacks (the name of this module puts it last): the server stood, and a reader saw nothing of them."""

from __future__ import annotations

from tests.attacks.conftest import Battle, survived


def test_the_server_stood_and_the_reader_saw_nothing_of_it(battle: Battle) -> None:
    survived(battle)
