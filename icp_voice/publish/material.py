"""What reports are made of: gathered once, then only read, so that every section speaks of the same data."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from icp_voice.model import Account, Answer, Document, Fact, Gap, Highlight, InterviewPlan, Theme, View
from icp_voice.profile.coverage import Coverage
from icp_voice.profile.icp import Icp
from icp_voice.profile.saturation import Saturation
from icp_voice.publish.arrangement import Arrangement
from icp_voice.publish.figures import SURE, Share, fisher, share
from icp_voice.settings import Category, Codebook

ACCOUNT = "account"
DOCUMENT = "document"
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Whom the figures are about: accounts, or documents where no account is known.

    `members` are all of them, the N of every share, and `heard` those of whom a customer's word is kept.
    `others` are those heard outside. Without any tagged account everybody is a member and `tagged` is false.
    """

    label: str
    unit: str
    tagged: bool
    members: frozenset[str]
    heard: frozenset[str]
    others: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Halves:
    """Who was heard in the earlier and in the later half of the documents; `middle` is the last day of the earlier."""

    middle: str
    early: frozenset[str]
    late: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """A change between the halves that is more than chance."""

    rising: bool
    early: Share
    late: Share
    p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """How the figures came about."""

    kinds: tuple[tuple[str, int], ...]
    customers: int
    passages: int
    coded: int
    tags: int
    coders: tuple[tuple[str, int], ...]
    confirmed: int
    rejected: int
    undated: int
    unmatched: tuple[str, ...]
    unknown_speakers: int
    duplicates: int
    models: tuple[tuple[str, str], ...]
    versions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Everything that the sections draw on: `themes` that are not hidden, and all `highlights` that are coded."""

    company: str
    codebook: Codebook
    icp: Icp
    group: Group
    accounts: Mapping[str, Account]
    churned: tuple[str, ...]
    churned_rule: str
    coverage: Coverage
    gaps: tuple[Gap, ...]
    plan: InterviewPlan
    themes: tuple[Theme, ...]
    highlights: Mapping[str, Highlight]
    facts: tuple[Fact, ...]
    hidden: int
    documents: Mapping[str, Document]
    asked: tuple[tuple[View, Answer], ...]
    halves: Halves
    saturation: Mapping[str, Saturation]
    fact_order: Mapping[tuple[str, str], int]
    fact_means: Mapping[tuple[str, str], str]
    method: Method
    hidden_themes: frozenset[str] = frozenset()
    folder: Path | None = field(default=None)
    arrangement: Arrangement = field(default_factory=Arrangement)
    shown_views: tuple[tuple[View, tuple[Highlight, ...]], ...] = ()
    _once: dict[Hashable, object] = field(init=False, repr=False, compare=False, default_factory=dict)

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what `make` makes of this material, made when it is first asked for under a key."""
        if key not in self._once:
            self._once[key] = make()
        found: Made = self._once[key]  # type: ignore[assignment]
        return found

    @property
    def unarranged(self) -> Material:
        """The same without what people arranged: that is about the ICP document alone."""
        return replace(self, arrangement=Arrangement(), shown_views=())

    @property
    def as_of(self) -> str:
        """The date of the newest document: what "today" is to the report."""
        return self.coverage.as_of

    def name(self, account: str) -> str:
        """Return an account's name."""
        return self.accounts[account].name if account in self.accounts else account

    def voice(self, highlight: Highlight) -> str:
        """Return what a highlight counts for: its account, or its document where no account is known at all."""
        return highlight.document if self.group.unit == DOCUMENT else highlight.account

    def of_category(self, category: str) -> list[Highlight]:
        """Return the highlights of a category in the order they were said."""
        return list(self.once("of category", self._by_category).get(category, ()))

    def _by_category(self) -> Mapping[str, list[Highlight]]:
        found: dict[str, list[Highlight]] = {}
        for highlight in self.highlights.values():
            for category in dict.fromkeys(highlight.categories):
                found.setdefault(category, []).append(highlight)
        return found

    def themes_of(self, category: str) -> list[Theme]:
        """Return the themes of a category, those of most ICP accounts first."""
        return [theme for theme in self.themes if theme.category == category]

    def of_theme(self, theme: Theme) -> list[Highlight]:
        """Return the highlights of a theme, the most typical first; those whose tag a person rejected are left out."""
        found = (self.highlights.get(identity) for identity in theme.highlights)
        return [highlight for highlight in found if highlight and theme.category in highlight.categories]

    def category(self, name: str) -> Category | None:
        """Return a category, or None if the codebook no longer has it."""
        return next((category for category in self.codebook if category.name == name), None)

    def members_in(self, highlights: list[Highlight]) -> Share:
        """Return how many members of the group said something of this."""
        return self.members_of({self.voice(highlight) for highlight in highlights})

    def members_of(self, voices: Collection[str]) -> Share:
        """Return how many members are among some voices, of all members; the interval is that of the members heard.

        A member of whom nothing was heard is no "no": it widens no interval, and it is not left out of the N either.
        """
        found = share(len(self.group.heard & set(voices)), len(self.group.heard))
        return replace(found, of=len(self.group.members))

    def others_in(self, highlights: list[Highlight]) -> Share:
        """Return how many others said something of this."""
        voices = {self.voice(highlight) for highlight in highlights}
        return share(len(voices & self.group.others), len(self.group.others))

    def trend(self, highlights: list[Highlight]) -> Trend | None:
        """Return the change between the halves of the documents, if Fisher's exact test takes it for one."""
        halves = self.halves
        if not halves.early or not halves.late:
            return None
        dated = [highlight for highlight in highlights if highlight.date]
        then = {self.voice(highlight) for highlight in dated if highlight.date[:10] <= halves.middle} & halves.early
        now = {self.voice(highlight) for highlight in dated if highlight.date[:10] > halves.middle} & halves.late
        early, late = share(len(then), len(halves.early)), share(len(now), len(halves.late))
        p = fisher(late, early)
        return Trend(rising=late.part > early.part, early=early, late=late, p=p) if p < SURE else None
