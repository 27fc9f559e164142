"""How far two coders of a workspace agree, category by category: people, models, or one of each.

Units are the passages that the two coded: highlights of the same words are lined up first (`units.py`), so borders that
differ a little do not count, and only what is said of a unit can differ (Krippendorff 2004: nominal alpha over given
units, not unitizing). A category holds for a coder if that coder gives it to any highlight of the unit. Which units count,
and what silence means:

- two people, or two models: the units that at least one of them coded, in the documents in which both coded; what one
  of them does not say of such a unit, does not hold for them;
- a person and a model: the units that both coded. What the person confirmed or rejected stands beside what the model had
  said of it before; afterwards the model has learned from the person, and agreeing with one's teacher proves nothing.
  What neither gives a unit, it does not have for both; a proposal that the person left standing counts for nothing.
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
from icp_voice.evaluate.units import units
from icp_voice.store import Store
from icp_voice.store.tags import PERSON, Place

Verdicts = Mapping[str, Mapping[str, bool | None]]
Judged = tuple[str, tuple[bool, bool]]
MODEL = "model"
RELIABLE, TENTATIVE = 0.8, 0.667


@dataclass(frozen=True, slots=True)
class Coder:
    """A person or a model, with what each said: (highlight, category) -> whether it holds; and where highlights stand.

    `unknown` are those about which a model said something only after a person had decided about the same words.
    """

    name: str
    person: bool
    said: dict[tuple[str, str], bool] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    unknown: set[tuple[str, str]] = field(default_factory=set)

    def say(self, highlight: str, place: Place, category: str, holds: bool) -> None:
        """Note one verdict."""
        self.said[highlight, category] = holds
        self.places[highlight] = place

    @property
    def documents(self) -> set[str]:
        """The documents in which something was coded."""
        return {place.document for place in self.places.values()}

    def by_unit(self, unit: Mapping[str, str]) -> dict[str, dict[str, bool | None]]:
        """Return unit -> category -> whether it holds for any highlight of the unit; None if that is not known."""
        values: dict[str, dict[str, bool | None]] = defaultdict(dict)
        for (highlight, category), holds in self.said.items():
            said = values[unit[highlight]]
            said[category] = holds or bool(said.get(category))
        for highlight, category in self.unknown:
            if unit.get(highlight) in values:
                values[unit[highlight]].setdefault(category, None)
        return dict(values)


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
    """Two coders and how far they agree; `passages` is how many they are compared on, `coded_by_both` how many of these."""

    one: str
    other: str
    passages: int
    coded_by_both: int
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
    notes += [
        f"{one.one} and {one.other}: there is no passage on which they can be compared."
        for one in compared
        if not one.passages
    ]
    return Agreements(tuple(one for one in compared if one.passages), tuple(notes))


def coders(store: Store) -> tuple[dict[str, Coder], int]:
    """Return the coders by name, and of how many tags nobody knows what a model said before a person did."""
    found: dict[str, Coder] = {}
    first = store.tags.first_said()
    rows = store.tags.said()
    unit = units({row[0]: row[1] for row in (*rows, *first)})
    decided = {(unit[highlight], category) for highlight, _, category, coder, _ in rows if coder.startswith(PERSON)}
    for highlight, place, category, coder, holds in rows:
        # What a model says now of words about which a person decided, it may have learned from that person.
        if coder.startswith(PERSON) or (unit[highlight], category) not in decided:
            _known(found, coder).say(highlight, place, category, holds)
        else:
            _known(found, coder).unknown.add((highlight, category))
    for highlight, place, category, coder, holds in first:
        _known(found, coder).say(highlight, place, category, holds)
    taught = decided - {(unit[highlight], category) for highlight, _, category, _, _ in first}
    return _named(coder for coder in found.values() if coder.said), len(taught)


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
    places = one.places | other.places
    unit = units(places)
    first, second = one.by_unit(unit), other.by_unit(unit)
    both = sorted(first.keys() & second.keys())
    if one.person == other.person:
        documents = one.documents & other.documents
        compared = sorted(name for name in first.keys() | second.keys() if places[name].document in documents)
        values = _shared(first, second, compared)
    else:
        compared = both
        values = _told(first, second, compared, categories)
    counted: dict[str, Counter[Unit]] = defaultdict(Counter)
    for category, pair in values:
        counted[category][pair] += 1
    return Agreement(
        one=one.name,
        other=other.name,
        passages=len(compared),
        coded_by_both=len(both),
        categories={name: _agreement(counted[name]) for name in categories if set(counted[name]) - {(False, False)}},
    )


def _told(person: Verdicts, model: Verdicts, compared: Sequence[str], categories: Sequence[str]) -> Iterable[Judged]:
    """Yield (category, what the person and the model say) for units that both coded."""
    for unit in compared:
        for category in categories:
            verdict, proposed = person[unit].get(category), model[unit].get(category)
            if verdict is not None and proposed is not None:
                yield category, (verdict, proposed)
            elif category not in person[unit] and category not in model[unit]:
                yield category, (False, False)


def _shared(one: Verdicts, other: Verdicts, compared: Sequence[str]) -> Iterable[Judged]:
    """Yield (category, what each says) for every category either ever gave; silence is a no."""
    used = {category for said in (*one.values(), *other.values()) for category, holds in said.items() if holds}
    for unit in compared:
        first, second = one.get(unit, {}), other.get(unit, {})
        for category in sorted(used):
            yield category, (bool(first.get(category)), bool(second.get(category)))


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
