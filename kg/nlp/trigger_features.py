"""What the trigger model sees of a cue: its own form, its syntax, the words around it, its place in the article.

Two sets of features come out: those that speak for any event at all (tense, determiner, governing verb,
position), and those that speak for one type (instruments, objects, subjects), which are crossed with it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from spacy.tokens import Doc, Span, Token

from kg.nlp.cues import REFLEXIVE, CueMatch
from kg.nlp.linear import Crossed
from kg.nlp.word_classes import governor_classes, word_classes
from kg.nlp.word_clusters import cluster

_SUBJECT = frozenset({"nsubj", "nsubj:pass", "csubj"})
_OBJECT = frozenset({"obj", "iobj", "ccomp", "xcomp"})
_OBLIQUE = frozenset({"obl", "obl:arg", "obl:mod", "obl:agent", "nmod"})
_CONTENT = frozenset({"NOUN", "VERB", "PROPN", "ADJ"})
_QUOTES = frozenset('"«»“”')
_CLIMB = 3
_STOPS = frozenset({",", ";", ":", "(", ")", "-", "–", "—"})
_SORTS: dict[str, Callable[[Token], bool]] = {
    "verb": lambda token: token.pos_ in ("VERB", "AUX"),
    "finite verb": lambda token: token.pos_ in ("VERB", "AUX") and "VerbForm=Fin" in token.morph,
    "comma": lambda token: token.text == ",",
    "semicolon": lambda token: token.text == ";",
    "quote": lambda token: token.text in _QUOTES,
    "stop": lambda token: token.text in _STOPS,
}
_WITH_STRENGTH = ("where=", "dep=", "det=", "quoted", "headclass=", "headpos=")
_OF_ANY_TYPE = (
    "subj=", "obj=", "obl=", "mod=", "near=", "subj2=", "obj2=", "obl2=", "dom=", "headline=", "subjent=", "objent=", "oblent=",
)  # fmt: skip
"""Features of `type_features` that speak for an event of any type as well."""


@dataclass(slots=True)
class Context:
    """Article-wide facts, gathered once a Doc: the class counts of every sentence, headline and article."""

    language: str
    sentence_classes: list[frozenset[str]] = field(default_factory=list)
    sentence_of: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    paragraph_of: list[int] = field(default_factory=list)
    headline_classes: frozenset[str] = frozenset()
    dominant: tuple[str, ...] = ()
    quoted: list[bool] = field(default_factory=list)
    cue_sentence: dict[int, list[CueMatch]] = field(default_factory=dict)
    cue_at: dict[int, CueMatch] = field(default_factory=dict)
    density: str = ""
    met: dict[str, int] = field(default_factory=dict)
    before: dict[str, list[int]] = field(default_factory=dict)
    names: dict[int, frozenset[str]] = field(default_factory=dict)

    def between(self, sort: str, lo: int, hi: int) -> int:
        """How many tokens of a sort of `_SORTS` stand between tokens lo and hi, both left out."""
        return self.before[sort][hi] - self.before[sort][lo + 1] if hi > lo + 1 else 0


def context(doc: Doc, matches: Iterable[CueMatch], language: str) -> Context:
    """Gather what the features of every cue of a Doc share."""
    out = Context(language)
    table = word_classes(language)
    out.sentence_of = [0] * len(doc)
    out.paragraph_of = [0] * len(doc)
    out.quoted = [False] * len(doc)
    out.before = _counts(doc)
    counts: dict[str, int] = {}
    paragraph, sentence, quoted = 0, -1, False
    bags: list[set[str]] = []
    for token in doc:
        if token.is_sent_start or sentence < 0:
            sentence += 1
            bags.append(set())
            out.starts.append(token.i)
        if "\n" in token.text:
            paragraph, quoted = paragraph + 1, False
        elif token.text in _QUOTES:
            quoted = token.text in "«“" or (token.text == '"' and not quoted)
        out.sentence_of[token.i], out.paragraph_of[token.i], out.quoted[token.i] = sentence, paragraph, quoted
        for name in table.get(token.lower_, ()):
            bags[-1].add(name)
            counts[name] = counts.get(name, 0) + 1
    out.sentence_classes = [frozenset(bag) for bag in bags]
    first = [bag for bag, start in zip(bags, out.starts, strict=True) if out.paragraph_of[start] == 0]
    out.headline_classes = frozenset(name for bag in first for name in bag)
    out.dominant = tuple(n for n, c in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:3] if c > 2)
    for match in matches:
        out.cue_sentence.setdefault(out.sentence_of[match.root], []).append(match)
        for i in range(match.start, match.end):
            out.cue_at[i] = match
    out.density = _bucket(100 * len(out.cue_at) // max(1, len(doc)), (1, 2, 4, 6, 9))
    return out


def _counts(doc: Doc) -> dict[str, list[int]]:
    """For each sort of token how many stand before each token, so that a stretch is counted without being read."""
    out = {}
    for sort, belongs in _SORTS.items():
        out[sort] = list(itertools.accumulate(map(belongs, doc), initial=0))
    return out


def _bucket(value: int, edges: tuple[int, ...]) -> str:
    return str(sum(value >= edge for edge in edges))


def event_features(doc: Doc, match: CueMatch, ctx: Context) -> list[str]:
    """Features that speak for or against any event: form, syntax, modality, position."""
    token = doc[match.root]
    head = token.head
    out = ["bias", f"cue={match.cue.name}", f"pos={match.cue.pos}/{token.pos_}", f"dep={match.cue.pos}/{token.dep_}"]
    out += [f"morph={part}" for part in _morphology(token)]
    children = {child.dep_: child for child in token.children}
    out += [f"child={match.cue.pos}/{dep}" for dep in children]
    det = children.get("det")
    if match.cue.pos == "n":
        kind = _determiner(det)
        out += [f"det={kind}", f"det={kind}/{token.dep_}"]
    out += [f"neg={match.cue.pos}"] if _negated(token) or (token.dep_ in _OBJECT and _negated(head)) else []
    if any(word.lower_ in REFLEXIVE for word in doc[max(0, token.i - 3) : token.i]):
        out.append(f"reflexive={match.cue.pos}")
    case = next((child.lower_ for child in token.children if child.dep_ in ("case", "mark")), "")
    out.append(f"case={match.cue.pos}/{case}")
    if head is not token:
        out += [f"head={match.cue.pos}/{head.lemma_.lower()}", f"headpos={match.cue.pos}/{head.pos_}"]
        other = ctx.cue_at.get(head.i)
        if other is not None and other is not match:
            out += [f"headcue={match.cue.pos}/{other.cue.types[0]}"]
        out += [f"headclass={match.cue.pos}/{name}" for name in word_classes(ctx.language).get(head.lower_, ())]
    if case and match.cue.pos == "n":
        out.append(f"case+head={case}/{head.pos_}")
    out += _governed(token, match, ctx)
    out += _position(token, match, ctx)
    return out + _strength(match, out)


def _form(token: Token, match: CueMatch) -> str:
    """Noun, finite verb, bare participle, participle with auxiliary, infinitive, infinitive of the past."""
    if match.cue.pos != "v":
        return match.cue.pos
    auxiliaries = [child for child in token.children if child.dep_.startswith("aux")]
    if "VerbForm=Inf" in token.morph:
        return "inf"
    if "VerbForm=Part" not in token.morph:
        return "fin"
    if not auxiliaries:
        return "part"
    past = any("VerbForm=Inf" in child.morph for child in auxiliaries)
    return "past inf" if past else "perfect"


def governors(token: Token, language: str) -> list[tuple[int, str]]:
    """Steps up the tree and class of each governor of a token, up to `_CLIMB` steps, conjuncts at no cost."""
    table = governor_classes(language)
    out, node, steps = [], token, 0
    for _ in range(2 * _CLIMB):
        if node.head.i == node.i or steps >= _CLIMB:
            break
        steps += node.dep_ != "conj"
        node = node.head
        out += [(steps, name) for name in table.get(node.lemma_.lower(), ())]
    return out


def _governed(token: Token, match: CueMatch, ctx: Context) -> list[str]:
    form = _form(token, match)
    above = governors(token, ctx.language)
    out = [f"form={form}", f"form={form}/{match.cue.strength}"]
    out += [f"governor={name}/{form}" for steps, name in above if steps <= 1]
    out += [f"above={name}/{form}" for _, name in above] or [f"above=none/{form}"]
    paragraph = ctx.paragraph_of[token.i]
    out.append(f"form={form}/{'headline' if paragraph == 0 else 'text'}/{token.dep_ == 'ROOT'}")
    other = ctx.cue_at.get(token.head.i)
    if other is not None and other is not match:
        out.append(f"headcue={form}/{other.cue.types[0]}/{token.dep_}")
    previous = _word_before(token)
    out += [f"before={previous}/{form}", f"word={match.cue.words[0]}/{match.cue.pos}"]
    if any(word.lower_ in ("si", "s'") and word.pos_ == "SCONJ" for word in token.sent[: token.i - token.sent.start]):
        out.append(f"if={form}")
    return out


def _word_before(token: Token) -> str:
    """The word before a token, as it stands; empty at the start."""
    return token.doc[token.i - 1].lower_ if token.i else ""


def _strength(match: CueMatch, features: list[str]) -> list[str]:
    """The cue's strength, alone and with its syntax and position: what is learnt of one weak cue holds for others."""
    strength = match.cue.strength
    kept = [name for name in features if name.startswith(_WITH_STRENGTH)]
    return [
        f"strength={strength}",
        f"strength={strength}/{match.cue.pos}",
        f"phrase={len(match.cue.words) > 1}",
        *(f"{name}&{strength}" for name in kept),
    ]


