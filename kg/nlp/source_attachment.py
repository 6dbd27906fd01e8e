"""According to whom: the attributions that vouch for each mention of an event.

Near a trigger each attribution is judged by itself, on the grammar between the two, on who speaks, on the other
attributions around, and on whether a passage goes on in the words of the speaker before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from spacy.tokens import Doc, Token

from kg.nlp.attribution import Attribution, is_neutral
from kg.nlp.attribution_lexicon import lexicon
from kg.nlp.casualties import CasualtySpan
from kg.nlp.event_coreference import FAMILIES
from kg.nlp.linear import LinearModel
from kg.nlp.links import link_features, word_form
from kg.nlp.role_features import STATEMENTS
from kg.nlp.trigger_features import Context
from kg.nlp.triggers import Trigger
from kg.nlp.voices import VOICES
from kg.nlp.word_classes import word_classes

LEAST = 0.45
"""The least probability at which an attribution vouches for a mention."""
FURTHEST = 3
_NEAR = 12
"""Tokens between a quotation and the cue that introduces or follows it."""
_QUOTES = frozenset('«»"“”')
_CLAUSES = frozenset({"ccomp", "xcomp", "obj", "acl", "parataxis", "obl:arg", "nmod"})
_VERBAL = frozenset({"VERB", "AUX"})


def source_choices(
    trigger: Trigger, said: Sequence[Attribution], ctx: Context, quote: tuple[int, int] | None = None
) -> list[Attribution]:
    """Attributions that may vouch for a trigger.

    Those of its sentence and, unless in brackets, of the next; before it, within the paragraph, those of the sentence before and of the
    nearest of the three before that has any; and those beside the quotation that it stands in, first and last token
    of which are `quote`.
    """
    here = ctx.sentence_of[trigger.root]
    paragraph = ctx.paragraph_of[trigger.root]
    out = []
    before = [a for a in said if here - FURTHEST <= ctx.sentence_of[a.cue] < here]
    nearest = max((ctx.sentence_of[a.cue] for a in before), default=here)
    for attribution in said:
        gap = ctx.sentence_of[attribution.cue] - here
        if attribution.cue == trigger.root or (gap and attribution.kind == "bracket"):
            continue
        near = -1 <= gap <= 1
        going_on = gap == nearest - here and gap < 0 and ctx.paragraph_of[attribution.cue] == paragraph
        if near or going_on or (quote is not None and _beside(attribution.cue, quote)):
            out.append(attribution)
    return out


class SourceGrammar:
    """What is the same for all attributions near a trigger."""

    def __init__(
        self,
        doc: Doc,
        trigger: Trigger,
        said: Sequence[Attribution],
        triggers: Sequence[Trigger],
        ctx: Context,
        speaker_kinds: Mapping[int, str],
        figures: Sequence[CasualtySpan] = (),
    ) -> None:
        """`speaker_kinds` gives the kind of entity ("person", "noun", "" for none) that a speaker's token refers to."""
        self.doc, self.trigger, self.triggers, self.ctx = doc, trigger, triggers, ctx
        self.said = [a for a in said if a.kind not in VOICES]
        self.kinds = speaker_kinds
        self.words = lexicon(ctx.language)
        self.quote = _quotation(trigger.root, ctx)
        near = source_choices(trigger, self.said, ctx, self.quote)
        self.choices = near + [a for a in said if a.kind in VOICES and a.start <= trigger.root < a.end]
        self.sentence = ctx.sentence_of[trigger.root]
        self.own = [a for a in near if ctx.sentence_of[a.cue] == self.sentence]
        self.moods = _moods(doc[trigger.root])
        self.counted = [figure for figure in figures if ctx.sentence_of[figure.start] == self.sentence]
        self.definite = _definite(doc[trigger.root])
        self.family = next((n for n, kinds in enumerate(FAMILIES) if trigger.type in kinds), len(FAMILIES))

    def features(self, attribution: Attribution) -> list[str]:
        """Features of the trigger and one of its choices."""
        if attribution.kind in VOICES:
            return self._voiced(attribution)
        doc, ctx, trigger = self.doc, self.ctx, self.trigger
        gap = max(-2, ctx.sentence_of[attribution.cue] - self.sentence)
        cue, root = doc[attribution.cue], doc[trigger.root]
        kind = f"{attribution.kind}:{gap}"
        speaker = doc[attribution.speaker]
        who = self.kinds.get(attribution.speaker, "")
        headline = ctx.paragraph_of[root.i] == 0
        statement = trigger.type in STATEMENTS
        names = link_features(doc, trigger, cue, self.triggers, ctx)
        out = [f"s:{name}" for name in names] + [f"s:{attribution.kind}:{name}" for name in names]
        out += [
            f"kind={kind}",
            f"lemma={attribution.lemma}:{gap == 0}",
            f"statement={statement}:{kind}",
            f"statement cue={attribution.lemma in self.words.statement}:{gap}:{statement}",
            f"cue is trigger={any(t.root == cue.i for t in self.triggers)}:{gap}",
            f"who={who}",
            f"who={who}:{kind}",
            f"who={who}:{attribution.kind}:{headline}",
            f"speaker={speaker.pos_}:{speaker.dep_}",
            f"neutral={is_neutral(doc, speaker.i, ctx.language)}:{gap}",
            f"type={trigger.type}:{gap}",
            f"type={trigger.type}:{attribution.kind}",
            f"quoted={ctx.quoted[root.i]}:{ctx.quoted[cue.i]}:{gap}",
            f"own={min(2, len(self.own))}:{gap}",
            f"headline={headline}:{kind}",
            f"form={word_form(root)}:{kind}",
            *(f"mood={mood}:{gap}:{len(self.own) > 0}" for mood in self.moods),
            f"past={attribution.lemma in self.words.doubtful}:{gap}",
        ]
        out += self._speaking(attribution, gap)
        out += self._within(attribution, kind) if gap == 0 else self._across(attribution, gap)
        return out

    def _voiced(self, attribution: Attribution) -> list[str]:
        """Of a passage in one voice: what the event is, who else vouches for it, and whether "I" or "we" speak."""
        doc, ctx, root = self.doc, self.ctx, self.doc[self.trigger.root]
        first = any(token.lower_ in self.words.first_person for token in doc[attribution.start : attribution.end])
        here = any(token.lower_ in self.words.first_person for token in root.sent)
        others = len(self.own)
        names = [
            "bias",
            f"type={self.trigger.type}",
            f"statement={self.trigger.type in STATEMENTS}",
            f"others={min(2, others)}",
            f"first person={first}",
            f"first person here={here}",
            f"headline={ctx.paragraph_of[root.i] == 0}",
            f"form={word_form(root)}",
            f"definite={self.definite}",
            f"figures={len(self.counted) > 0}",
            *(f"mood={mood}" for mood in self.moods),
        ]
        return [f"{attribution.lemma}:{name}" for name in names]

    def _speaking(self, attribution: Attribution, gap: int) -> list[str]:
        """The speaker's part in the event, what sort of speaker it is, and whether trigger and cue share a quotation."""
        doc, ctx, root = self.doc, self.ctx, self.doc[self.trigger.root]
        cue, speaker = doc[attribution.cue], doc[attribution.speaker]
        classes = word_classes(ctx.language).get(speaker.lower_, ("other",))
        here = self.quote is not None and _beside(attribution.cue, self.quote)
        negated = any(child.lower_ in ("ne", "n'") for child in cue.children)
        alone = len({a.speaker for a in self.said if ctx.paragraph_of[a.cue] == ctx.paragraph_of[root.i]}) == 1
        within = speaker.i in {token.i for token in root.children} or speaker.head.i == root.i
        definite = f"{self.definite}:{self.trigger.type}"
        return [
            f"quotation={here}:{gap}",
            f"quotation={here}:{attribution.kind}:{ctx.quoted[root.i]}",
            f"lemma={attribution.lemma}:{self.family}",
            f"negated={negated}:{gap}:{attribution.lemma in self.words.statement}",
            f"alone={alone}:{gap}",
            f"part of event={within}:{gap}",
            f"definite={self.definite}:{gap}:{attribution.kind}",
            f"definite={definite}:{gap}",
            f"counted={len(self.counted) > 0}:{definite}:{gap}",
            f"family={self.family}:{attribution.kind}:{gap}",
            *(f"class={name}:{gap}" for name in classes),
            *(f"class={name}:{attribution.lemma}" for name in classes),
        ]

    def _within(self, attribution: Attribution, kind: str) -> list[str]:
        """Cue and trigger in one sentence: who stands nearer, what stands between, whose clause the trigger is in."""
        root, cue = self.doc[self.trigger.root], self.doc[attribution.cue]
        nearer = sum(abs(other.cue - root.i) < abs(cue.i - root.i) for other in self.own)
        later = sum(other.cue > cue.i for other in self.own)
        lo, hi = min(cue.i, root.i), max(cue.i, root.i)
        ctx = self.ctx
        side = "before" if cue.i < root.i else "after"
        closer = any(lo < other.cue < hi for other in self.own)
        semicolon = ctx.between("semicolon", lo, hi) > 0
        return [
            f"nearer={min(2, nearer)}:{side}",
            f"nearer={min(2, nearer)}:{kind}",
            f"last={later == 0}:{side}:{attribution.kind}",
            f"closer={closer}:{side}:{attribution.kind}",
            f"semicolon={semicolon}:{side}",
            f"quotes={min(2, ctx.between('quote', lo, hi))}:{side}",
            f"commas={min(3, ctx.between('comma', lo, hi))}:{side}:{attribution.kind}",
            f"verbs={min(3, ctx.between('verb', lo, hi))}:{side}:{attribution.kind}",
            f"subordinate={_governs(cue, root)}:{attribution.kind}",
            f"lemma={attribution.lemma}:{_governs(cue, root)}:{word_form(root)}",
            f"lemma={attribution.lemma}:{self.family}:{_governs(cue, root)}",
            f"family={self.family}:{attribution.kind}:{_governs(cue, root)}:{word_form(root)}",
            f"statement={attribution.lemma in self.words.statement}:{self.family}:{_governs(cue, root)}",
            f"tense={_tense(cue)}:{side}",
            f"figure between={any(lo < figure.start < hi for figure in self.counted)}:{side}:{self.definite}",
            f"same clause={_clause(cue).i == _clause(root).i}:{attribution.kind}",
            f"clause above={_clause(cue).i in {a.i for a in root.ancestors}}:{attribution.kind}",
        ]

    def _across(self, attribution: Attribution, gap: int) -> list[str]:
        """Cue and trigger in different sentences: whether the passage goes on in the same speaker's words."""
        doc, ctx = self.doc, self.ctx
        same = ctx.paragraph_of[attribution.cue] == ctx.paragraph_of[self.trigger.root]
        first = doc[ctx.starts[self.sentence]]
        of_cue = ctx.sentence_of[attribution.cue]
        last = not any(ctx.sentence_of[other.cue] == of_cue and other.cue > attribution.cue for other in self.said)
        other_trigger = any(ctx.sentence_of[t.root] == of_cue for t in self.triggers)
        conditional = "Cnd" in self.moods
        return [
            f"paragraph={same}:{gap}",
            f"paragraph={same}:{gap}:{attribution.kind}:{bool(self.own)}",
            f"last={last}:{gap}:{same}",
            f"opens={first.pos_}:{gap}",
            f"opens={first.lower_}:{gap}",
            f"quote opens={first.text in _QUOTES}:{gap}",
            f"other event={other_trigger}:{gap}:{same}",
            f"conditional={conditional}:{gap}:{same}",
            f"quoted={ctx.quoted[self.trigger.root]}:{gap}:{same}",
            f"cue ends={attribution.cue - ctx.starts[of_cue] > 6}:{gap}",
        ]


