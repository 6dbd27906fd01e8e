"""What the trigger model sees of a cue: its own form, its syntax, the words around it, its place in the article.

Some features speak for any event at all (tense, determiner, governing verb, position), others for one type (instruments,
objects, subjects).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from spacy.tokens import Doc

from kg.nlp.cues import REFLEXIVE, CueMatch
from kg.nlp.token_columns import TokenColumns, columns
from kg.nlp.word_classes import governor_classes, word_classes
from kg.nlp.word_clusters import cluster

_SUBJECT = frozenset({"nsubj", "nsubj:pass", "csubj"})
_OBJECT = frozenset({"obj", "iobj", "ccomp", "xcomp"})
_OBLIQUE = frozenset({"obl", "obl:arg", "obl:mod", "obl:agent", "nmod"})
_CONTENT = frozenset({"NOUN", "VERB", "PROPN", "ADJ"})
_QUOTES = frozenset('"«»“”')
_CLIMB, _WINDOW = 3, 4
_STOPS = frozenset({",", ";", ":", "(", ")", "-", "–", "—"})
_VERBAL = frozenset({"VERB", "AUX"})
_WITH_STRENGTH = ("where=", "dep=", "det=", "quoted", "headclass=", "headpos=")


@dataclass(slots=True)
class Context:
    """Article-wide facts, gathered once a Doc: the class counts of every sentence, headline and article."""

    language: str
    cols: TokenColumns
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
        """How many tokens of a sort (see `_sorts`) stand between tokens lo and hi, both left out."""
        return self.before[sort][hi] - self.before[sort][lo + 1] if hi > lo + 1 else 0


def context(doc: Doc, matches: Iterable[CueMatch], language: str) -> Context:
    """Gather what the features of every cue of a Doc share."""
    cols = columns(doc)
    out = Context(language, cols)
    table = word_classes(language)
    out.sentence_of = cols.sentence
    out.starts = [i for i, starts in enumerate(cols.starts) if starts or i == 0]
    out.before = {sort: list(itertools.accumulate(flags, initial=0)) for sort, flags in _sorts(cols)}
    counts: dict[str, int] = {}
    paragraph, quoted = 0, False
    bags: list[set[str]] = [set() for _ in out.starts]
    for word, lower, sentence in zip(cols.text, cols.lower, cols.sentence, strict=True):
        if "\n" in word:
            paragraph, quoted = paragraph + 1, False
        elif word in _QUOTES:
            quoted = word in "«“" or (word == '"' and not quoted)
        out.paragraph_of.append(paragraph)
        out.quoted.append(quoted)
        for name in table.get(lower, ()):
            bags[sentence].add(name)
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


def _sorts(cols: TokenColumns) -> Iterator[tuple[str, list[bool]]]:
    """The sorts of tokens that are counted between others, each with the tokens that are of it."""
    verbs = [pos in _VERBAL for pos in cols.pos]
    yield "verb", verbs
    yield "finite verb", [verb and "VerbForm=Fin" in morph for verb, morph in zip(verbs, cols.morph, strict=True)]
    yield "comma", [word == "," for word in cols.text]
    yield "semicolon", [word == ";" for word in cols.text]
    yield "quote", [word in _QUOTES for word in cols.text]
    yield "stop", [word in _STOPS for word in cols.text]


def _bucket(value: int, edges: tuple[int, ...]) -> str:
    return str(sum(value >= edge for edge in edges))


def event_features(match: CueMatch, ctx: Context) -> list[str]:
    """Features that speak for or against any event: form, syntax, modality, position.

    The head of a sentence is its own head, as the trees have it.
    """
    cols, i, cue = ctx.cols, match.root, match.cue
    head, dep = cols.head[i], cols.dep[i]
    out = ["bias", f"cue={cue.name}", f"pos={cue.pos}/{cols.pos[i]}", f"dep={cue.pos}/{dep}"]
    out += [f"morph={part}" for part in _morphology(cols, i)]
    children = {cols.dep[child]: child for child in cols.children[i]}
    out += [f"child={cue.pos}/{relation}" for relation in children]
    if cue.pos == "n":
        kind = _determiner(cols.lower[children["det"]] if "det" in children else None)
        out += [f"det={kind}", f"det={kind}/{dep}"]
    out += [f"neg={cue.pos}"] if _negated(cols, i) or (dep in _OBJECT and _negated(cols, head)) else []
    if any(word in REFLEXIVE for word in cols.lower[max(0, i - 3) : i]):
        out.append(f"reflexive={cue.pos}")
    case = next((cols.lower[child] for child in cols.children[i] if cols.dep[child] in ("case", "mark")), "")
    out.append(f"case={cue.pos}/{case}")
    out += [f"head={cue.pos}/{cols.lemma[head].lower()}", f"headpos={cue.pos}/{cols.pos[head]}"]
    other = ctx.cue_at.get(head)
    if other is not None and other is not match:
        out += [f"headcue={cue.pos}/{other.cue.types[0]}"]
    out += [f"headclass={cue.pos}/{name}" for name in word_classes(ctx.language).get(cols.lower[head], ())]
    if case and cue.pos == "n":
        out.append(f"case+head={case}/{cols.pos[head]}")
    out += _governed(match, ctx)
    out += _position(match, ctx)
    return out + _strength(match, out)


def _form(cols: TokenColumns, match: CueMatch) -> str:
    """Noun, finite verb, bare participle, participle with auxiliary, infinitive, infinitive of the past."""
    if match.cue.pos != "v":
        return match.cue.pos
    auxiliaries = [child for child in cols.children[match.root] if cols.dep[child].startswith("aux")]
    if "VerbForm=Inf" in cols.morph[match.root]:
        return "inf"
    if "VerbForm=Part" not in cols.morph[match.root]:
        return "fin"
    if not auxiliaries:
        return "part"
    past = any("VerbForm=Inf" in cols.morph[child] for child in auxiliaries)
    return "past inf" if past else "perfect"


def governors(cols: TokenColumns, i: int, language: str) -> list[tuple[int, str]]:
    """Steps up the tree and class of each governor of a token, up to `_CLIMB` steps, conjuncts at no cost."""
    table = governor_classes(language)
    out, node, steps = [], i, 0
    for _ in range(2 * _CLIMB):
        if cols.head[node] == node or steps >= _CLIMB:
            break
        steps += cols.dep[node] != "conj"
        node = cols.head[node]
        out += [(steps, name) for name in table.get(cols.lemma[node].lower(), ())]
    return out


def _governed(match: CueMatch, ctx: Context) -> list[str]:
    cols, i = ctx.cols, match.root
    form = _form(cols, match)
    above = governors(cols, i, ctx.language)
    out = [f"form={form}", f"form={form}/{match.cue.strength}"]
    out += [f"governor={name}/{form}" for steps, name in above if steps <= 1]
    out += [f"above={name}/{form}" for _, name in above] or [f"above=none/{form}"]
    out.append(f"form={form}/{'headline' if ctx.paragraph_of[i] == 0 else 'text'}/{cols.dep[i] == 'ROOT'}")
    other = ctx.cue_at.get(cols.head[i])
    if other is not None and other is not match:
        out.append(f"headcue={form}/{other.cue.types[0]}/{cols.dep[i]}")
    previous = cols.lower[i - 1] if i else ""
    out += [f"before={previous}/{form}", f"word={match.cue.words[0]}/{match.cue.pos}"]
    first = ctx.starts[ctx.sentence_of[i]]
    if any(cols.lower[k] in ("si", "s'") and cols.pos[k] == "SCONJ" for k in range(first, i)):
        out.append(f"if={form}")
    return out


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


def _morphology(cols: TokenColumns, i: int) -> list[str]:
    kept = ("VerbForm", "Mood", "Tense", "Number")
    parts = [part for part in cols.morph[i].split("|") if part.split("=")[0] in kept]
    relations = [(cols.dep[child], cols.lower[child]) for child in cols.children[i]]
    auxiliaries = sorted(word for dep, word in relations if dep.startswith("aux") or dep == "cop")
    passive = any(dep == "aux:pass" for dep, _ in relations)
    return [
        *parts,
        "+".join(part for part in parts if "Number" not in part),
        f"aux={'+'.join(auxiliaries)}",
        f"passive={passive}",
    ]


def _determiner(form: str | None) -> str:
    if form is None:
        return "none"
    if form in ("le", "la", "l'", "les", "du", "des", "au", "aux"):
        return "plural" if form == "des" else "definite"
    if form in ("un", "une"):
        return "indefinite"
    if form in ("ce", "cet", "cette", "ces"):
        return "demonstrative"
    if form in ("son", "sa", "ses", "leur", "leurs"):
        return "possessive"
    return "other"


def _negated(cols: TokenColumns, i: int) -> bool:
    return any(cols.lower[c] in ("ne", "n'", "aucun", "aucune", "sans", "ni") for c in cols.children[i] if c < i)


def _position(match: CueMatch, ctx: Context) -> list[str]:
    paragraph, sentence = ctx.paragraph_of[match.root], ctx.sentence_of[match.root]
    where = "headline" if paragraph == 0 else "lead" if paragraph == 1 else "body"
    others = len(ctx.cue_sentence.get(sentence, ())) - 1
    seen = ctx.met.get(match.cue.words[0], 0)
    return [
        f"where={where}",
        f"where={where}/{match.cue.pos}",
        f"quoted={ctx.quoted[match.root]}/{match.cue.pos}",
        f"density={ctx.density}",
        f"others={min(others, 4)}",
        f"met={min(seen, 2)}",
        *(f"sentence={name}" for name in ctx.sentence_classes[sentence]),
    ]


def type_features(doc: Doc, match: CueMatch, ctx: Context) -> list[str]:
    """Features that tell one type from another: the classes of dependents, governor, sentence and headline."""
    cols, i = ctx.cols, match.root
    head, sentence = cols.head[i], ctx.sentence_of[i]
    table = word_classes(ctx.language)
    out = ["bias", f"cue={match.cue.name}", f"pos={match.cue.pos}", f"dep={match.cue.pos}/{cols.dep[i]}"]
    out += [f"dom={name}" for name in ctx.dominant]
    out += [f"headline={name}" for name in ctx.headline_classes]
    out += [f"sentence={name}" for name in ctx.sentence_classes[sentence]]
    for child in cols.children[i]:
        out += _dependent(doc, child, table, ctx)
    for near in range(max(0, match.start - _WINDOW), min(len(cols), match.end + _WINDOW)):
        out += [f"near={name}" for name in table.get(cols.lower[near], ())]
        if cols.pos[near] in _CONTENT:
            out.append(f"nearcluster={cluster(doc[near], ctx.language)}")
    out.append(f"own={cluster(doc[i], ctx.language)}")
    out.append(f"headcluster={cluster(doc[head], ctx.language)}")
    out += [f"head={name}" for name in table.get(cols.lower[head], ())]
    other = ctx.cue_at.get(head)
    if other is not None and other is not match:
        out.append(f"headcue={other.cue.types[0]}")
    out += [f"with={other.cue.types[0]}" for other in ctx.cue_sentence.get(sentence, ()) if other is not match]
    out += [f"passive={any(cols.dep[child] == 'aux:pass' for child in cols.children[i])}"]
    return out


def _dependent(doc: Doc, child: int, table: Mapping[str, tuple[str, ...]], ctx: Context) -> list[str]:
    """Features of one dependent of a cue: what it is to the cue, and of which classes it and its own dependents are."""
    cols = ctx.cols
    dep = cols.dep[child]
    role = "subj" if dep in _SUBJECT else "obj" if dep in _OBJECT else "obl" if dep in _OBLIQUE else "mod"
    out = [f"{role}={name}" for name in table.get(cols.lower[child], ())]
    if role != "mod" and cols.entity[child]:
        out.append(f"{role}ent={cols.entity[child]}")
    if cols.pos[child] in _CONTENT:
        meaning = cluster(doc[child], ctx.language)
        out += [f"{role}cluster={meaning}", f"cluster={meaning}"]
    return out + [f"{role}2={name}" for grand in cols.children[child] for name in table.get(cols.lower[grand], ())]


def features(doc: Doc, match: CueMatch, ctx: Context) -> list[str]:
    """Everything that the trigger model is told of a cue, without repetition."""
    types = [f"first={match.cue.types[0]}", f"types={len(match.cue.types)}"]
    return list(dict.fromkeys([*event_features(match, ctx), *type_features(doc, match, ctx), *types]))
