"""Files that ship with the program: ontology and saved queries.

In a checkout they stand at the top of the repository; in an installed wheel, beside the package's modules.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

_PACKAGE = Path(__file__).parent


def folder(name: str) -> Path:
    """The folder ``ontology`` or ``queries``.

    Raises FileNotFoundError where the installation lacks it.
    """
    for parent in (_PACKAGE, _PACKAGE.parent):
        if (parent / name).is_dir():
            return parent / name
    raise FileNotFoundError(f"{name}: not part of this installation")


def resource(path: str) -> str:
    """The text of a shipped file, such as ``ontology/shapes.ttl``."""
    top, _, rest = path.partition("/")
    return (folder(top) / rest).read_text(encoding="utf-8")


def listing(name: str, suffix: str) -> Iterator[Path]:
    """The files of a shipped folder with a suffix, sorted."""
    yield from sorted(folder(name).rglob(f"*{suffix}"))
