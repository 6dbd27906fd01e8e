"""The language pack's words around names: titles, place nouns, organisation heads, peoples."""

from __future__ import annotations

import csv
import functools
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from kg.nlp.token_columns import fold


@dataclass(frozen=True, slots=True)
class People:
    """A people or community with its adjective: ISO 3166-1 alpha-3 of its state, or None where it has several."""

    name: str
    country: str | None


@dataclass(frozen=True)
class NameLexicon:
    """Word lists by section and name, and the peoples by every folded form of their adjective."""

    tables: dict[str, dict[str, frozenset[str]]]
    pronouns: dict[str, str]
    peoples: dict[str, People]

    def words(self, section: str, name: str) -> frozenset[str]:
        """The list `name` of a section; KeyError where the language pack has none."""
        return self.tables[section][name]


@functools.cache
def name_lexicon(language: str) -> NameLexicon:
    """Read ``kg/<language>/entities.toml`` and ``entities_peoples.csv``."""
    folder = files("kg") / language
    raw: dict[str, dict[str, Any]] = tomllib.loads((folder / "entities.toml").read_text(encoding="utf-8"))
    tables = {
        section: {name: frozenset(value) for name, value in lists.items() if isinstance(value, list)}
        for section, lists in raw.items()
    }
    peoples: dict[str, People] = {}
    with (folder / "entities_peoples.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            people = People(row["masculine_singular"], row["country"] or None)
            for column in ("masculine_singular", "feminine_singular", "masculine_plural", "feminine_plural"):
                peoples[fold(row[column])] = people
    return NameLexicon(tables, dict(raw["coreference"]["pronouns"]), peoples)
