"""The patterns of facts.toml: a small language of words, compiled for spaCy's Matcher and indexed by their words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spacy.matcher import Matcher
    from spacy.tokens import Doc, Span
    from spacy.vocab import Vocab

GAP = ".."
WIDEST_GAP = 4
PIECE = re.compile(r"^[^\s*?|]+\*?(\|[^\s*?|]+\*?)*\??$")
HYPHEN = re.compile(r"(?<=[\w'])-(?=\w)")

Element = tuple[tuple[str, ...], bool]


def check_pattern(pattern: str) -> str:
    """Return the pattern, or raise ValueError saying what in it cannot be read."""
    pieces = pattern.split()
    for piece in pieces:
        if piece != GAP and not PIECE.match(piece):
            raise ValueError(f'has "{piece}": a piece is a word, a|b, stem*, word? or ".."')
    if not pieces or pieces[0] == GAP or pieces[-1] == GAP:
        raise ValueError("should begin and end with a word")
    if all(piece == GAP or piece.endswith("?") for piece in pieces):
        raise ValueError("should have a word that must be there")
    return pattern


def without_curls(text: str) -> str:
    """Return the text with straight apostrophes, every letter where it was."""
    return text.replace("\u2019", "'").replace("\u2018", "'")


class Lexicon:
    """Named groups of patterns; a group's Matcher only runs over texts that hold one of its words."""

    def __init__(self, vocab: Vocab, groups: Mapping[str, Iterable[str]]) -> None:
        self._vocab = vocab
        self._groups = {
            name: tuple(variant for pattern in patterns for variant in _variants(pattern))
            for name, patterns in groups.items()
        }
        self._matchers: dict[str, Matcher] = {}
        self._known: dict[str, frozenset[str]] = {}
        self._exact: dict[str, set[str]] = {}
        self._stems: dict[str, set[str]] = {}
        for name, patterns in self._groups.items():
            for pattern in patterns:
                for word in _anchor(_elements(pattern)):
                    place = self._stems if word.endswith("*") else self._exact
                    place.setdefault(word.rstrip("*").lower(), set()).add(name)

    def hits(self, doc: Doc) -> frozenset[str]:
        """Return the groups of which some pattern may match, told by single words."""
        return frozenset[str]().union(*(self._of(token.lower_) for token in doc))

    def find(self, doc: Doc, group: str, hits: frozenset[str]) -> list[Span]:
        """Return the longest matches of a group in the order of the text, none overlapping another."""
        return longest(self.find_all(doc, group, hits))

    def find_all(self, doc: Doc, group: str, hits: frozenset[str]) -> list[Span]:
        """Return every match of a group, overlapping ones too."""
        if group not in hits:
            return []
        if group not in self._matchers:
            self._matchers[group] = _matcher(self._vocab, self._groups[group])
        return [doc[start:end] for _, start, end in self._matchers[group](doc)]

    def _of(self, word: str) -> frozenset[str]:
        if word not in self._known:
            found = set(self._exact.get(word, ()))
            for length in range(1, len(word) + 1):
                found |= self._stems.get(word[:length], set())
            self._known[word] = frozenset(found)
        return self._known[word]


def longest(spans: Iterable[Span]) -> list[Span]:
    """Return spans without overlaps, the longer before the shorter and the earlier before the later."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start - span.end, span.start)):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return sorted(kept, key=lambda span: span.start)


def _matcher(vocab: Vocab, patterns: Iterable[str]) -> Matcher:
    from spacy.matcher import Matcher

    matcher = Matcher(vocab)
    matcher.add("group", [_compiled(pattern) for pattern in patterns])
    return matcher


def _compiled(pattern: str) -> list[dict[str, Any]]:
    compiled: list[dict[str, Any]] = []
    for words, optional in _elements(pattern):
        if words == (GAP,):
            compiled.append({"IS_PUNCT": False, "OP": f"{{0,{WIDEST_GAP}}}"})
            continue
        token: dict[str, Any] = {"ORTH" if _capitals(words) else "LOWER": _test(words)}
        compiled.append({**token, "OP": "?"} if optional else token)
    return compiled


def _test(words: tuple[str, ...]) -> dict[str, Any] | str:
    if len(words) == 1 and not words[0].endswith("*"):
        return words[0]
    if not any(word.endswith("*") for word in words):
        return {"IN": list(words)}
    parts = [re.escape(word[:-1]) + ".*" if word.endswith("*") else re.escape(word) for word in words]
    return {"REGEX": f"^(?:{'|'.join(parts)})$"}


def _variants(pattern: str) -> list[str]:
    """Return the pattern once with its plain alternatives and once more with each hyphenated one."""
    pieces = pattern.split()
    for place, piece in enumerate(pieces):
        options = piece.rstrip("?").split("|")
        hyphened = [option for option in options if HYPHEN.search(option)]
        if len(options) > 1 and hyphened:
            plain = "|".join(option for option in options if option not in hyphened)
            return [
                variant
                for option in (plain, *hyphened)
                if option
                for variant in _variants(" ".join([*pieces[:place], option, *pieces[place + 1 :]]))
            ]
    return [pattern]


def _elements(pattern: str) -> list[Element]:
    """Read a pattern as (alternatives, optional) pieces; a hyphen becomes a piece that may be missing."""
    elements: list[Element] = []
    for piece in pattern.split():
        optional = piece.endswith("?") and piece != "?"
        words = piece.rstrip("?") if optional else piece
        if "|" not in words and HYPHEN.search(words) and not optional:
            for number, part in enumerate(HYPHEN.split(words)):
                elements += [(("-",), True)] if number else []
                elements.append(((_cased(part),), False))
        else:
            elements.append((tuple(_cased(word) for word in words.split("|")), optional))
    return elements


def _cased(word: str) -> str:
    return word if len(word) > 1 and word.isupper() else word.lower()


def _capitals(words: tuple[str, ...]) -> bool:
    return all(len(word) > 1 and word.isupper() for word in words)


def _anchor(elements: list[Element]) -> tuple[str, ...]:
    """Return the words of which one must be there for the pattern to match: those of its rarest-looking piece."""
    needed = [words for words, optional in elements if not optional and words != (GAP,)]
    return max(needed, key=lambda words: (min(len(word) for word in words), -len(words), words))
