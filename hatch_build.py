"""Build hook: compile the gazetteer's index into the wheel (and beside the package in an editable install)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

INDEX = Path("kg") / "gazetteer" / "index" / "gazetteer.sqlite"


class GazetteerHook(BuildHookInterface):
    """Runs `kg.gazetteer.compile` where the index is missing."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the index before files are gathered."""
        target = Path(self.root) / INDEX
        if self.target_name == "wheel" and not target.is_file():
            sys.path.insert(0, self.root)
            from kg.gazetteer.compile import compile_index

            compile_index(target)
        if self.target_name == "wheel" and version != "editable":
            build_data["force_include"][str(target)] = str(INDEX)
