"""Fit the model of roles (`kg.nlp.arguments`); writes roles.json in kg/fr/models/.

An actor may be named several times in a sentence, and only one of its names stand in the event's clause. A first
fit takes all its names as right; a second leaves out those that the first finds unlikely beside another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from conditional_logit import Choice, fit, save
from prepared import Prepared, annotated_name, found_name, gold_names, prepared_corpus

from kg.nlp.linear import LinearModel, softmax, spelled
from kg.nlp.role_features import ROLES, TriggerGrammar

TARGET = Path(__file__).parent.parent / "kg" / "fr" / "models" / "roles.json"
PENALTY = 6.0
RAREST = 4
LIKELY = 0.5


@dataclass(frozen=True)
class RoleExample:
    """A noun phrase near a trigger, and the annotated actors that it names: (event, number, role)."""

    alternatives: Sequence[Sequence[str]]
    fits: tuple[tuple[int, int, int], ...]

    def choice(self, chances: Sequence[float] | None = None) -> Choice:
        """The role of the first actor that it names, or, given probabilities, of the likeliest."""
        if not self.fits:
            return Choice(self.alternatives, None)
        roles = [role for _, _, role in self.fits]
        return Choice(self.alternatives, max(roles, key=lambda role: chances[role]) if chances else roles[0])


def examples(article: Prepared) -> Iterator[RoleExample]:
    """Each noun phrase in the sentence of each trigger."""
    known, table = gold_names(article.gold), article.entities.entities
    for trigger, number in zip(article.triggers, article.event_of, strict=True):
        event = article.gold.events[number]
        actors = [
            (index, annotated_name(known, name)) for index, role in enumerate(ROLES) for name in event[role + "s"]
        ]
        grammar = TriggerGrammar(article.doc, trigger, article.triggers, article.context)
        for candidate in article.candidates[article.context.sentence_of[trigger.root]]:
            if trigger.start <= candidate.head < trigger.end:
                continue
            found = [found_name(table[key]) for key in candidate.actors if key in table]
            fits = tuple(
                (number, i, role)
                for i, (role, name) in enumerate(actors)
                if any(name.same_actor(other) for other in found)
            )
            alternatives = grammar.alternatives(article.doc[candidate.head], candidate.kind)
            yield RoleExample([spelled(features) for features in alternatives], fits)


def chosen(rows: Sequence[RoleExample], model: LinearModel) -> Iterator[Choice]:
    """Of the names of an annotated actor those that the model finds likely, or its likeliest."""
    chances = [softmax([0.0, *(model.score(names) for names in row.alternatives)])[1:] for row in rows]
    best: dict[tuple[int, int], float] = {}
    for row, values in zip(rows, chances, strict=True):
        for number, actor, role in row.fits:
            best[number, actor] = max(best.get((number, actor), 0.0), values[role])
    for row, values in zip(rows, chances, strict=True):
        likeliest = max(row.fits, key=lambda fit: values[fit[2]], default=None)
        if likeliest is None or values[likeliest[2]] >= min(LIKELY, best[likeliest[:2]]):
            yield row.choice(values)


def fitted(articles: Sequence[Prepared]) -> dict[str, float]:
    """The weights of the model."""
    rows = [list(examples(article)) for article in articles]
    first = LinearModel(fit([row.choice() for found in rows for row in found], PENALTY, RAREST))
    return fit([choice for found in rows for choice in chosen(found, first)], PENALTY, RAREST)


def main() -> None:
    """Train on all articles at hand and write the model."""
    save(fitted(prepared_corpus()), TARGET)


if __name__ == "__main__":
    main()
