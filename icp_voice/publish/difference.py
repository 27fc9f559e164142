"""How two editions differ, as values: changed themes and facts, what was hidden, lost statements, accounts, gaps, cells."""

from __future__ import annotations

from dataclasses import dataclass

from icp_voice.publish.figures import Share
from icp_voice.publish.quotes import Saying


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A theme or fact that changed.

    `kind` is new, gone, renamed, merged (into `other`), split (off `other`) or changed. `p` is that of Fisher's exact
    test over the members heard then and now, and `sure` says that it is below .05 (never of what was merged or split).
    `came` and `went` are the first of the quotes that made it change, `came_count` and `went_count` how many there are.
    """

    what: str
    kind: str
    id: str
    of: str
    name: str
    was: str
    other: str
    before: Share
    after: Share
    p: float
    sure: bool
    came: tuple[Saying, ...]
    went: tuple[Saying, ...]
    came_count: int
    went_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """A person's paragraph that is new, gone or changed; `text` is how it reads after, or read before it was taken out."""

    kind: str
    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionChanges:
    """What changed in one section."""

    name: str
    claims: tuple[Changed, ...]
    paragraphs: tuple[Rewritten, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A statement that no quote holds any more, with why its quotes are gone and how many for each reason."""

    what: str
    text: str
    section: str
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """A section, theme or quote (`part`) that people left out in between ("hidden"), or brought back ("shown again").

    `name` is what a section or theme is called, and `quote` a quote as it is shown; `section` is where it stands.
    """

    kind: str
    part: str
    id: str
    section: str
    name: str
    quote: Saying | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two editions side by side; `cells` are account, category, state before and after.

    `opened` and `closed` are gaps of accounts that are members in both, or of no account; `gaps_entered` and `gaps_left`
    came and went with an account that became a member, or ceased to be one.
    """

    before: str
    after: str
    label: str
    sections: tuple[SectionChanges, ...]
    lost: tuple[Lost, ...]
    entered: tuple[str, ...]
    left: tuple[str, ...]
    opened: tuple[tuple[str, str], ...]
    closed: tuple[tuple[str, str], ...]
    gaps_entered: tuple[tuple[str, str], ...]
    gaps_left: tuple[tuple[str, str], ...]
    cells: tuple[tuple[str, str, str, str], ...]
    turned: tuple[Turned, ...] = ()

    @property
    def same(self) -> bool:
        """Tell whether nothing changed."""
        of_accounts = (self.entered, self.left, self.opened, self.closed, self.gaps_entered, self.gaps_left, self.cells)
        return not any((self.sections, self.lost, self.turned, *of_accounts))
