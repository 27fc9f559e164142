"""Competitors: known names, and names that stand in frames of assessing, leaving or comparing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from icp_voice.analysis.fact_guards import asked, negated, supposed
from icp_voice.analysis.fact_patterns import Lexicon
from icp_voice.analysis.fact_settings import Alternative, Names

if TYPE_CHECKING:
    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Doc, Span, Token
    from spacy.vocab import Vocab

MOST_WORDS = 3
# How many words a name may stand after its frame: behind an article, "both", "you and".
REACH = 6
CAPITAL = re.compile(r"^(?:[A-Z][\w.&+]*|[a-z]+[A-Z]\w*|\d+[A-Z][a-z]\w*)$")
COUNTS = frozenset({"two", "three", "four", "five", "six", "both", "either", "others", "one", "some", "several"})
BEFORE, AFTER, ALTERNATIVE = "competitor.before", "competitor.after", "alternative"
TO, SWITCHING = "competitor.moving", "competitor.switching"
LINKS = frozenset({",", "and", "or", "&", "/", "vs", "vs.", "versus", "then", "plus"})
BETWEEN = frozenset({"the", "with", "against", "not"})
FILLERS = frozenset({"the", "both", "like", "either", ":", "tool", "just", "only", "with", "even"})


@dataclass(frozen=True, slots=True)
class Name:
    """A vendor as it stands in a text: its words as one value, and its span."""

    value: str
    span: Span


class NameFinder:
    """Finds the vendors a text compares; never `ours`."""

    def __init__(
        self,
        vocab: Vocab,
        settings: Names,
        alternatives: Sequence[Alternative],
        competitors: Sequence[str],
        ours: Sequence[str],
    ) -> None:
        self._ours = {_key(name) for name in ours if name.strip()}
        self._known = {_key(name): name for name in competitors if name.strip() and _key(name) not in self._ours}
        self._never = {word.lower() for word in settings.never}
        self._people = frozenset(name.lower() for name in settings.people)
        self._us = frozenset(settings.us)
        self._alternatives = alternatives
        self._phrases = _phrases(vocab, self._known.values())
        groups = {BEFORE: settings.before, AFTER: settings.after, TO: settings.moving, SWITCHING: settings.switching}
        groups |= {f"{ALTERNATIVE}.{entry.value}": entry.names for entry in alternatives}
        self._lexicon = Lexicon(vocab, groups)

    def promising(self, doc: Doc, *, comparing: bool = False) -> bool:
        """Tell whether a text that is not parsed yet may name a vendor."""
        if self._phrases(doc):
            return True
        hits = self._lexicon.hits(doc)
        named = {token.i for token in doc if self._capital(token)}
        places = {frame.end for frame in self._lexicon.find_all(doc, BEFORE, hits)}
        places |= {frame.end for frame in self._lexicon.find_all(doc, TO, hits) if comparing}
        if any(not named.isdisjoint(range(place, place + REACH)) for place in places):
            return True
        others = (f"{ALTERNATIVE}.{entry.value}" for entry in self._alternatives)
        if places and any(self._lexicon.find_all(doc, name, hits) for name in others):
            return True
        listed = AFTER in hits or any(token.lower_ in self._us for token in doc)
        return comparing and bool(named) and listed

    def find(self, doc: Doc, *, company: str = "", comparing: bool = False) -> list[Name]:
        """Return the vendors of a parsed text, each once, in the order of the text.

        In a text known to be `comparing`, a list such as "you, Acme and Bolt" is enough, as are words after a name and
        words of moving.
        """
        hits = self._lexicon.hits(doc)
        before = {span.end for span in self._lexicon.find_all(doc, BEFORE, hits)}
        after = {span.start for span in self._lexicon.find_all(doc, AFTER, hits) if comparing}
        known = self._known_names(doc)
        taken = {token.i for name in known for token in name.span}
        runs = [run for run in self._runs(doc, taken) if run[0].lower_ not in self._people]
        moves = {span.end for span in self._lexicon.find_all(doc, TO, hits)}
        if (
            comparing
            and moves
            and (self._lexicon.find_all(doc, SWITCHING, hits) or any(_inner_capital(run.text) for run in runs))
        ):
            before |= moves
        own = {span.start for span in runs if self._is_own(span.text, company)}
        found = list(known)
        for spans in self._lists(doc, [*(name.span for name in known), *runs]):
            framed = bool(self._begins(doc, spans[0].start) & before) or spans[-1].end in after
            names = [span for span in spans if span.start not in own | taken and span[0].lower_ not in self._us]
            if names and (framed or (comparing and self._with_us(spans))):
                found += [Name(span.text, span) for span in names]
        without = self._without_vendor(doc, hits, before)
        replaced = {token.i for name in without for token in name.span}
        found = [name for name in found if name.span.start not in replaced] + without
        return _once(name for name in found if not (_denied(name.span) or supposed(name.span) or asked(name.span)))

    def _known_names(self, doc: Doc) -> list[Name]:
        spans = sorted(
            (doc[start:end] for _, start, end in self._phrases(doc)), key=lambda span: (span.start, -span.end)
        )
        kept: list[Name] = []
        for span in spans:
            if not kept or span.start >= kept[-1].span.end:
                kept.append(Name(self._known.get(_key(span.text), span.text), span))
        return kept

    def _runs(self, doc: Doc, taken: set[int]) -> list[Span]:
        """Return the runs of capitalised words that may be names of vendors, our own and the customer's among them."""
        runs: list[Span] = []
        place = 0
        while place < len(doc):
            end = place
            while end < len(doc) and end - place < MOST_WORDS and end not in taken and self._may_name(doc[end]):
                end += 1
            if end > place:
                runs.append(doc[place:end])
            place = max(end, place + 1)
        return runs

    def _capital(self, token: Token) -> bool:
        initials = len(token) < 4 and token.is_upper
        plain = len(token) < 2 or initials or not CAPITAL.match(token.text) or token.is_stop
        return not plain and token.lower_ not in self._never

    def _may_name(self, token: Token) -> bool:
        if not self._capital(token):
            return False
        return not (token.is_sent_start and token.pos_ not in {"PROPN", "X"} and not _inner_capital(token.text))

    def _is_own(self, text: str, company: str) -> bool:
        key = _key(text)
        return key in self._ours or (bool(company) and (key in _key(company) or _key(company) in key))

    def _lists(self, doc: Doc, names: Sequence[Span]) -> list[list[Span]]:
        """Join names, "you" and "us" by commas and "and" into lists."""
        us = [doc[token.i : token.i + 1] for token in doc if token.lower_ in self._us]
        lists: list[list[Span]] = []
        for span in sorted([*names, *us], key=lambda span: span.start):
            if lists and self._linked(doc, lists[-1][-1].end, span.start):
                lists[-1].append(span)
            else:
                lists.append([span])
        return lists

    def _with_us(self, spans: Sequence[Span]) -> bool:
        """Tell whether a list sets names beside "you" or "us" by "and" or "or"; "thank you, Adam" does not."""
        between = {token.lower_ for token in spans[0].doc[spans[0].start : spans[-1].end]}
        return any(span[0].lower_ in self._us for span in spans) and bool(between & {"and", "or", "vs", "versus"})

    def _linked(self, doc: Doc, start: int, end: int) -> bool:
        between = [token.lower_ for token in doc[start:end]]
        return 0 < len(between) <= 3 and all(word in LINKS | BETWEEN for word in between)

    def _begins(self, doc: Doc, start: int) -> set[int]:
        """Return the places where a frame before the name may end: at the name, or before an article or "both"."""
        places = {start}
        while start > 0 and len(places) < 4 and doc[start - 1].lower_ in FILLERS | self._us | COUNTS | LINKS:
            start -= 1
            places.add(start)
        return places

    def _without_vendor(self, doc: Doc, hits: frozenset[str], before: set[int]) -> list[Name]:
        return [
            Name(entry.value, span)
            for entry in self._alternatives
            for span in self._lexicon.find(doc, f"{ALTERNATIVE}.{entry.value}", hits)
            if self._begins(doc, span.start) & before
        ]


def _phrases(vocab: Vocab, names: Iterable[str]) -> PhraseMatcher:
    import spacy
    from spacy.matcher import PhraseMatcher

    matcher = PhraseMatcher(vocab, attr="LOWER")
    tokenizer = spacy.blank("en", vocab=vocab).tokenizer
    for name in names:
        matcher.add(name, [tokenizer(name)])
    return matcher


def _denied(span: Span) -> bool:
    """Tell whether it is denied that a vendor was looked at; "we took you, not Acme" compares all the same."""
    before = [token.lower_ for token in span.doc[max(0, span.start - 2) : span.start]]
    return negated(span) and not (before[-1:] == ["not"] and before[0] in {"and", ","})


def _inner_capital(text: str) -> bool:
    return any(letter.isupper() for letter in text[1:]) and any(letter.islower() for letter in text)


def _key(name: str) -> str:
    return re.sub(r"\W+", "", name.lower())


def _once(names: Iterable[Name]) -> list[Name]:
    kept: dict[str, Name] = {}
    for name in sorted(names, key=lambda name: name.span.start):
        kept.setdefault(_key(name.value), name)
    return list(kept.values())
