"""Hiding words without moving any: each character of a hidden word becomes a bar, so that all places stay as they are."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

Span = tuple[int, int]

BAR = "█"
WORD = re.compile(r"[^\W_]+")
# Words that tell nothing by themselves: hidden in a name only between two hidden words.
PLAIN = frozenset(
    """a am an and are as at be been but by do for from had has have i if in is it its my no not of on or our so that the
    their them then they this to up was we were with you your""".split()
)


def masked(text: str, spans: Iterable[Span]) -> str:
    """Return a text of the same length, in which whatever is not white space within the spans is a bar."""
    parts, place = [], 0
    for start, end in sorted(spans):
        start, end = max(start, place), min(end, len(text))
        if start < end:
            parts += [text[place:start], "".join(sign if sign.isspace() else BAR for sign in text[start:end])]
            place = end
    return "".join([*parts, text[place:]]) if parts else text


def same_but_masked(came: str, kept: str) -> bool:
    """Tell whether words that come back are those that are kept, but for what was hidden when they were handed out."""
    if came == kept:
        return True
    return (
        BAR in came
        and len(came) == len(kept)
        and all(one == other or (one == BAR and not other.isspace()) for one, other in zip(came, kept, strict=True))
    )


@dataclass(frozen=True)
class HiddenWords:
    """The words that stand in redactions, for texts that are made of words and have no place: names, values."""

    texts: tuple[str, ...]

    @cached_property
    def single(self) -> frozenset[str]:
        """The words, folded, without those that tell nothing by themselves."""
        return frozenset(word for text in self.texts for word in _folded(text)) - PLAIN

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Words that follow each other in a redaction, unless neither tells anything."""
        return frozenset(pair for text in self.texts for pair in _pairs(_folded(text)))

    def touches(self, text: str) -> bool:
        """Tell whether any of these words stands in a text."""
        return not self.single.isdisjoint(_folded(text))

    def mask(self, text: str, shown: Iterable[str] = ()) -> str:
        """Return the text without these words, but for those that anybody may read in what is `shown` beside it.

        `shown` is read only as far as it is needed.
        """
        words = list(WORD.finditer(text))
        folded = [word[0].casefold() for word in words]
        single = self.single & set(folded)
        pairs = self.pairs & set(_pairs(folded))
        for seen in shown:
            if not single and not pairs:
                break
            there = _folded(seen)
            single -= set(there)
            pairs -= set(_pairs(there))
        hidden = {place for place, word in enumerate(folded) if word in single}
        hidden |= {place + more for place, pair in enumerate(_neighbours(folded)) if pair in pairs for more in (0, 1)}
        hidden |= {place for place in range(1, len(words) - 1) if {place - 1, place + 1} <= hidden}
        return masked(text, (words[place].span() for place in hidden))


@dataclass(frozen=True)
class Veil:
    """What is hidden in some documents: document -> number of the turn -> spans, and the bare words of these turns."""

    spans: Mapping[str, Mapping[int, tuple[Span, ...]]] = field(default_factory=dict)
    texts: Mapping[tuple[str, int], str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Tell whether anything is hidden."""
        return bool(self.spans)

    def cut(self, document: str, turn: int, start: int, text: str) -> str:
        """Return what may be shown of words that stand in a turn from `start` on."""
        spans = self.spans.get(document, {}).get(turn)
        return masked(text, ((low - start, high - start) for low, high in spans if high > start)) if spans else text

    def context(self, document: str, turn: int, context: str) -> str:
        """Return what may be shown of the words said before a turn."""
        hidden: list[Span] = []
        for before, spans in self.spans.get(document, {}).items():
            if before < turn and context:
                words = self.texts[document, before]
                at = words.find(context)
                while at >= 0:
                    hidden += [(max(low - at, 0), high - at) for low, high in spans if high > at]
                    at = words.find(context, at + 1)
        return masked(context, hidden) if hidden else context

    def phrases(self, document: str, text: str) -> str:
        """Return a text about a document, such as its title, without what is hidden in the document as a whole."""
        if document not in self.spans or not text:
            return text
        found = (match.span() for phrase in self._phrases[document] for match in phrase.finditer(text))
        return masked(text, found)

    @cached_property
    def hidden_words(self) -> HiddenWords:
        """The words of all redactions."""
        return HiddenWords(tuple(text for texts in self._hidden.values() for text in texts))

    def words_of(self, document: str) -> HiddenWords:
        """Return the words hidden in one document."""
        return HiddenWords(self._hidden.get(document, ()))

    @cached_property
    def _hidden(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = defaultdict(list)
        for document, turns in self.spans.items():
            for turn, spans in turns.items():
                found[document] += [self.texts[document, turn][start:end] for start, end in spans]
        return {document: tuple(dict.fromkeys(texts)) for document, texts in found.items()}

    @cached_property
    def _phrases(self) -> dict[str, list[re.Pattern[str]]]:
        return {document: [phrase(text) for text in texts if text.strip()] for document, texts in self._hidden.items()}


def phrase(text: str) -> re.Pattern[str]:
    """Return what finds these words as whole words, whatever their case and the white space between them."""
    inner = r"\s+".join(re.escape(part) for part in text.split())
    return re.compile(rf"(?<!\w){inner}(?!\w)", re.IGNORECASE)


def _folded(text: str) -> list[str]:
    return [word.casefold() for word in WORD.findall(text)]


def _neighbours(words: list[str]) -> Iterator[tuple[str, str]]:
    return pairwise(words)


def _pairs(words: list[str]) -> Iterator[tuple[str, str]]:
    return (pair for pair in _neighbours(words) if not PLAIN.issuperset(pair))
