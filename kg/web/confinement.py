"""What a process that evaluates hostile input gives up before it begins, and what its death tells."""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import os
import signal
import struct
import sys
from multiprocessing.context import BaseContext
from pathlib import Path

_STACK = 64 * 1024**2
_PR_SET_PDEATHSIG = 1
_GRACE = 5
_NICER = 5


def context() -> BaseContext:
    """How such processes are started: forked from a small server process, so that one more costs milliseconds."""
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(["click", "kg.web.query_process", "kg.web.write_process"])
    return found


def confine(memory: int) -> None:
    """Cap what this process may take beyond what it was forked with, widen its stack, end it with its parent.

    `memory` is in bytes. The terminal's signals are left alone.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        most = memory + _inherited()
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        _, hard = resource.getrlimit(resource.RLIMIT_STACK)
        if hard == resource.RLIM_INFINITY or hard > _STACK:
            resource.setrlimit(resource.RLIMIT_STACK, (_STACK, hard))
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _inherited() -> int:
    """Bytes of data that this process holds, its parent's pages among them; 0 where the system does not tell."""
    with contextlib.suppress(OSError, IndexError, ValueError):
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def give_way() -> None:
    """Let others have the processor first: readers before writers."""
    with contextlib.suppress(OSError, AttributeError):
        os.nice(_NICER)


def end_after(seconds: float) -> None:
    """Have the kernel end this process some time after its deadline, should nobody else do it. 0 takes that back."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds + _GRACE if seconds else 0)


def cause_of_death(exit_code: int | None, what: str) -> tuple[str, int]:
    """What to tell the client whose `what` ("query", "update") ended a process, and the HTTP status."""
    if exit_code in (-signal.SIGSEGV, -signal.SIGBUS, -signal.SIGILL):
        return f"the {what} is too deep or too complex for the engine", 400
    if exit_code == -signal.SIGABRT:
        return f"the {what} is too deep, or needs more memory than this server gives", 507
    return f"the {what} could not be carried out", 500


# seccomp's view of a system call (linux/seccomp.h, linux/bpf.h): return EPERM for socket and connect, allow the rest.
_SYSTEM_CALLS = {"x86_64": (0xC000003E, 41, 42), "aarch64": (0xC00000B7, 198, 203)}
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _FILTER_MODE = 38, 22, 2
_LOAD_WORD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050001


def without_network() -> bool:
    """Have the kernel refuse this process every new socket; what is open stays. False where that is not to be had.

    The second line behind `kg.web.guard`: a SERVICE that it should overlook reaches nobody.
    """
    numbers = _SYSTEM_CALLS.get(os.uname().machine) if sys.platform == "linux" else None
    if numbers is None:
        return False
    architecture, socket_call, connect_call = numbers
    steps = [
        (_LOAD_WORD, 0, 0, 4), (_JUMP_IF_EQUAL, 0, 4, architecture), (_LOAD_WORD, 0, 0, 0),
        (_JUMP_IF_EQUAL, 1, 0, socket_call), (_JUMP_IF_EQUAL, 0, 1, connect_call),
        (_RETURN, 0, 0, _REFUSE), (_RETURN, 0, 0, _ALLOW),
    ]  # fmt: skip
    code = b"".join(struct.pack("=HBBI", *step) for step in steps)
    buffer = ctypes.create_string_buffer(code, len(code))
    program = ctypes.create_string_buffer(struct.pack("@HP", len(steps), ctypes.addressof(buffer)))
    try:
        prctl = ctypes.CDLL(None, use_errno=True).prctl
    except (OSError, AttributeError):
        return False
    if prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(prctl(_PR_SET_SECCOMP, _FILTER_MODE, program, 0, 0) == 0)
