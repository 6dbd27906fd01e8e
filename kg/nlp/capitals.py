"""Whether a capital or palace is the place or the government that sits there."""

from __future__ import annotations

from spacy.tokens import Doc

from kg.nlp.name_lexicon import NameLexicon
from kg.nlp.token_columns import TokenColumns

_PASSIVE = frozenset({"aux:pass", "cop"})
_DASHES = frozenset({"-", "–", "—", "--", "(", "/"})


class CapitalReader:
    """Reads the words around a capital; a sentence that no parser has seen is read by its words alone."""

    def __init__(self, cols: TokenColumns, lexicon: NameLexicon, doc: Doc) -> None:
        self.cols = cols
        self.doc = doc
        words = lexicon.words
        self.locative = words("places", "locative") - words("capitals", "partner")
        self.weak = words("persons", "weak_particles")
        self.partner = words("capitals", "partner")
        self.addressing = words("capitals", "addressing")
        self.statement_objects = words("capitals", "statement_objects")
        self.town_subjects = words("capitals", "town_subjects")
        self.of_government = words("capitals", "of_government")
        self._children: dict[int, list[int]] | None = None

    def _dependents(self, i: int) -> list[int]:
        if self._children is None:
            self._children = {}
            for child, head in enumerate(self.cols.head):
                if child != head:
                    self._children.setdefault(head, []).append(child)
        return self._children.get(i, [])

    def is_government(self, start: int, end: int) -> bool:
        """Whether the capital at tokens start to end speaks or acts here."""
        cols = self.cols
        before = start - 1
        previous = "" if cols.starts[start] or before < 0 else cols.lower[before]
        if cols.shouted[start] and cols.starts[start]:
            return False
        if previous in ("et", ",", "ou", "puis", "comme"):
            earlier = cols.head[start]
            if cols.dep[start] == "conj" and earlier < start and cols.capital[earlier]:
                return self.is_government(earlier, earlier + 1)
        if previous in ("à", "a"):
            return self._addressed(start)
        if previous in self.partner:
            return self._partner(before)
        if previous in self.locative:
            return False
        if previous in self.weak:
            return self._of(before)
        return self._bare(start, end)

    def _partner(self, preposition: int) -> bool:
        """After "selon", "avec", "entre", "contre" …: a government, but where one goes to or strikes the town."""
        cols = self.cols
        word = cols.lower[preposition]
        if word == "pour":
            return preposition == 0 or cols.starts[preposition] or cols.text[preposition - 1] in (",", "(", "»")
        if word == "contre":
            return cols.lower[preposition - 1] in self.of_government if preposition else False
        return True

    def _addressed(self, start: int) -> bool:
        """After "à": the addressee of a verb of statement, which an infinitive with "de" follows."""
        cols = self.cols
        head = cols.head[start]
        if self._infinitive(start + 1):
            return True
        verbs = [head] if head < start else []
        verbs += [i for i in range(max(0, start - 4), start - 1) if cols.pos[i] == "VERB"]
        if not any(self.doc[i].lemma_ in self.addressing for i in verbs):
            return False
        return start + 1 < len(cols) and cols.lower[start + 1] in (
            "de",
            "d'",
            "la",
            "le",
            "l'",
            "un",
            "une",
            "des",
            "du",
            "que",
            "qu'",
            ",",
            ".",
        )

    def _infinitive(self, i: int) -> bool:
        """Whether "de" and an infinitive stand at i: what the addressee is to do or has done."""
        cols = self.cols
        if i + 1 >= len(cols) or cols.lower[i] not in ("de", "d'") or cols.starts[i + 1]:
            return False
        return any("Inf" in self.doc[k].morph.get("VerbForm", []) for k in range(i + 1, min(len(cols), i + 4)))

    def _of(self, particle: int) -> bool:
        """After "de": a government where the noun before is something that governments give or have."""
        cols = self.cols
        i = particle - 1
        while i >= 0 and i > particle - 3 and cols.pos[i] in ("ADJ", "ADV"):
            i -= 1
        return i >= 0 and cols.lower[i] in self.of_government

    def _bare(self, start: int, end: int) -> bool:
        """Without a preposition: subject of a verb that people do, or object of a verb of statement."""
        cols = self.cols
        dep, head = cols.dep[start], cols.head[start]
        after = cols.text[end] if end < len(cols) else ""
        if cols.starts[start] and (
            after in _DASHES or (after == "," and end + 1 < len(cols) and cols.lower[end + 1][:1].isdigit())
        ):
            return False
        if cols.starts[start] and after == "," and cols.lower[end + 1 : end + 2] == ["le"]:
            return False
        verb = self.doc[head].lemma_ if head != start else ""
        if dep in ("nsubj", "nsubj:pass", "nsubj:caus") and head != start:
            if dep == "nsubj:pass" or verb in self.town_subjects:
                return False
            return not any(cols.dep[child] in _PASSIVE for child in self._dependents(head))
        if dep in ("obj", "iobj", "obl:agent", "xcomp", "obl:arg", "dislocated", "vocative"):
            return dep == "obl:agent" or verb in self.statement_objects
        if end < len(cols) and cols.pos[end] in ("VERB", "AUX", "PRON", "ADV") and not cols.starts[end]:
            return cols.lower[end] not in ("est", "était", "sera")
        return False
