"""Who speaks with a verb of saying: its subject before it, or after it in an inserted clause.

The parser takes the speaker of an inserted clause for an object about as often as for a subject, and a far noun
before it for the subject; so both are looked at, and which one speaks is decided on number, on what stands between,
and on what kind of noun each is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from spacy.tokens import Doc, Span, Token

from kg.nlp.attribution_lexicon import AttributionLexicon

_BREAKS = frozenset({",", '"', "»", "«", "”", ".", "!", "?"})
_QUOTES = frozenset('"»«”“')
_ELISIONS = frozenset({"'", "’"})
_SUBJECTS = frozenset({"nsubj", "nsubj:pass", "expl:subj"})
_VERBAL = frozenset({"VERB", "AUX"})
_RELATIVES = frozenset({"qui", "que", "qu'", "dont", "où"})
_FURTHEST = 14
_NEAR = 3


def speaker_of(verb: Token, lemma: str, words: AttributionLexicon) -> Token | None:
    """The head of the phrase that names who says something, None where nobody is named.

    `lemma` is the verb's, `words` the lexicon of its language. A passive has a speaker only behind "par".
    """
    agent = _agent(verb, words)
    if agent is not None:
        return agent if lemma in words.passive else None
    if verb.pos_ in ("NOUN", "ADJ") and any(child.dep_ in ("det", "amod") for child in verb.children):
        return None
    if any(child.dep_ == "aux:pass" for child in verb.children):
        return None
    before = _left(verb, words)
    if _one_says(verb, before, words):
        return _spokesplace(verb, words)
    clitic = _clitic_subject(verb, words)
    if clitic is not None:
        return clitic
    after = None if _closed(verb, lemma) else _inverted(verb, words)
    if after is None and (before is None or not (before.pos_ == "PRON" or can_speak(before, words))):
        return _touching(verb, words) or before
    if after is None or before is None:
        return after or before
    return after if _speaks_after(verb, before, after, lemma, words) else before


def _clitic_subject(verb: Token, words: AttributionLexicon) -> Token | None:
    """The pronoun of an inserted clause: "dit-elle", "a-t-il dit"."""
    near = [*verb.doc[verb.i + 1 : verb.i + 3], *reversed(verb.doc[max(0, verb.i - 3) : verb.i])]
    return next((t for t in near if t.lower_.startswith("-") and t.lower_[1:] in words.pronouns), None)


def _touching(verb: Token, words: AttributionLexicon) -> Token | None:
    """The noun phrase that ends just before a verb which the parser has tied to something else: "L'ONU chiffre à …"."""
    if verb.i == 0 or any("VerbForm=Inf" in token.morph for token in (verb, *verb.children)):
        return None
    for token in reversed(verb.doc[max(verb.sent.start, verb.i - _NEAR) : verb.i]):
        if token.pos_ in ("NOUN", "PROPN"):
            return token if can_speak(token, words) else None
        if token.pos_ not in ("AUX", "ADV", "PRON", "ADJ"):
            return None
    return None


def _agent(verb: Token, words: AttributionLexicon) -> Token | None:
    """Who stands behind "par": "annoncée par Lima", "l'annonce par Lima de sa visite"."""
    active = any(child.dep_ == "aux:tense" and "aux:pass" not in _labels(verb) for child in verb.children)
    if verb.pos_ in _VERBAL and (active or "VerbForm=Part" not in verb.morph or "Tense=Pres" in verb.morph):
        return None
    for child in verb.children:
        behind = child.i > verb.i and child.dep_ in ("obl:agent", "obl:arg", "obl:mod", "nmod")
        if behind and any(mark.lower_ == "par" for mark in child.children) and child.lower_ not in words.times:
            return child
    return None


def _labels(verb: Token) -> list[str]:
    return [child.dep_ for child in verb.children]


def _closed(verb: Token, lemma: str) -> bool:
    """Whether the verb can have no subject behind it: an infinitive, "avoir nié", "qui nie", "fait état de"."""
    forms = [verb, *(child for child in verb.children if child.dep_.startswith("aux"))]
    if any("VerbForm=Inf" in token.morph for token in forms):
        return True
    if lemma == "faire" and verb.i + 1 < len(verb.doc) and verb.nbor().lower_ in ("état", "part"):
        return True
    relative = [child for child in verb.children if child.dep_ in _SUBJECTS and child.lower_ == "qui"]
    return bool(relative)


def _left(verb: Token, words: AttributionLexicon) -> Token | None:
    """The subject before a verb, or that of the verb it is coordinated or clausally tied to."""
    node = verb
    for _ in range(3):
        subjects = [child for child in node.children if child.dep_ in _SUBJECTS and child.i < verb.i]
        subjects += [child for child in node.children if child.dep_ in _SUBJECTS and child.lower_.startswith("-")]
        if subjects:
            named = [child for child in subjects if child.pos_ != "PRON"]
            subject = (named or subjects)[-1]
            if subject.lower_ == "qui" and node.dep_ == "acl:relcl" and node.head.i < subject.i:
                return node.head
            return _not_a_day(subject, verb, words)
        if node.head.i == node.i or node.head.pos_ not in _VERBAL:
            break
        if node.dep_ in ("conj", "xcomp") or (node.dep_ == "advcl" and _dependent(node)):
            node = node.head
        else:
            break
    relative = verb.dep_ == "acl:relcl" and "qui" in [token.lower_ for token in verb.lefts]
    unattached = verb.dep_ == "acl" and _finite(verb)  # "Le préfet, Awa Sarr, condamne …"
    if not (relative or unattached) or verb.head.i > verb.i:
        return None
    head = verb.head
    asked = head.head  # "Un imam interrogé par notre journal raconte …"
    by = any(child.lower_ == "par" for child in head.children)
    return asked.head if unattached and by and asked.dep_ == "acl" else head


def _dependent(node: Token) -> bool:
    """A participle, or "après avoir nié": its subject is that of the verb above."""
    if "VerbForm=Part" in node.morph and "Tense=Pres" in node.morph:
        return True
    return any(child.dep_.startswith("aux") and "VerbForm=Inf" in child.morph for child in node.children)


def _not_a_day(subject: Token, verb: Token, words: AttributionLexicon) -> Token:
    """ "Dimanche, Awa Sarr, la ministre, a proclamé": the parser makes the day the subject."""
    if subject.lower_ not in words.times:
        return subject
    between = subject.doc[subject.i + 1 : verb.i]
    return next((token for token in between if can_speak(token, words)), subject)


def antecedent(pronoun: Token, earlier: Sequence[int], words: AttributionLexicon) -> Token | None:
    """Who a personal pronoun that speaks stands for: the nearest subject or earlier speaker that agrees and can speak.

    `earlier` are the tokens of the speakers before it; of the paragraph before, only they count. None for another
    word, and where nobody fits within two sentences.
    """
    form = words.pronouns.get(pronoun.lower_.lstrip("-"))
    latter = pronoun.lower_.startswith("derni")  # "ce dernier"
    if form is None or (latter and not any(child.lower_.startswith("ce") for child in pronoun.children)):
        return None
    doc, spoke = pronoun.doc, set(earlier)
    start, further = _sentences_back(pronoun, within=True), _sentences_back(pronoun, within=False)
    for token in reversed(doc[further : pronoun.i]):
        subject = token.i >= start and (latter or token.dep_ in _SUBJECTS)
        nominal = token.pos_ in ("NOUN", "PROPN") and (token.i in spoke or subject)
        if nominal and token.head.i != pronoun.head.i and can_speak(token, words) and _agrees(token, form):
            return token
    return None


def _sentences_back(token: Token, within: bool) -> int:
    """The first token of the sentence two before, of the same paragraph where `within`."""
    start = token.sent.start
    for _ in range(2):
        if start == 0 or (within and "\n" in token.doc[start - 1].text):
            break
        start = token.doc[start - 1].sent.start
    return int(start)


def _agrees(noun: Token, form: str) -> bool:
    """Whether a noun has the number of a pronoun, "ms", "fs", "mp" or "fp", and the gender where its article shows one."""
    coordinated = any(child.dep_ == "conj" for child in noun.children)
    number = "p" if coordinated or noun.morph.get("Number", []) == ["Plur"] else "s"
    shown = [value for child in noun.children if child.dep_ == "det" for value in child.morph.get("Gender", [])]
    gender = {"Masc": "m", "Fem": "f"}.get(shown[0] if shown else "", "")
    return number == form[1] and (not gender or coordinated or gender == form[0])


def _one_says(verb: Token, subject: Token | None, words: AttributionLexicon) -> bool:
    """Whether the subject is "one": "on dit", "dit-on"."""
    if subject is not None and subject.lower_ in words.impersonal:
        return True
    return any(token.lower_.lstrip("-") in words.impersonal for token in verb.doc[verb.i + 1 : verb.i + 3]) or any(
        token.lower_ == "-on" for token in verb.doc[max(0, verb.i - 2) : verb.i]
    )


def _spokesplace(verb: Token, words: AttributionLexicon) -> Token | None:
    """ "assure-t-on à l'état-major", "indique-t-on de même source": the place or body where "one" says it."""
    doc, place = verb.doc, False
    for token in doc[verb.i + 1 : min(verb.sent.end, verb.i + _FURTHEST)]:
        if token.lower_ in words.speaking_places:
            place = True
        elif token.pos_ in _VERBAL or token.text in ".;:«":
            return None
        elif place and can_speak(token, words):
            return token
    return None


def can_speak(token: Token, words: AttributionLexicon) -> bool:
    """Whether a noun is a name or one of the nouns of people and bodies that say things."""
    if token.lower_ in words.times or token.text[-1:] in _ELISIONS or token.pos_ == "NUM" or token.like_num:
        return False
    if token.pos_ == "PROPN" or token.ent_type_ in ("PER", "ORG", "LOC") or token.lower_ in words.speakers:
        return True
    compound = "".join(part.lower_ for part in token.doc[token.i : token.i + 3])
    return "-" in compound and compound in words.speakers


def _speaks_after(verb: Token, before: Token, after: Token, lemma: str, words: AttributionLexicon) -> bool:
    """Which of two candidates speaks: the noun after the verb of an inserted clause, or the one before it."""
    if after.dep_ in _SUBJECTS:
        return True
    if before.pos_ == "PRON":
        parted = verb.i > 0 and verb.nbor(-1).text == ","  # "Ils les ont, dit un témoin, roués de coups"
        within = parted or (_quote_before(verb) and verb.i - before.i > _NEAR)
        return (before.lower_ in words.clitics or within) and can_speak(after, words)
    if not can_speak(after, words):
        inserted = _one_comma(before, verb) or not can_speak(before, words)
        return inserted and _other_clause(before, verb) and not _disagree(verb, after)
    if not can_speak(before, words) or _disagree(verb, before) or _quote_before(verb):
        return True
    return lemma not in words.addressing and (_other_clause(before, verb) or _one_comma(before, verb))


def _one_comma(noun: Token, verb: Token) -> bool:
    """Whether a comma before the verb group closes nothing that stands between it and the noun, which no subject has."""
    between = verb.doc[noun.i + 1 : verb.i]
    commas = [token.i for token in between if token.text == ","]
    return (
        bool(commas)
        and len(commas) % 2 == 1
        and all(t.pos_ in ("AUX", "PRON", "ADV") for t in verb.doc[commas[-1] + 1 : verb.i])
    )


def _disagree(verb: Token, noun: Token) -> bool:
    """Whether a verb has another number than a noun without coordination."""
    one, two = _number(verb), _number(noun)
    return bool(one and two) and one != two and not any(child.dep_ == "conj" for child in noun.children)


def _quote_before(verb: Token) -> bool:
    """Whether a quotation closes just before the verb group: "…", a-t-il dit."""
    return any(token.text in _QUOTES for token in verb.doc[max(0, verb.i - 5) : verb.i])


def _other_clause(noun: Token, verb: Token) -> bool:
    """Whether a finite verb stands between a noun and the verb of saying, in no relative clause."""
    own = {child.i for child in verb.children if child.dep_.startswith(("aux", "cop"))}
    between = [token for token in verb.doc[noun.i + 1 : verb.i] if _finite(token) and token.i not in own]
    return any(not _in_relative(token) for token in between)


def _in_relative(verb: Token) -> bool:
    clause = verb.head if verb.dep_.startswith(("aux", "cop")) else verb
    return clause.dep_ == "acl:relcl" or any(child.lower_ in _RELATIVES for child in clause.children)


def _finite(token: Token) -> bool:
    return token.pos_ in _VERBAL and bool(token.morph.get("Mood", []))


def _number(token: Token) -> str:
    """ "Sing", "Plur" or "" of a noun, or of a verb by its finite auxiliary."""
    if token.pos_ in _VERBAL:
        finite = [child for child in token.children if child.dep_.startswith("aux") and _finite(child)]
        token = finite[0] if finite else token
    values = token.morph.get("Number", [])
    return values[0] if values and token.pos_ != "PROPN" else ""


def _inverted(verb: Token, words: AttributionLexicon) -> Token | None:
    """The speaker after the verb of an inserted clause: "…, a constaté mardi à Lima l'agence", "…, dit, jointe par radio, Mme X"."""
    doc = verb.doc
    before = doc[max(verb.sent.start, verb.i - 5) : verb.i]
    opens = _opens_clause(verb, before)
    if not opens and any(t.dep_ in _SUBJECTS and t.pos_ != "PRON" and t.head.i == verb.i for t in before):
        return None
    if not any(token.text in _BREAKS for token in before):
        return None
    return _first_noun(doc[verb.i + 1 : min(verb.sent.end, verb.i + _FURTHEST)], verb, words)


def _first_noun(after: Iterable[Token], verb: Token, words: AttributionLexicon) -> Token | None:
    """The first noun behind a verb that stands in no complement of time or place."""
    doc: Doc = verb.doc
    gap, complement = 0, False
    for token in after:
        if token.lower_ in words.times or (token.i == verb.i + 1 and token.lower_ in words.causative):
            complement = False
            continue
        if token.lower_ in words.prepositions:
            complement = True
            continue
        if (token.pos_ in ("NOUN", "PROPN") or token.ent_type_) and token.text[-1:] not in _ELISIONS:
            if not complement:
                return token
            continue
        clause = token.pos_ in _VERBAL and "VerbForm=Part" not in token.morph
        if clause or token.pos_ == "SCONJ" or (token.text in _BREAKS and token.text != ","):
            return None
        if token.pos_ == "DET":
            complement = complement and doc[token.i - 1].lower_ in words.prepositions
        elif token.pos_ not in ("ADJ", "ADV") and not token.is_punct:
            gap += 1
            if gap > 3:
                return None
    return None


def _opens_clause(verb: Token, before: Span) -> bool:
    """Whether nothing but auxiliaries and pronouns stands between a break and the verb: "…, a-t-on appris", "…, indique"."""
    for token in reversed(before):
        if token.text in _BREAKS:
            return True
        if token.pos_ not in ("AUX", "PRON", "ADV") and token.lower_ not in ("a", "ont", "-t"):
            return False
    return False
