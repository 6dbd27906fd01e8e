"""What a confined process can no longer do."""

from __future__ import annotations

import subprocess
import sys

import pytest

from kg.web.confinement import cause_of_death

CONNECT = """
import socket
from kg.web.confinement import without_network
print(without_network())
try:
    socket.socket()
    print("open")
except PermissionError:
    print("refused")
"""
HOARD = """
from kg.web.confinement import confine
confine(200 * 1024 * 1024)
try:
    held = bytearray(400 * 1024 * 1024)
    print("held")
except MemoryError:
    print("refused")
"""


def run(code: str) -> list[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()


@pytest.mark.skipif(sys.platform != "linux", reason="seccomp is Linux's")
def test_a_confined_process_has_no_network() -> None:
    assert run(CONNECT) == ["True", "refused"]


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of this kind")
def test_a_confined_process_has_a_cap_on_its_memory() -> None:
    assert run(HOARD) == ["refused"]


@pytest.mark.parametrize(("code", "status"), [(-11, 400), (-6, 507), (-9, 500), (None, 500)])
def test_a_death_is_explained(code: int | None, status: int) -> None:
    message, found = cause_of_death(code, "query")
    assert found == status
    assert "query" in message
