"""Facts: what is stated once in a passage and can be counted, each with the words that state it.

What there is to find stands in pipelines/facts.toml; this module reads passages with it. Precision goes before recall.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from icp_voice.analysis.fact_amounts import UNITS
from icp_voice.analysis.fact_buyers import PAYING, SPEAKERS, buyers
from icp_voice.analysis.fact_guards import modifies
from icp_voice.analysis.fact_lengths import budgets, durations
from icp_voice.analysis.fact_names import NameFinder
from icp_voice.analysis.fact_patterns import Lexicon, longest, without_curls
from icp_voice.analysis.fact_reading import Found, Passage, Reading, found
from icp_voice.analysis.fact_replies import affirmed, may_affirm
from icp_voice.analysis.fact_settings import FactSettings, Value, load_fact_settings
from icp_voice.analysis.fact_titles import explicit_role
from icp_voice.language import Language

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span

__all__ = ["VERSION", "FactFinder", "Found", "Passage", "explicit_role"]

VERSION = "2"
SHORT = 12
REPLIED = ("role", "step")
LISTED = ("role", "channel", "step", "criterion")
MAY_DECIDE = frozenset({"executive", "finance", "department head"})
PURSE = PAYING | {"budget"}
COMPARING = frozenset({"buying_process", "why_they_buy", "churn_reason"})


def mark(
    language_model: str,
    *,
    competitors: Sequence[str] = (),
    ours: Sequence[str] = (),
    workspace: Path | None = None,
) -> str:
    """Return what the facts depend on besides the passages: when it changes, they have to be found anew."""
    told = (VERSION, language_model, load_fact_settings(workspace).model_dump_json(), *competitors, "", *ours)
    return hashlib.sha256("\0".join(told).encode()).hexdigest()[:16]


class FactFinder:
    """Finds the facts of passages by the patterns of facts.toml, over one parse of each passage."""

    def __init__(
        self,
        language_model: str,
        *,
        competitors: Sequence[str] = (),
        ours: Sequence[str] = (),
        workspace: Path | None = None,
    ) -> None:
        import spacy

        self._settings = load_fact_settings(workspace)
        self._workspace = workspace
        self._language = Language(language_model)
        self._blank = spacy.blank("en")
        self._lexicon = Lexicon(self._blank.vocab, _groups(self._settings))
        settings = self._settings
        self._names = NameFinder(self._blank.vocab, settings.kinds.competitor, settings.alternative, competitors, ours)

    def find(self, passages: Sequence[Passage]) -> list[list[Found]]:
        """Return the facts of each passage, ordered by place; a value counts once in a passage."""
        promising = [number for number, passage in enumerate(passages) if self._promising(passage)]
        docs = self._language.grammar(without_curls(passages[number].text) for number in promising)
        facts: list[list[Found]] = [[] for _ in passages]
        for number, doc in zip(promising, docs, strict=True):
            facts[number] = _once(self._facts(self._reading(passages[number], doc)))
        return facts

    def explicit_role(self, title: str) -> str:
        """Return the role in a purchase that a job title stands for, or an empty string."""
        return explicit_role(title, self._workspace)

    def _promising(self, passage: Passage) -> bool:
        """Tell, without parsing, whether a passage may hold a fact."""
        kinds = self._kinds(passage)
        if not kinds:
            return False
        doc = self._blank.make_doc(without_curls(passage.text))
        if "duration" in kinds and any(token.lower_ in UNITS or token.lower_[:-1] in UNITS for token in doc):
            return True
        if "budget" in kinds and any(token.like_num or token.lower_ in PURSE for token in doc):
            return True
        if "role" in kinds and passage.context and any(token.lower_ in SPEAKERS for token in doc[:2]):
            return True
        hits = self._lexicon.hits(doc)
        if passage.context and may_affirm(passage.text):
            question = self._blank.make_doc(without_curls(passage.context))
            if self._lists(question, kinds.intersection(REPLIED), self._lexicon.hits(question)):
                return True
        if self._lists(doc, kinds, hits):
            return True
        comparing = bool(passage.categories & COMPARING)
        return "competitor" in kinds and self._names.promising(doc, comparing=comparing)

    def _lists(self, doc: Doc, kinds: Collection[str], hits: frozenset[str]) -> bool:
        """Tell whether the words of some listed value stand in a text that is not parsed."""
        groups = (_group(one, part) for one in self._settings.value if one.kind in kinds for part in ("says", "names"))
        return any(group in hits and self._lexicon.find_all(doc, group, hits) for group in groups)

    def _kinds(self, passage: Passage) -> set[str]:
        kinds = self._settings.kinds
        return {
            name
            for name in type(kinds).model_fields
            if passage.categories.intersection(getattr(kinds, name).categories)
        }

    def _reading(self, passage: Passage, doc: Doc) -> Reading:
        context = self._blank.make_doc(without_curls(passage.context))
        asked_of = self._lexicon.hits(context)
        question = frozenset(
            name for name in asked_of if name.endswith(".asked") or name.endswith("_decider")
            if self._lexicon.find(context, name, asked_of)
        )  # fmt: skip
        hits = self._lexicon.hits(doc)
        barring = [span for name in ("others", "supposing") for span in self._lexicon.find(doc, f"guard.{name}", hits)]
        barred = {span.sent.start for span in barring}
        if self._lexicon.find(context, "guard.others", asked_of):
            barred = {sentence.start for sentence in doc.sents}
        return Reading(passage, doc, hits, question, frozenset(barred), affirmed(context, doc))

    def _facts(self, reading: Reading) -> Iterator[Found]:
        kinds = self._kinds(reading.passage)
        listed = [fact for kind in LISTED if kind in kinds for fact in self._listed(kind, reading)]
        yield from (fact for kind in REPLIED if kind in kinds for fact in self._affirmed(kind, reading))
        yield from (fact for fact in listed if fact.kind != "criterion" or not _part_of(fact, listed))
        if "role" in kinds:
            yield from buyers(reading, self._lexicon, self._standing(MAY_DECIDE, reading))
        if "competitor" in kinds:
            comparing = bool(reading.passage.categories & COMPARING)
            for name in self._names.find(reading.doc, company=reading.passage.company, comparing=comparing):
                if name.span.sent.start not in reading.barred:
                    yield found("competitor", name.value, name.span)
        if "duration" in kinds:
            for value, span in durations(reading.doc, self._cued("duration", reading)):
                if reading.may(span):
                    yield found("duration", value, span)
        if "budget" in kinds:
            for value, span in budgets(reading.doc, self._cued("budget", reading)):
                # "If it's above ten thousand" supposes nothing: it says where the limit lies.
                if reading.may(span, limit="approval" in value):
                    yield found("budget", value, span)

    def _listed(self, kind: str, reading: Reading) -> Iterator[Found]:
        """Yield the facts of a kind whose values are listed; of overlapping ones the longest."""
        cued = self._cued(kind, reading)
        spans: list[tuple[Span, Value]] = []
        for value in self._settings.value:
            if value.kind == kind:
                spans += [(span, value) for span in self._spans(value, reading, cued)]
        if not all(value.fallback for _, value in spans):
            spans = [(span, value) for span, value in spans if not value.fallback]
        kept = {(span.start, span.end) for span in longest(span for span, _ in spans)}
        for span, value in spans:
            if (span.start, span.end) in kept:
                yield found(kind, value.value, span)

    def _affirmed(self, kind: str, reading: Reading) -> Iterator[Found]:
        """Yield what the question names and the reply says yes to."""
        if not reading.affirmed:
            return
        question, words = reading.affirmed
        hits = self._lexicon.hits(question)
        spans = [
            (span, value)
            for value in self._settings.value
            if value.kind == kind and not self._lexicon.find(question, _group(value, "unless"), hits)
            for part in ("says", "names")
            for span in self._lexicon.find(question, _group(value, part), hits)
        ]
        kept = {(span.start, span.end) for span in longest(span for span, _ in spans)}
        for span, value in spans:
            if (span.start, span.end) in kept:
                yield found(kind, value.value, words)

    def _standing(self, values: Collection[str], reading: Reading) -> list[Span]:
        """Return the words of a passage that stand for some roles."""
        return [
            span
            for value in self._settings.value
            if value.kind == "role" and value.value in values
            for span in self._lexicon.find(reading.doc, _group(value, "names"), reading.hits)
        ]

    def _spans(self, value: Value, reading: Reading, cued: frozenset[int]) -> Iterator[Span]:
        lexicon, doc, hits = self._lexicon, reading.doc, reading.hits
        settings = self._settings.kinds.listed(value.kind)
        told = lexicon.find(doc, _group(value, "says"), hits)
        trusted = not settings.trusted or bool(reading.passage.categories.intersection(settings.trusted))
        named = lexicon.find(doc, _group(value, "names"), hits) if trusted else []
        named = [span for span in named if span.sent.start in cued and not _by_the_way(value.kind, span)]
        barred = {span.sent.start for span in lexicon.find(doc, _group(value, "unless"), hits)}
        for span in [*told, *named]:
            if span.sent.start in barred or not reading.may(span) or self._denied(span, reading):
                continue
            if value.kind != "step" or not modifies(span) or span[-1].head.lower_ in settings.heads:
                yield span

    def _denied(self, span: Span, reading: Reading) -> bool:
        """Tell whether a denying word of the settings ("we skipped the tender") stands just before the span."""
        denials = self._lexicon.find(reading.doc, "guard.denying", reading.hits)
        return any(0 <= span.start - denial.end <= 3 and denial.sent.start == span.sent.start for denial in denials)

    def _cued(self, kind: str, reading: Reading) -> frozenset[int]:
        """Return the sentences (by first token) that may name a value of a kind: by a cue, or as a reply."""
        settings = self._settings.kinds.listed(kind)
        sentences = [sentence.start for sentence in reading.doc.sents]
        short = kind == "channel" and len(reading.doc) <= SHORT
        if short or reading.passage.categories.intersection(settings.plain):
            return frozenset(sentences) - self._never(kind, reading)
        cued = {span.sent.start for span in self._lexicon.find_all(reading.doc, f"{kind}.cues", reading.hits)}
        if f"{kind}.asked" in reading.question:
            cued |= set(sentences[:2])
        return frozenset(cued) - self._never(kind, reading)

    def _never(self, kind: str, reading: Reading) -> frozenset[int]:
        spans = self._lexicon.find_all(reading.doc, f"{kind}.never", reading.hits)
        return frozenset(span.sent.start for span in spans)


def _by_the_way(kind: str, span: Span) -> bool:
    """Tell whether a word only describes another, or is used as a verb or adjective ("who reviews", "looks fair")."""
    if kind == "role":
        return modifies(span)
    if kind != "channel" or len(span) > 1:
        return False
    return span[0].dep_ == "amod" or (len(span.doc) > SHORT and span[0].pos_ in {"VERB", "AUX", "ADJ", "ADV"})


def _groups(settings: FactSettings) -> dict[str, Iterable[str]]:
    groups: dict[str, Iterable[str]] = {
        "guard.denying": settings.guards.denying,
        "guard.supposing": settings.guards.supposing,
        "guard.others": settings.guards.others,
        "role.deciding": settings.kinds.role.deciding,
        "role.asked_decider": settings.kinds.role.asked_decider,
    }
    for kind in (*LISTED, "duration", "budget"):
        table = getattr(settings.kinds, kind)
        groups |= {f"{kind}.asked": table.asked, f"{kind}.cues": table.cues, f"{kind}.never": table.never}
    for value in settings.value:
        groups |= {_group(value, part): getattr(value, part) for part in ("says", "names", "unless")}
    return groups


def _group(value: Value, part: str) -> str:
    return f"{value.kind}.{value.value}.{part}"


def _part_of(criterion: Found, facts: Iterable[Found]) -> bool:
    """Tell whether a criterion's words are part of a step or role ("security" in "security questionnaire")."""
    return any(
        fact.kind in {"step", "role"} and fact.start <= criterion.start and criterion.end <= fact.end for fact in facts
    )


def _once(facts: Iterable[Found]) -> list[Found]:
    kept: dict[tuple[str, str], Found] = {}
    for fact in sorted(facts):
        kept.setdefault((fact.kind, fact.value), fact)
    return list(kept.values())