def _morphology(token: Token) -> list[str]:
    parts = [
        part for part in str(token.morph).split("|") if part.split("=")[0] in ("VerbForm", "Mood", "Tense", "Number")
    ]
    auxiliaries = sorted(
        child.lower_ for child in token.children if child.dep_.startswith("aux") or child.dep_ == "cop"
    )
    passive = any(child.dep_ == "aux:pass" for child in token.children)
    return [
        *parts,
        "+".join(part for part in parts if "Number" not in part),
        f"aux={'+'.join(auxiliaries)}",
        f"passive={passive}",
    ]


def _determiner(det: Token | None) -> str:
    if det is None:
        return "none"
    form = det.lower_
    if form in ("le", "la", "l'", "les", "du", "des", "au", "aux"):
        return "plural" if form == "des" else "definite"
    if form in ("un", "une"):
        return "indefinite"
    if form in ("ce", "cet", "cette", "ces"):
        return "demonstrative"
    if form in ("son", "sa", "ses", "leur", "leurs"):
        return "possessive"
    return "other"


def _negated(token: Token) -> bool:
    return any(c.lower_ in ("ne", "n'", "aucun", "aucune", "sans", "ni") for c in token.children if c.i < token.i)


def _position(token: Token, match: CueMatch, ctx: Context) -> list[str]:
    paragraph, sentence = ctx.paragraph_of[token.i], ctx.sentence_of[token.i]
    where = "headline" if paragraph == 0 else "lead" if paragraph == 1 else "body"
    others = len(ctx.cue_sentence.get(sentence, ())) - 1
    seen = ctx.met.get(match.cue.words[0], 0)
    return [
        f"where={where}",
        f"where={where}/{match.cue.pos}",
        f"quoted={ctx.quoted[token.i]}/{match.cue.pos}",
        f"density={ctx.density}",
        f"others={min(others, 4)}",
        f"met={min(seen, 2)}",
        *(f"sentence={name}" for name in ctx.sentence_classes[sentence]),
    ]


