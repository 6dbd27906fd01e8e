"""Which noun phrase is what to a trigger: subject, object, complement, by name and whatever the construction.

Voice, reflexives, participles, relative and infinitive clauses, coordination and light verbs are undone, so that
"les rebelles" is the subject of "tuer" in "les rebelles ont tué", "tués par les rebelles" (there as "par"), "les
rebelles, qui ont tué", "accusés d'avoir tué" and "avant de tuer", and stands as "object<subject" to "raid" in "les
rebelles ont mené un raid": the subject of the verb whose object the raid is.
"""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Token

_SUBJECTS = frozenset({"nsubj", "nsubj:pass", "nsubj:caus"})
_SAME = frozenset({"conj", "appos", "flat:name", "flat:foreign", "fixed"})
_OBLIQUE = frozenset({"obl", "obl:arg", "obl:mod", "obl:agent", "nmod", "iobj"})
_CONTRACTED = {"du": "de", "des": "de", "d'": "de", "au": "à", "aux": "à", "lors": "pendant"}
_CLAUSES = frozenset({"xcomp", "advcl", "ccomp", "acl", "parataxis"})
_POSSESSIVES = frozenset({"son", "sa", "ses", "leur", "leurs"})
_REFLEXIVES = frozenset({"se", "s'"})
_MAKE = frozenset({"fait", "faire", "font", "fit", "firent", "faisant", "fasse", "laissé"})
# Verbs whose object, not subject, is to do what the infinitive says
_OBJECT_CONTROL = frozenset(
    [
        *("accuser", "soupçonner", "appeler", "exhorter", "sommer", "presser", "inviter", "forcer", "contraindre"),
        *("obliger", "autoriser", "empêcher", "menacer", "charger", "pousser", "inciter", "supplier", "prier"),
        *("demander", "ordonner", "permettre", "interdire", "reprocher", "enjoindre", "proposer", "conseiller"),
        *("convaincre", "implorer", "conjurer", "dissuader", "laisser", "aider"),
    ]
)
_SUBJECT_KEPT = frozenset({"menacer", "proposer"})
_CLIMB = 4
_NONE = "none"


class Relations:
    """The relations of one trigger to the tokens of its sentence.

    `names` maps a token index to what its phrase is to the trigger: ``subject``, ``object``, a preposition
    ("par", "contre"), ``adjective``, ``possessor``; ``a<b`` the `b` of the word whose `a` the trigger is; ``a>b``
    the `b` of the trigger's `a`. What a measure counts ("une dizaine de civils", lower-case nouns `measures`) is
    what the measure is.
    """

    def __init__(self, root: Token, verbal: bool, measures: frozenset[str] = frozenset()) -> None:
        self.measures = measures
        if root.lower_ in _MAKE and root.dep_ != "ROOT" and root.head.i > root.i:
            root = root.head  # "se faire exploser": the infinitive carries the syntax
        self.names: dict[int, str] = {}
        own = list(_arguments(root, verbal))
        for name, token in own:
            self._add(name, token)
        if verbal and not any(name == "subject" for name, _ in own):
            for name, token in _controlled(root, 0):
                self._add(name, token)
        for name, token in own:
            self._add_below(name, token)
        self._add_above(root, "", 0)

    def of(self, token: Token) -> str:
        """What a token's phrase is to the trigger; ``none`` where the two are further apart."""
        node = token
        for _ in range(_CLIMB):
            if node.i in self.names:
                return self.names[node.i]
            if node.dep_ not in _SAME or node.head.i == node.i:
                break
            node = node.head
        return _NONE

    def _add(self, name: str, token: Token) -> None:
        self.names.setdefault(token.i, name)
        for child in token.children:
            joined = child.dep_ in ("conj", "appos") and child.pos_ not in ("VERB", "AUX")
            if joined or (token.lower_ in self.measures and _preposition(child) == "de"):
                self._add(name, child)

    def _add_below(self, name: str, token: Token) -> None:
        for inner, child in _arguments(token, verbal=False):
            self._add(f"{name}>{inner}", child)

    def _add_above(self, node: Token, route: str, depth: int) -> None:
        """The arguments of the word that governs the trigger, and of the one above that."""
        while node.dep_ == "conj" and node.head.i != node.i:
            node = node.head
        governor = node.head
        if governor.i == node.i or depth > 2:
            return
        verbal = governor.pos_ in ("VERB", "AUX")
        step = _link(node, governor)
        route = f"{route}<{step}" if route else step
        self._add(f"{route}<head", governor)
        arguments = [*_arguments(governor, verbal), *(_controlled(governor, 0) if verbal else ())]
        for name, token in arguments:
            if token.i != node.i:
                self._add(f"{route}<{name}", token)
                for inner, child in _arguments(token, verbal=False):
                    self._add(f"{route}<{name}>{inner}", child)
        self._add_above(governor, route, depth + 1)


