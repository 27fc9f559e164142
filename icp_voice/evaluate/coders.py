"""How far two coders of a workspace agree, category by category: people, models, or one of each.

Units are the marked passages, which all coders of a workspace share, so spans agree and only what is said of them can
differ (Krippendorff 2004: nominal alpha over given units, not unitizing). Which passages count, and what silence means:

- two people, or two models: the passages that at least one of them coded, in the documents in which both coded; what
  one of them does not say of such a passage, does not hold for them;
- a person and a model: the passages that the person coded. What the person confirmed or rejected stands beside what the
  model had said of it before; afterwards the model has learned from the person, and agreeing with one's teacher proves
  nothing. What neither gives a passage, it does not have for both; a proposal that the person left standing counts for
  nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from icp_voice.errors import IcpVoiceError, unknown
from icp_voice.evaluate.alpha import Unit, alpha, alpha_interval
from icp_voice.evaluate.ground import Ground
from icp_voice.evaluate.scores import Interval
from icp_voice.store import Store
from icp_voice.store.tags import PERSON

Place = tuple[str, str]
MODEL = "model"
RELIABLE, TENTATIVE = 0.8, 0.667


@dataclass(frozen=True, slots=True)
class Coder:
    """A person or a model, with what each said: (highlight, category) -> whether it holds; and in which documents."""

    name: str
    person: bool
    said: dict[Place, bool] = field(default_factory=dict)
    document: dict[str, str] = field(default_factory=dict)

    def say(self, highlight: str, document: str, category: str, holds: bool) -> None:
        """Note one verdict."""
        self.said[highlight, category] = holds
        self.document[highlight] = document


@dataclass(frozen=True, slots=True)
class CategoryAgreement:
    """Alpha in one category, None where neither ever differs from the other nor from itself, and what it is made of."""

    alpha: float | None
    interval: Interval | None
    units: int
    both: int
    only_one: int
    only_other: int
    neither: int

    @property
    def reading(self) -> str:
        """What alpha tells, by Krippendorff's lines (2004): from .8 on it can be relied on, from .667 on tentatively."""
        if self.alpha is None:
            return "nothing to tell apart"
        if self.alpha < TENTATIVE or (self.interval and self.interval[0] < 0):
            return "do not rely on it"
        return "good" if self.alpha >= RELIABLE and (not self.interval or self.interval[0] >= TENTATIVE) else "fair"


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two coders and how far they agree; `passages` is how many they can be compared on."""

    one: str
    other: str
    passages: int
    categories: Mapping[str, CategoryAgreement]


@dataclass(frozen=True, slots=True)
class Agreements:
    """Pairs of coders, and what could not be compared."""

    pairs: tuple[Agreement, ...]
    notes: tuple[str, ...]


def agreements(ground: Ground, *names: str) -> Agreements:
    """Compare the two coders named; one named with every other; or every two coders."""
    if ground.heard is None:
        raise IcpVoiceError("Coders are compared within a workspace.", hint="Name one with --workspace.")
    known, taught = coders(ground.heard)
    for name in names:
        if name not in known:
            raise unknown("coder", name, known)
    if len(names) == 2 and names[0] == names[1]:
        raise IcpVoiceError(f'"{names[0]}" agrees with itself.', hint="Name two coders.")
    pairs = [pair for pair in combinations(sorted(known), 2) if set(names) <= set(pair)]
    if not pairs:
        has = f'has one coder, "{next(iter(known))}"' if known else "has not been coded yet"
        raise IcpVoiceError(
            f"The workspace {has}: it takes two to agree.",
            hint="`icp-voice run` codes by the model, `icp-voice tag ID --confirm CATEGORY --by NAME` by a person.",
        )
    compared = [compare(known[one], known[other], ground.codebook.names) for one, other in pairs]
    notes = []
    if taught:
        notes.append(
            f"{taught} tags left out where a model is compared with a person: what it said before it was told is not known."
        )
    notes += [f"{one.one} and {one.other}: they have coded nothing in common." for one in compared if not one.passages]
    return Agreements(tuple(one for one in compared if one.passages), tuple(notes))


def coders(store: Store) -> tuple[dict[str, Coder], int]:
    """Return the coders by name, and of how many tags nobody knows what a model said before a person did."""
    found: dict[str, Coder] = {}
    first = {(row[0], row[2]): row for row in store.tags.first_said()}
    rows = store.tags.said()
    decided = {(highlight, category) for highlight, _, category, coder, _ in rows if coder.startswith(PERSON)}
    for highlight, document, category, coder, holds in rows:
        # What a model says now of a tag that a person decided, it may have learned from that person.
        if coder.startswith(PERSON) or (highlight, category) not in decided:
            _known(found, coder).say(highlight, document, category, holds)
    for highlight, document, category, coder, holds in first.values():
        _known(found, coder).say(highlight, document, category, holds)
    return _named(found.values()), len(decided - set(first))


def _named(coders: Iterable[Coder]) -> dict[str, Coder]:
    """Return the coders by name; the only model there is may be called so."""
    named = {coder.name: coder for coder in coders}
    models = [name for name, coder in named.items() if not coder.person]
    if len(models) == 1 and MODEL not in named:
        named[MODEL] = replace(named.pop(models[0]), name=MODEL)
    return named


def _known(found: dict[str, Coder], coder: str) -> Coder:
    person = coder.startswith(PERSON)
    # A model's name ends with what it was taught: that does not make it another coder.
    name = coder.removeprefix(PERSON) if person else coder.rpartition("+")[0] or coder
    return found.setdefault(name, Coder(name, person))


def compare(one: Coder, other: Coder, categories: Sequence[str]) -> Agreement:
    """Compare two coders in every category that either ever gave, or a person rejected; a person comes first."""
    if other.person and not one.person:
        one, other = other, one
    units = _shared(one, other) if one.person == other.person else _told(one, other, categories)
    counted: dict[str, Counter[Unit]] = defaultdict(Counter)
    passages = set()
    for highlight, category, pair in units:
        counted[category][pair] += 1
        passages.add(highlight)
    said = {name: _agreement(counted[name]) for name in categories if set(counted[name]) - {(False, False)}}
    return Agreement(one.name, other.name, len(passages), said)


def _told(person: Coder, model: Coder, categories: Sequence[str]) -> Iterable[tuple[str, str, tuple[bool, bool]]]:
    """Yield (passage, category, what the person and the model say) for the passages that the person coded."""
    for highlight in sorted(set(person.document) & set(model.document)):
        for category in categories:
            verdict, proposed = (coder.said.get((highlight, category)) for coder in (person, model))
            if verdict is not None and proposed is not None:
                yield highlight, category, (verdict, proposed)
            elif verdict is None and proposed is None:
                yield highlight, category, (False, False)


def _shared(one: Coder, other: Coder) -> Iterable[tuple[str, str, tuple[bool, bool]]]:
    """Yield every category either ever used, for the passages either coded in documents that both coded."""
    documents = set(one.document.values()) & set(other.document.values())
    document = one.document | other.document
    used = sorted({category for coder in (one, other) for (_, category), holds in coder.said.items() if holds})
    for highlight in sorted(highlight for highlight, where in document.items() if where in documents):
        for category in used:
            place = highlight, category
            yield highlight, category, (one.said.get(place, False), other.said.get(place, False))


def _agreement(units: Counter[Unit]) -> CategoryAgreement:
    return CategoryAgreement(
        alpha=alpha(units),
        interval=alpha_interval(units),
        units=units.total(),
        both=units[True, True],
        only_one=units[True, False],
        only_other=units[False, True],
        neither=units[False, False],
    )
