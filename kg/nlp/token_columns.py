"""A Doc's token attributes as plain Python lists: read once, then scanned at list speed."""

from __future__ import annotations

import functools
import unicodedata
from dataclasses import dataclass

from spacy.attrs import DEP, ENT_IOB, ENT_TYPE, HEAD, LEMMA, LOWER, MORPH, ORTH, POS, SENT_START, SPACY
from spacy.tokens import Doc

_ATTRIBUTES = [ORTH, LOWER, POS, DEP, HEAD, ENT_TYPE, ENT_IOB, SENT_START, SPACY, LEMMA, MORPH]
_KEPT = "token columns"
# spaCy gives relative heads as unsigned 64-bit numbers.
_WRAP = 1 << 64


@functools.lru_cache(maxsize=65536)
def fold(form: str) -> str:
    """Lower case without accents, ligatures, hyphens or apostrophes: the form under which names are compared."""
    plain = unicodedata.normalize("NFKD", form.lower().replace("œ", "oe").replace("æ", "ae").replace("’", "'"))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(plain.replace("-", " ").replace("'", " ").split())


def slug(form: str) -> str:
    """A key's last part: the folded words joined by hyphens, letters and digits only, or ``x`` where none is left."""
    return "-".join("".join(c if c.isalnum() else " " for c in fold(form)).split()) or "x"


@dataclass(frozen=True, slots=True)
class TokenColumns:
    """One list a token attribute, all of the Doc's length.

    `head` holds absolute token indices; `entity` the tagger's label with `opens` true on its first token;
    `sentence` the index of the token's sentence; `children` the dependents of each token in text order; `morph` its
    morphology as Universal Dependencies writes it ("Number=Sing|Tense=Past"); `shouted` is true in sentences set in capitals throughout.
    """

    text: list[str]
    lower: list[str]
    pos: list[str]
    dep: list[str]
    head: list[int]
    entity: list[str]
    opens: list[bool]
    starts: list[bool]
    sentence: list[int]
    spaced: list[bool]
    capital: list[bool]
    shouted: list[bool]
    lemma: list[str]
    morph: list[str]
    children: list[list[int]]

    def __len__(self) -> int:
        return len(self.text)

    def form(self, start: int, end: int) -> str:
        """The words of tokens start to end with the spaces that the text has."""
        parts = [self.text[i] + (" " if self.spaced[i] else "") for i in range(start, end)]
        return " ".join("".join(parts).split())


def columns(doc: Doc) -> TokenColumns:
    """The columns of a Doc that changes no more: read once, and kept with it."""
    if _KEPT not in doc.user_data:
        doc.user_data[_KEPT] = read_columns(doc)
    kept: TokenColumns = doc.user_data[_KEPT]
    return kept


def read_columns(doc: Doc) -> TokenColumns:
    """The columns of a Doc; of one that no parser or tagger has seen too."""
    strings = doc.vocab.strings
    names: dict[int, str] = {0: ""}

    def named(value: int) -> str:
        name = names.get(value)
        if name is None:
            name = names[value] = strings[value]
        return name

    table = doc.to_array(_ATTRIBUTES).T.tolist() if len(doc) else [[] for _ in _ATTRIBUTES]
    orth, lower, pos, dep, head, entity, opens, start, space, lemma, morph = table
    starts = [flag == 1 for flag in start]
    sentence, number = [], -1
    for begins in starts:
        number += begins or number < 0
        sentence.append(number)
    text = [named(value) for value in orth]
    capital = [word[:1].isupper() for word in text]
    heads = [i + step - (_WRAP if step >= _WRAP // 2 else 0) for i, step in enumerate(head)]
    children: list[list[int]] = [[] for _ in heads]
    for i, above in enumerate(heads):
        if above != i:
            children[above].append(i)
    return TokenColumns(
        text=text,
        lower=[named(value) for value in lower],
        pos=[named(value) for value in pos],
        dep=[named(value) for value in dep],
        head=heads,
        entity=[named(value) for value in entity],
        opens=[flag == 3 for flag in opens],
        starts=starts,
        sentence=sentence,
        spaced=[bool(flag) for flag in space],
        capital=capital,
        shouted=_shouted(text, capital, sentence),
        lemma=[named(value) for value in lemma],
        morph=[named(value) for value in morph],
        children=children,
    )


def _shouted(text: list[str], capital: list[bool], sentence: list[int]) -> list[bool]:
    """Which tokens stand in a sentence of three words or more that is set in capitals but for a word in six."""
    count: dict[int, list[int]] = {}
    for word, upper, number in zip(text, capital, sentence, strict=True):
        if len(word) > 1 and word[0].isalpha():
            pair = count.setdefault(number, [0, 0])
            pair[0] += 1
            pair[1] += upper and word.isupper()
    loud = {number for number, (words, upper) in count.items() if words >= 3 and upper * 6 >= words * 5}
    return [number in loud for number in sentence] if loud else [False] * len(text)
