"""What a name names: evidence from the gazetteer, the tagger and the words around, summed over its occurrences."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kg.nlp.name_chains import NameSpan
from kg.nlp.name_lexicon import NameLexicon
from kg.nlp.token_columns import TokenColumns, fold

if TYPE_CHECKING:
    from kg.gazetteer import Gazetteer

KINDS = ("person", "place", "organisation", "group")
_TAGS = {"PER": "person", "LOC": "place", "ORG": "organisation"}
_ARTICLES = frozenset({"le", "la", "l'", "les", "au", "aux", "du", "des", "un", "une", "cette", "ce", "cet", "ces"})
_PLURAL = frozenset({"les", "des", "aux", "ces"})
_ATTRIBUTION = frozenset({"selon", "d'après"})


class NameKinds:
    """Decides the kind of every name of one text, one decision for all occurrences of a form."""

    def __init__(self, cols: TokenColumns, lexicon: NameLexicon, gazetteer: Gazetteer) -> None:
        self.cols = cols
        self.lexicon = lexicon
        self.gazetteer = gazetteer
        words = lexicon.words
        self.titles = (
            words("persons", "titles")
            | words("persons", "honorifics")
            | words("coreference", "offices")
            | words("persons", "after_comma")
        )
        self.honorifics = words("persons", "honorifics")
        self.compass = words("places", "compass")
        self.months = words("names", "months")
        self.after_comma = words("persons", "after_comma")
        self.strong_locative = words("places", "strong_locative")
        self.place_nouns = words("places", "settlements") | words("places", "regions") | words("places", "natural")
        self.built = words("places", "facilities")
        self.around = words("places", "around")
        self.of_place = words("places", "of_place")
        self.introducers = words("organisations", "introducers")
        self.members = words("groups", "members")
        self.bodies = words("coreference", "organisation") | frozenset({"filiale", "organisme", "éditeur", "fabricant"})
        self.weak = words("persons", "weak_particles")

    def decide(self, spans: Sequence[NameSpan]) -> None:
        """Set `kind` of each span; spans that a pattern or a sole kind of candidate decides keep that kind."""
        by_form: dict[str, list[NameSpan]] = {}
        for span in spans:
            by_form.setdefault(fold(self.cols.form(span.start, span.end)), []).append(span)
        surnames = self._surnames(by_form)
        for form, group in by_form.items():
            fixed = {span.kind for span in group if span.kind}
            kind = fixed.pop() if len(fixed) == 1 else self._weigh(form, group, surnames)
            for span in group:
                span.kind = span.kind or kind

    def _surnames(self, by_form: dict[str, list[NameSpan]]) -> set[str]:
        """Last words of the names of two words or more that the tagger takes for persons."""
        out = set()
        for form, group in by_form.items():
            words = form.split()
            tags = [self._tag(span) for span in group]
            if len(words) > 1 and tags.count("PER") * 2 >= len(tags):
                out.add(words[-1])
        return out

    def _tag(self, span: NameSpan) -> str:
        labels = self.cols.entity[span.start : span.end]
        return labels[-1] if labels[-1] else labels[0]

    def _weigh(self, form: str, group: Sequence[NameSpan], surnames: set[str]) -> str:
        totals = dict.fromkeys(KINDS, 0.0)
        for kind, weight in self._prior(form, group[0]).items():
            totals[kind] += weight
        if form in surnames:
            totals["person"] += 3.0
        share = 1.0 / math.sqrt(len(group))
        for span in group:
            for kind, weight in self._context(span).items():
                totals[kind] += weight * share
        totals["person" if " " in form else "place"] += 0.3
        best = max(KINDS, key=lambda kind: (totals[kind], -KINDS.index(kind)))
        group[0].evidence = totals
        return best

    def _prior(self, form: str, span: NameSpan) -> dict[str, float]:
        """What the form itself says: entries of the gazetteer, its length, its capitals."""
        out: dict[str, float] = {}
        several = span.end - span.start > 1
        for candidate in span.candidates:
            entry = candidate.entry
            kind = "place" if entry.kind == "state" else entry.kind
            weight = 4.0 if several else 2.5
            if entry.kind == "place" and entry.geonames and not entry.feature.startswith(("capital", "admin")):
                weight = min(weight, 0.4 + math.log10(max(entry.population, 1)) / 2.2)
            if entry.kind == "state":
                weight = 6.0
            if candidate.ambiguous:
                weight *= 0.4
            out[kind] = max(out.get(kind, 0.0), weight)
        firm = {c.entry.kind for c in span.candidates if not c.ambiguous}
        if firm == {"organisation"} and len(span.candidates) == 1:
            out["organisation"] += 1.5
        text = self.cols.form(span.start, span.end)
        letters = [c for c in text if c.isalpha()]
        shouting = 2 <= len(letters) <= 8 and sum(c.isupper() for c in letters) * 2 > len(letters)
        if not several and shouting and not span.candidates and not self.cols.shouted[span.start]:
            out["organisation"] = out.get("organisation", 0.0) + 2.0
        compound = "-" in text and not span.candidates and text.split("-")[0].lower() not in self.compass
        if compound and any(c.entry.kind == "state" for c in self.gazetteer.lookup(text.split("-")[-1])):
            out["organisation"] = out.get("organisation", 0.0) + 3.0
        if (
            several
            and all(w[:1].isupper() or w in ("al", "el") for w in text.replace("-", " ").split())
            and "-" not in text
        ):
            out["person"] = out.get("person", 0.0) + 1.0
        return out

    def _context(self, span: NameSpan) -> dict[str, float]:
        """What the tagger and the words on both sides say of one occurrence."""
        out = dict.fromkeys(KINDS, 0.0)
        tag = self._tag(span)
        if tag in _TAGS:
            out[_TAGS[tag]] += 1.4
        self._before(span, out)
        self._after(span, out)
        return out

    def _before(self, span: NameSpan, out: dict[str, float]) -> None:
        cols = self.cols
        i = span.start - 1
        if i < 0 or cols.starts[span.start]:
            return
        while i > 0 and cols.text[i] in ("«", '"', "“") and not cols.starts[i]:
            i -= 1
        word = cols.lower[i]
        quoted = i < span.start - 1
        several = span.end - span.start > 1
        if word in self.honorifics or (word in self.titles and cols.pos[i] != "ADJ" and not quoted):
            out["person"] += 3.5
        elif word in self.introducers:
            out["organisation"] += 3.0
        elif word in self.strong_locative or (word == "a" and cols.capital[i]):
            out["place"] += 3.0
        elif word in _ATTRIBUTION:
            out["person"] += 0.4
            out["organisation"] += 0.6
        elif word == "," and several:
            out["person"] += self._title_behind(i)
        if word in _ARTICLES:
            self._article(span, i, word, out)
        if word in self.weak and i > 0:
            k = i - 1
            while k > 0 and (cols.lower[k] in self.weak or cols.pos[k] == "ADJ"):
                k -= 1
            if cols.lower[k] in self.place_nouns or cols.lower[k] in self.built or cols.lower[k] in self.around:
                out["place"] += 2.8
            elif cols.lower[k] in self.of_place and word in ("de", "d'"):
                out["place"] += 1.8
            elif cols.lower[k] in self.introducers or cols.lower[k] in self.members:
                out["organisation"] += 1.4
        elif i > 0 and self.gazetteer.demonym(cols.text[i]) is not None and cols.lower[i - 1] in self.introducers:
            out["organisation"] += 3.0
        if self.gazetteer.demonym(cols.text[i]) is not None and several:
            out["person"] += 1.5

    def _article(self, span: NameSpan, i: int, word: str, out: dict[str, float]) -> None:
        """What an article before the name says: persons have none, settlements hardly ever."""
        out["person"] -= 2.5
        earlier = self.cols.lower[i - 1] if i else ""
        if earlier in ("dans", "vers", "sur", "depuis", "traverse") and not self.cols.starts[i]:
            out["place"] += 2.0
        elif word == "au" or (word == "aux" and any(c.entry.kind in ("state", "place") for c in span.candidates)):
            out["place"] += 1.0
        elif word in ("un", "une"):
            out["organisation"] += 0.5
        else:
            out["organisation"] += 1.0 if span.candidates else 1.6
        if word in _PLURAL and not out["place"] > 1.5:
            out["organisation"] += 1.0
            out["group"] += 0.5

    def _title_behind(self, comma: int) -> float:
        """Whether a title stands shortly before the comma: "le chef de la diplomatie, Marie Durand"."""
        cols = self.cols
        for k in range(comma - 1, max(-1, comma - 10), -1):
            if cols.text[k] in (",", ".", ";", ":") or cols.pos[k] == "VERB":
                return 0.0
            if cols.lower[k] in self.titles:
                return 2.5
        return 0.0

    def _credit(self, i: int) -> bool:
        """Whether brackets behind token i hold an agency's credit: after a dateline's date, or on their own."""
        if i < 0 or self.cols.text[i].isspace() or self.cols.starts[i + 1]:
            return True
        word = self.cols.lower[i]
        return word.isdigit() or word == "." or word.rstrip(".") in self.months

    def _after(self, span: NameSpan, out: dict[str, float]) -> None:
        cols = self.cols
        i = span.end
        if i >= len(cols) or cols.starts[i]:
            return
        if span.acronym is not None:
            out["organisation"] += 3.0
        if cols.text[i] == ")" and span.start > 0 and cols.text[span.start - 1] == "(" and self._credit(span.start - 2):
            out["organisation"] += 4.0
        if cols.text[i] == "(" and i + 1 < len(cols):
            found = self.gazetteer.longest(cols.text, i + 1)
            if found and any(c.entry.kind == "state" for c in found[1]):
                out["place"] += 2.5
        if cols.text[i] == "," and i + 2 < len(cols):
            nxt = cols.lower[i + 1]
            if nxt.isdigit() and cols.lower[i + 2] in ("ans", "an"):
                out["person"] += 3.0
            later = i + 2 if nxt in ("le", "la", "l'", "un", "une") else i + 1
            if cols.lower[later] in self.bodies:
                out["organisation"] += 2.5
            elif cols.lower[later] in self.place_nouns:
                out["place"] += 2.5
            if cols.lower[later] in self.after_comma:
                out["person"] += 2.0 if span.end - span.start > 1 else 0.8
