"""RDF parsers that are not ours: Jena's riot, N3.js and jsonld.js, raptor, Oxigraph's own program."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.conftest import ROOT

FETCHED = ROOT / ".triple-stores"
JENA = FETCHED / "jena-fuseki-server.jar"

needs_jena = pytest.mark.skipif(
    not JENA.is_file() or shutil.which("java") is None, reason="no Jena here; make triple-stores fetches it"
)
needs_node = pytest.mark.skipif(
    not (FETCHED / "node_modules" / "n3").is_dir() or shutil.which("node") is None,
    reason="no N3.js here; make triple-stores fetches it",
)
needs_raptor = pytest.mark.skipif(shutil.which("rapper") is None, reason="no raptor here (Debian: raptor2-utils)")


def run(*command: str | Path) -> str:
    """Standard output of a program that must succeed."""
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout + done.stderr


def java(main: str, *arguments: str | Path) -> str:
    """A program of the Jena distribution."""
    return run("java", "-Xmx512m", "-cp", JENA, main, *arguments)


def counts_by_riot(files: Sequence[Path]) -> dict[str, int]:
    """Triples or quads in each file as Jena's riot counts them, checking terms; a warning or an error fails."""
    text = java("riotcmd.riot", "--count", "--check", *files)
    assert not re.search(r"\b(WARN|ERROR)\b", text), text
    return {
        Path(name).name: int(count.replace(",", ""))
        for name, count in re.findall(r"^(\S+)\s+: (?:Triples|Quads|Tuples) = ([\d,]+)", text, re.M)
    }


def digests_by_node(files: Sequence[Path]) -> dict[str, tuple[int, str]]:
    """Quads in each file, and the digest of their sorted N-Quads, as N3.js or jsonld.js read them."""
    lines = run("node", FETCHED / "parse.mjs", *files).splitlines()
    found = (line.split(" ", 2) for line in lines)
    return {Path(name).name: (int(count), digest) for count, digest, name in found}


def digest(nquads: str) -> tuple[int, str]:
    """What `digests_by_node` gives, for N-Quads text."""
    lines = sorted(set(nquads.splitlines()), key=lambda line: line.encode("utf-16-be", "surrogatepass"))
    return len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest()


def count_by_raptor(file: Path, language: str) -> int:
    """Triples in a file as raptor counts them."""
    text = run("rapper", "--quiet", "--input", language, "--output", "ntriples", file, "http://localhost/")
    return sum(1 for line in text.splitlines() if line.strip())


def nquads_by_oxigraph(file: Path, tmp_path: Path) -> str:
    """A file as N-Quads, read by Oxigraph's command."""
    out = tmp_path / (file.name + ".nq")
    program = Path(sys.executable).parent / "oxigraph"
    run(program, "convert", "--from-file", file, "--to-file", out)
    return out.read_text(encoding="utf-8")
