"""Build hook: compile the gazetteer's index and the pages' texts into the wheel (and beside the package when editable)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

INDEX = Path("kg") / "gazetteer" / "index" / "gazetteer.sqlite"


def compile_catalogues(root: Path) -> None:
    """Compile each gettext catalogue of the pages (.po) for the program (.mo), beside it."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in sorted((root / "kg" / "web" / "translations").glob("*/LC_MESSAGES/*.po")):
        with source.open("rb") as texts, source.with_suffix(".mo").open("wb") as compiled:
            write_mo(compiled, read_po(texts, locale=source.parent.parent.name))


class CompilingHook(BuildHookInterface):
    """Runs `kg.gazetteer.compile` where the index is missing, and compiles the catalogues."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the index before files are gathered."""
        if self.target_name == "wheel":
            compile_catalogues(Path(self.root))
        target = Path(self.root) / INDEX
        if self.target_name == "wheel" and not target.is_file():
            sys.path.insert(0, self.root)
            from kg.gazetteer.compile import compile_index

            compile_index(target)
        if self.target_name == "wheel" and version != "editable":
            build_data["force_include"][str(target)] = str(INDEX)