def _quotation(i: int, ctx: Context) -> tuple[int, int] | None:
    """First and last token of the quotation that token i stands in, None for none."""
    if not ctx.quoted[i]:
        return None
    first = last = i
    while first > 0 and ctx.quoted[first - 1]:
        first -= 1
    while last + 1 < len(ctx.quoted) and ctx.quoted[last + 1]:
        last += 1
    return first, last


def _beside(cue: int, quote: tuple[int, int]) -> bool:
    """Whether a cue stands a few tokens before or behind a quotation."""
    return 0 < quote[0] - cue <= _NEAR or 0 < cue - quote[1] <= _NEAR


def _definite(root: Token) -> str:
    """The determiner that a trigger noun has: "def", "this", "indef", "none", or "v" for a verb."""
    if word_form(root) != "n":
        return "v"
    word = next((child.lower_ for child in root.children if child.dep_ == "det"), "")
    if word in ("le", "la", "les", "l'"):
        return "def"
    if word in ("ce", "cet", "cette", "ces"):
        return "this"
    return "indef" if word else "none"


def _tense(cue: Token) -> str:
    """Whether a verb of saying is in the present, or told as past."""
    forms = [cue, *(child for child in cue.children if child.dep_.startswith("aux"))]
    if len(forms) > 1:
        return "had" if any("Tense=Imp" in form.morph for form in forms[1:]) else "has"
    return next(iter(cue.morph.get("Tense", [])), "none")