def type_features(doc: Doc, match: CueMatch, ctx: Context) -> list[str]:
    """Features that tell one type from another: the classes of dependents, governor, sentence and headline."""
    token = doc[match.root]
    table = word_classes(ctx.language)
    out = ["bias", f"cue={match.cue.name}", f"pos={match.cue.pos}", f"dep={match.cue.pos}/{token.dep_}"]
    out += [f"dom={name}" for name in ctx.dominant]
    out += [f"headline={name}" for name in ctx.headline_classes]
    out += [f"sentence={name}" for name in ctx.sentence_classes[ctx.sentence_of[token.i]]]
    for child in token.children:
        role = (
            "subj"
            if child.dep_ in _SUBJECT
            else "obj"
            if child.dep_ in _OBJECT
            else "obl"
            if child.dep_ in _OBLIQUE
            else "mod"
        )
        out += [f"{role}={name}" for name in table.get(child.lower_, ())]
        if role != "mod" and child.ent_type_:
            out.append(f"{role}ent={child.ent_type_}")
        if child.pos_ in _CONTENT:
            out += [f"{role}cluster={cluster(child, ctx.language)}", f"cluster={cluster(child, ctx.language)}"]
        out += [f"{role}2={name}" for grand in child.children for name in table.get(grand.lower_, ())]
    for near in _window(doc, match, 4):
        out += [f"near={name}" for name in table.get(near.lower_, ())]
        if near.pos_ in _CONTENT:
            out.append(f"nearcluster={cluster(near, ctx.language)}")
    out.append(f"own={cluster(token, ctx.language)}")
    if token.head is not token:
        out.append(f"headcluster={cluster(token.head, ctx.language)}")
        out += [f"head={name}" for name in table.get(token.head.lower_, ())]
        other = ctx.cue_at.get(token.head.i)
        if other is not None and other is not match:
            out.append(f"headcue={other.cue.types[0]}")
    out += [
        f"with={other.cue.types[0]}"
        for other in ctx.cue_sentence.get(ctx.sentence_of[token.i], ())
        if other is not match
    ]
    out += [f"passive={any(child.dep_ == 'aux:pass' for child in token.children)}"]
    return out


def _window(doc: Doc, match: CueMatch, width: int) -> Span:
    return doc[max(0, match.start - width) : min(len(doc), match.end + width)]


def alternatives(doc: Doc, match: CueMatch, ctx: Context) -> list[Crossed]:
    """The features of each type of the cue, in the cue's order, for `kg.nlp.linear`."""
    own = list(dict.fromkeys(type_features(doc, match, ctx)))
    general = [name for name in own if name.startswith(_OF_ANY_TYPE)]
    shared = list(dict.fromkeys([*event_features(doc, match, ctx), *general]))
    return [
        [("E", shared), ("", [f"rank={rank}/{len(match.cue.types)}", f"pos={match.cue.pos}/{kind}"]), (kind, own)]
        for rank, kind in enumerate(match.cue.types)
    ]