def _preposition(token: Token) -> str:
    """The preposition before a noun phrase, contractions undone; empty where there is none."""
    for child in token.children:
        if child.dep_ in ("case", "mark") and child.i < token.i:
            word = _CONTRACTED.get(child.lower_, child.lower_)
            fixed = [grand.lower_ for grand in child.children if grand.dep_ == "fixed"]
            return " ".join([word, *fixed])
    return ""


def is_passive(verb: Token) -> bool:
    """Whether the grammatical subject undergoes: passive, bare past participle, "se faire" with an infinitive."""
    children = list(verb.children)
    if any(child.dep_ in ("aux:pass", "nsubj:pass") for child in children):
        return True
    reflexive = any(child.lower_ in _REFLEXIVES for child in children)
    if reflexive:
        return any(child.lower_ in _MAKE for child in children)
    participle = "Past" in verb.morph.get("Tense", []) and "Part" in verb.morph.get("VerbForm", [])
    bare = not any(child.dep_.startswith("aux") for child in children)
    if bare and verb.dep_ == "conj" and participle and any(c.dep_.startswith("aux") for c in verb.head.children):
        return is_passive(verb.head)
    return bare and (participle or verb.pos_ == "ADJ")


def _arguments(word: Token, verbal: bool) -> Iterator[tuple[str, Token]]:
    """The dependents of a word that may be participants, with their relation."""
    passive = verbal and is_passive(word)
    for child in word.children:
        if child.dep_ in _SUBJECTS:
            yield ("object" if passive else "subject" if verbal else "subject of predicate"), child
            if child.pos_ == "PRON" and word.dep_ == "acl:relcl" and child.lower_ == "qui":
                yield ("object" if passive else "subject"), word.head
        elif child.dep_ == "obj":
            yield "object", child
        elif child.dep_ == "obl:agent":
            yield "par", child
        elif child.dep_ in _OBLIQUE:
            yield (_preposition(child) or child.dep_.split(":")[0]), child
        elif child.dep_ == "amod":
            yield "adjective", child
        elif child.dep_ == "det" and child.lower_ in _POSSESSIVES:
            yield "possessor", child
        elif child.dep_ == "acl" and not verbal and child.pos_ in ("VERB", "ADJ"):
            for name, token in _arguments(child, verbal=True):
                yield (name if name == "par" else f"clause {name}"), token
    if verbal and _is_object_relative(word):
        yield "object", word.head


def _is_object_relative(verb: Token) -> bool:
    """Whether the noun that the clause hangs on is the clause's object: "la base que les rebelles ont prise"."""
    if not verb.dep_.startswith("acl"):
        return False
    children = list(verb.children)
    linked = any(child.lower_ in ("que", "qu'") and child.i < verb.i for child in children)
    full = any(child.dep_ == "obj" and child.lower_ not in ("que", "qu'") for child in children)
    return linked and not full and any(child.dep_ in _SUBJECTS for child in children)


def _controlled(verb: Token, depth: int) -> Iterator[tuple[str, Token]]:
    """The understood subject (or object, of a passive) of a verb without one of its own."""
    head = verb.head
    if head.i == verb.i or depth > 2:
        return
    name = "object" if is_passive(verb) else "subject"
    if verb.dep_ == "conj" and head.pos_ in ("VERB", "AUX", "ADJ"):
        yield from _subjects(head, name, depth)
    elif verb.dep_ in ("acl", "amod") and head.pos_ in ("NOUN", "PROPN", "PRON", "NUM"):
        if "Inf" not in verb.morph.get("VerbForm", []):
            yield name, head
            return
        yield from _object_or_subject(head.head, name, depth)
    elif head.pos_ in ("VERB", "AUX") and verb.dep_ not in ("acl:relcl", "ccomp"):
        yield from _object_or_subject(head, name, depth)


def _object_or_subject(governor: Token, name: str, depth: int) -> Iterator[tuple[str, Token]]:
    if governor.lemma_ in _OBJECT_CONTROL - _SUBJECT_KEPT:
        for inner, token in _arguments(governor, verbal=True):
            if inner in ("object", "à", "iobj"):
                yield name, token
                return
    yield from _subjects(governor, name, depth)


def _subjects(verb: Token, name: str, depth: int) -> Iterator[tuple[str, Token]]:
    """The grammatical subject of a verb, under the name given."""
    own = [child for child in verb.children if child.dep_ in _SUBJECTS]
    if own:
        for child in own:
            yield name, child
            if child.lower_ == "qui" and verb.dep_ == "acl:relcl":
                yield name, verb.head
        return
    for _, token in _controlled(verb, depth + 1):
        yield name, token


def _link(node: Token, governor: Token) -> str:
    """What the trigger is to the word above it."""
    if node.dep_ in _SUBJECTS:
        return "object" if is_passive(governor) else "subject"
    if node.dep_ == "obj":
        return "object"
    if node.dep_ in _OBLIQUE:
        return _preposition(node) or node.dep_.split(":")[0]
    if node.dep_ in _CLAUSES:
        return f"{node.dep_} {_preposition(node)}".strip()
    return node.dep_