def vouching(grammar: SourceGrammar, model: LinearModel) -> list[tuple[Attribution, float]]:
    """The attributions that vouch for the trigger, with their probabilities, in text order."""
    judged = [(choice, model.probability(grammar.features(choice))) for choice in grammar.choices]
    return [(choice, chance) for choice, chance in judged if chance >= LEAST]


def _moods(root: Token) -> list[str]:
    """Conditional and future of the trigger, of its auxiliaries, or of the verb that it hangs on."""
    near = [root, root.head, *(c for t in (root, root.head) for c in t.children if c.dep_.startswith(("aux", "cop")))]
    found = {m for token in near for m in (*token.morph.get("Mood", []), *token.morph.get("Tense", []))}
    return sorted(found & {"Cnd", "Fut"})


def _governs(cue: Token, root: Token) -> bool:
    """Whether the trigger stands in what the cue says: its clause, object or noun complement."""
    node = root
    for _ in range(10):
        if node.head.i == cue.i:
            return node.dep_ in _CLAUSES
        if node.head.i == node.i:
            return False
        node = node.head
    return False


def _clause(token: Token) -> Token:
    """The verb of the clause that a token stands in."""
    node = token if token.pos_ not in _VERBAL else token.head
    for _ in range(8):
        if node.pos_ in _VERBAL or node.head.i == node.i:
            return node
        node = node.head
    return node
