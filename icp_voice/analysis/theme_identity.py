"""Who a theme is while texts come and go: old members stay, new ones join the nearest, the rest may found themes.

When a tenth was added since all texts were last looked at together, they are grouped as a whole, and the themes are moved
towards that (`theme_moves`): of the old members, one in twenty-five at most goes elsewhere, or a quarter of the share that came.
A group carries on the old theme whose members it mostly holds. What a person fixed keeps its members.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from icp_voice.analysis.theme_groups import ALONE, FEW, Grouping, group, means, typical
from icp_voice.analysis.theme_moves import Wanted, move
from icp_voice.store.documents import short_hash

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

# By how much the texts have to be more before all are looked at together; of very many, more, as that takes long.
GROWN, MANY, GROWN_OF_MANY = 1.1, 5000, 1.25
# Which share of the old members may go elsewhere: so much, or this much of the share that came.
MOVED, MOVED_FOR_NEW = 0.04, 0.25
FEWEST = 2
HALF = 0.5
PART = 0.25
LIKE = 3
FLOOR = 0.4
CEILING = 0.6
EASY = 0.02
BLOCK = 1024


class Grouper(Protocol):
    """A way to group texts, such as `group`."""

    def __call__(
        self, texts: Sequence[str], vectors: Matrix, *, smallest: int = 3, random_state: int = 0, beside: int = 0
    ) -> Grouping:
        """Group texts, given as unit vectors of shape (n, d)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Previous:
    """What earlier runs and people made of a category.

    `themes` maps each text's id that was grouped before to its theme, or to None, and `reasons` says why. `pinned` are
    the ids that a person moved (they stay where `themes` says, also when that is None); `fixed` are the themes that a
    person renamed, merged into, split off or hid: they keep their members. `full` is how many texts there were when
    all were last looked at together.
    """

    themes: Mapping[str, str | None] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    pinned: frozenset[str] = frozenset()
    fixed: frozenset[str] = frozenset()
    full: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the ledger: `size` members now, `before` then, and the `others` it split into or was merged from."""

    kind: Literal["born", "grew", "split", "merged", "faded"]
    theme: str
    size: int
    before: int = 0
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Regrouping:
    """The themes after a run.

    `members` maps a theme's id to ids of texts, the most typical first, the biggest theme first; `reasons` says for
    every other id why it has no theme: "alone: ..." or "between A and B" with themes' ids for A and B.
    """

    members: dict[str, tuple[str, ...]]
    reasons: dict[str, str]
    events: tuple[Event, ...]
    full: int


def regroup(
    category: str,
    previous: Previous,
    ids: Sequence[str],
    texts: Sequence[str],
    vectors: Matrix,
    *,
    smallest: int = 3,
    random_state: int = 0,
    grouper: Grouper = group,
) -> Regrouping:
    """Group the texts with these ids (unit vectors of shape (n, d)), and keep what there was.

    Themes' ids are short hashes of the category and the founding members' ids. The order of the texts is nothing.
    """
    from threadpoolctl import threadpool_limits

    order = sorted(range(len(ids)), key=lambda i: (texts[i], ids[i]))
    corpus = _Corpus(
        category, [ids[i] for i in order], [texts[i] for i in order], vectors[order], smallest, random_state, grouper
    )
    first = not any(previous.themes.values())
    due = not first and len(ids) >= previous.full * (GROWN if previous.full < MANY else GROWN_OF_MANY)
    with threadpool_limits(limits=1):
        place = corpus.held(previous)
        corpus.join(place, previous)
        if due:
            corpus.improve(place, previous)
        reasons = corpus.found(place, previous, first=first)
        members = corpus.members(place)
    for theme in [theme for theme, held in members.items() if len(held) < 2 and theme not in previous.fixed]:
        if not previous.pinned & set(members[theme]):
            reasons |= dict.fromkeys(members.pop(theme), "alone: the others of its theme are gone")
    return Regrouping(
        members=members,
        reasons={id: reasons.get(id, ALONE) for id in _without(corpus.ids, members)},
        events=tuple(ledger(previous, members)),
        full=len(ids) if first or due else previous.full,
    )


def _without(ids: Iterable[str], members: Mapping[str, tuple[str, ...]]) -> list[str]:
    placed = {id for held in members.values() for id in held}
    return [id for id in ids if id not in placed]


@dataclass(frozen=True, slots=True, eq=False)
class _Corpus:
    """All texts of a category in canonical order."""

    category: str
    ids: list[str]
    texts: list[str]
    vectors: Matrix
    smallest: int
    random_state: int
    grouper: Grouper

    def held(self, previous: Previous) -> dict[int, str]:
        """Return position -> theme for those that have one."""
        themes = ((i, previous.themes.get(id)) for i, id in enumerate(self.ids))
        return {i: theme for i, theme in themes if theme is not None}

    def join(self, place: dict[int, str], previous: Previous) -> None:
        """Let each text that is new join the theme whose members are most like it, if they are like enough.

        Likeness is the mean cosine to the three most similar members; enough is what all but the loosest members reach,
        between .4 and .6.
        """
        import numpy as np

        new = [i for i, id in enumerate(self.ids) if i not in place and id not in previous.themes]
        if not place or not new:
            return
        themes = sorted(set(place.values()))
        inside = {theme: [i for i, held in place.items() if held == theme] for theme in themes}
        score = np.stack([_likeness(self.vectors, new, inside[theme]) for theme in themes], axis=1)
        enough = np.array([_enough(self.vectors, inside[theme]) for theme in themes])
        best = np.round(score, 5).argmax(axis=1)
        for row, i in enumerate(new):
            if score[row, best[row]] >= enough[best[row]]:
                place[i] = themes[int(best[row])]

    def improve(self, place: dict[int, str], previous: Previous) -> None:
        """Move the themes towards what a grouping of all texts would make of them, but for what a person fixed."""
        rest = [i for i, id in enumerate(self.ids) if id not in previous.pinned and place.get(i) not in previous.fixed]
        grouping = self._group(rest)
        heirs = self._heirs(grouping, rest, previous)
        old = [i for i, id in enumerate(self.ids) if previous.themes.get(id) is not None]
        came = sum(id not in previous.themes for id in self.ids)
        share = max(MOVED, MOVED_FOR_NEW * came / max(len(self.ids) - came, 1))
        move(
            place,
            [Wanted([rest[k] for k in order], heirs.get(label)) for label, order in enumerate(grouping.order)],
            self.vectors,
            free=set(range(len(self.ids))).difference(old),
            budget=int(share * len(old)),
            least=self._least,
            name=self._named,
        )

    def found(self, place: dict[int, str], previous: Previous, *, first: bool) -> dict[str, str]:
        """Group those that have no place; return the reasons of those that still have none.

        Unless it is the `first` time, a theme is founded only where enough that is new was said, by itself or together
        with twice as much that was left over before: a run without anything new changes nothing.
        """
        rest = [i for i, id in enumerate(self.ids) if i not in place and id not in previous.pinned]
        fresh = {self.ids[i] for i in rest if first or self.ids[i] not in previous.themes}
        grouping = self._group(rest)
        names: dict[int, str] = {}
        for label, order in enumerate(grouping.order):
            new = sum(self.ids[rest[k]] in fresh for k in order)
            if new < self._least and not (new and len(order) >= 2 * self._least):
                continue
            names[label] = self._named([rest[k] for k in order])
            for k in order:
                place[rest[k]] = names[label]
        told = {self.ids[rest[k]]: _reason(reason, names) for k, reason in enumerate(grouping.reasons)}
        return {id: reason if id in fresh else previous.reasons.get(id) or reason for id, reason in told.items()}

    @property
    def _least(self) -> int:
        """How many texts make a theme."""
        return min(self.smallest, FEWEST) if len(self.ids) < FEW else self.smallest

    def _group(self, rest: Sequence[int]) -> Grouping:
        return self.grouper(
            [self.texts[i] for i in rest],
            self.vectors[rest],
            smallest=self.smallest,
            random_state=self.random_state,
            beside=len(self.ids) - len(rest),
        )

    def _named(self, founders: Sequence[int]) -> str:
        return short_hash(self.category, *sorted(self.ids[i] for i in founders))

    def _heirs(self, grouping: Grouping, rest: list[int], previous: Previous) -> dict[int, str]:
        """Return label -> id of the old theme of which it holds at least half, one to one, the biggest share first."""
        sizes = Counter(previous.themes[id] for id in self.ids if previous.themes.get(id) is not None)
        shared: Counter[tuple[int, str]] = Counter()
        for label, order in enumerate(grouping.order):
            for k in order:
                old = previous.themes.get(self.ids[rest[k]])
                if old is not None and old not in previous.fixed:
                    shared[label, old] += 1
        heirs: dict[int, str] = {}
        for (label, old), count in sorted(shared.items(), key=lambda item: (-item[1], item[0][1], item[0][0])):
            if label not in heirs and old not in heirs.values() and count >= HALF * sizes[old]:
                heirs[label] = old
        return heirs

    def members(self, place: Mapping[int, str]) -> dict[str, tuple[str, ...]]:
        """Return theme -> ids, typical ones first; the biggest theme first, ties by id."""
        import numpy as np

        inside: dict[str, list[int]] = defaultdict(list)
        for i in sorted(place):
            inside[place[i]].append(i)
        result = {}
        for theme in sorted(inside, key=lambda theme: (-len(inside[theme]), theme)):
            rows = np.array(inside[theme])
            centroid = means(self.vectors[rows], np.zeros(len(rows), np.int64))[0]
            result[theme] = tuple(self.ids[i] for i in typical(self.texts, self.vectors, rows, centroid))
        return result


def _likeness(vectors: Matrix, rows: Sequence[int], members: Sequence[int], *, itself: bool = False) -> Matrix:
    """Return the mean cosine of each row to its three most similar members: shape (rows,)."""
    import numpy as np

    parts = []
    for start in range(0, len(rows), BLOCK):
        alike = vectors[rows[start : start + BLOCK]] @ vectors[members].T
        if itself:
            np.fill_diagonal(alike[:, start:], -1.0)
        most = min(LIKE, alike.shape[1] - int(itself))
        parts.append(np.sort(alike, axis=1)[:, -most:].mean(axis=1))
    return np.concatenate(parts)


def _enough(vectors: Matrix, members: Sequence[int]) -> float:
    import numpy as np

    if len(members) < 2:
        return 2 * FLOOR
    return min(CEILING, max(FLOOR, float(np.quantile(_likeness(vectors, members, members, itself=True), EASY))))


def _reason(reason: str, names: Mapping[int, str]) -> str:
    if not reason.startswith("between "):
        return reason or ALONE
    a, b = (int(word) for word in reason.split()[1::2])
    return f"between {names[a]} and {names[b]}" if a in names and b in names else ALONE


def ledger(previous: Previous, members: Mapping[str, tuple[str, ...]]) -> list[Event]:
    """Tell what became of the themes: born, grew, split, merged, faded; sorted by theme."""
    before: dict[str, set[str]] = defaultdict(set)
    for id, theme in previous.themes.items():
        if theme is not None:
            before[theme].add(id)
    now = {theme: set(held) for theme, held in members.items()}
    events = [Event("faded", old, 0, len(before[old])) for old in before if old not in now]
    for theme, held in now.items():
        size, was = len(held), len(before.get(theme, ()))
        came = tuple(sorted(old for old, ids in before.items() if old != theme and len(ids & held) >= HALF * len(ids)))
        if not was and not came:
            events.append(Event("born", theme, size))
        elif came:
            events.append(Event("merged", theme, size, was, came))
        elif size > was:
            events.append(Event("grew", theme, size, was))
    for old, ids in before.items():
        into = tuple(sorted(theme for theme, held in now.items() if len(ids & held) >= max(PART * len(ids), 2)))
        if len(into) > 1:
            events.append(Event("split", old, len(now.get(old, ())), len(ids), into))
    return sorted(events, key=lambda event: (event.theme, event.kind))
