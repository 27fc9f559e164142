"""The highlights of one category put into themes: what is known keeps its theme, id and name; new themes are named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property

from icp_voice.analysis import naming, themes
from icp_voice.embed import embed_texts
from icp_voice.errors import IcpVoiceError
from icp_voice.model import Theme
from icp_voice.run.coding import Coder
from icp_voice.run.tools import Tools
from icp_voice.store import Store
from icp_voice.store.documents import short_hash
from icp_voice.store.theme_decisions import TAKEN_BACK
from icp_voice.store.themes import Membership, ThemeEvent, between

VERSION = "2"
TRIES = 3
TYPICAL = 3
# The words of a new theme are told from those of so many others at the most, the biggest ones.
BESIDE = 10
OTHER = 0.5


class Coded:
    """The highlights of all categories and their words, read once."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @cached_property
    def held(self) -> dict[str, dict[str, float]]:
        """Category -> highlight -> score."""
        return self._store.tags.all_held()

    @cached_property
    def texts(self) -> dict[str, str]:
        """Highlight -> its words."""
        return {identity: text for identity, text, _ in self._store.highlights.texts()}


def group_category(store: Store, tools: Tools, category: str, *, run: int, coder: Coder, coded: Coded) -> int:
    """Group a category if its highlights or people's decisions have changed; return how many are new or gone.

    What became of the themes enters the ledger under the number of this run. The `coder` judges names; what it has
    learned, and the `coded` highlights, are shared by the categories. If somebody decides about these themes meanwhile,
    it is done anew from what they decided; after a few times it is left to the next run, and the decisions stand.
    """
    for _ in range(TRIES):
        changed = _grouped(store, tools, category, run=run, coder=coder, coded=coded)
        if changed is not None:
            return changed
        coded = Coded(store)
    return 0


def _decided(store: Store, category: str) -> list[str]:
    return [f"{one.number} {one.undone}" for one in store.theme_decisions.all(category)]


def _grouped(store: Store, tools: Tools, category: str, *, run: int, coder: Coder, coded: Coded) -> int | None:
    """Group a category once; None if people decided about its themes meanwhile: then nothing is written."""
    held = list(coded.held.get(category, ()))
    decided = _decided(store, category)
    version = short_hash(VERSION, tools.embedder.name, repr(tools.settings.themes), *held, *decided)
    if store.progress.versions("themes").get(category) == version:
        return 0
    text_of = coded.texts
    held = [identity for identity in held if identity in text_of]  # a moment after the tags were read, one may be gone
    texts = [text_of[identity] for identity in held]
    before = store.themes.memberships(category)
    known = _known(store, category)
    regrouped = themes.regroup(
        category,
        _previous(store, category, before, known),
        held,
        texts,
        embed_texts(store, tools.embedder, texts),
        smallest=tools.settings.themes.smallest,
        grouper=grouper(tools.settings.themes.method),
    )
    named = _named(store, tools, category, regrouped.members, known, text_of, coder)
    with store.transaction():
        if _decided(store, category) != decided:
            return None
        store.themes.put(category, named, _memberships(regrouped))
        store.themes.put_full(category, regrouped.full)
        store.themes.put_events(_events(regrouped, category, run, {**_names(known.values()), **_names(named)}))
        store.progress.put("themes", {category: version})
    return len(set(held) ^ set(before))


def grouper(method: str) -> themes.Grouper:
    """Return the way to group texts that `[themes] method` names."""
    if method == "bertopic":
        from icp_voice.analysis import theme_bertopic

        return theme_bertopic.group
    return themes.group


def _previous(
    store: Store, category: str, before: Mapping[str, Membership], known: Mapping[str, Theme]
) -> themes.Previous:
    pins = store.themes.pins(category)
    *_, made = store.theme_decisions.outcome(category)
    came = store.theme_decisions.came_to(category)
    settled = {identity: one for identity, one in before.items() if not _unsettled(one.reason, came)}
    return themes.Previous(
        themes={**{identity: one.theme for identity, one in settled.items()}, **pins},
        reasons={identity: one.reason for identity, one in settled.items() if one.theme is None},
        pinned=frozenset(pins),
        fixed=frozenset(
            theme.id for theme in known.values() if theme.hidden or theme.named_by == "person" or theme.id in made
        ),
        full=store.themes.full(category),
    )


def _unsettled(reason: str, came: Mapping[str, str]) -> bool:
    """Tell whether a highlight without a theme has to be looked at anew, because of what a person decided since."""
    pair = between(reason)
    return reason == TAKEN_BACK or (pair is not None and len({came.get(theme, theme) for theme in pair}) == 1)


def _named(
    store: Store,
    tools: Tools,
    category: str,
    members: Mapping[str, Sequence[str]],
    known: Mapping[str, Theme],
    text_of: Mapping[str, str],
    coder: Coder,
) -> list[Theme]:
    """Return the themes, old ones under the name and words they have, new ones named in the customers' own words."""
    fresh = [identity for identity in members if identity not in known]
    old = [identity for identity in members if identity in known]
    texts = {identity: [text_of[one] for one in members[identity]] for identity in fresh}
    # What a new theme's words have to stand out from: the others, by their most typical members.
    beside = [[text_of[one] for one in members[identity][:TYPICAL]] for identity in old[:BESIDE]]
    reader = naming.Reader(tools.language)
    words = naming.keywords([*texts.values(), *beside], reader) if fresh else []
    names = naming.names(
        list(texts.values()),
        lambda candidates: embed_texts(store, tools.embedder, list(candidates)),
        reader,
        # No two themes of a workspace are called the same, so that a name says which one is meant.
        taken=[known[identity].name for identity in old] + _elsewhere(store, category),
        fits=_fits(coder, tools.codebook.names, category),
    )
    found = {
        identity: Theme(id=identity, category=category, name=name, keywords=telling, highlights=())
        for identity, name, telling in zip(fresh, names, words[: len(fresh)], strict=True)
    }
    given, hidden, _ = store.theme_decisions.outcome(category)
    for identity, theme in found.items():  # what a person named or hid may fade with its documents, and come back
        if identity in given:
            theme = replace(theme, name=given[identity], named_by="person")
        found[identity] = replace(theme, hidden=identity in hidden)
    return [known.get(identity) or found[identity] for identity in members]


def _elsewhere(store: Store, category: str) -> list[str]:
    """Return the names of the themes of all other categories."""
    own = store.themes.names(category, bare=True)
    return [name for identity, name in store.themes.names(bare=True).items() if identity not in own]


def _fits(coder: Coder, categories: Sequence[str], category: str) -> Callable[[Sequence[str]], list[float]]:
    """Return what says of words how much likelier they carry this category than another."""

    def fits(texts: Sequence[str]) -> list[float]:
        import numpy as np

        scores = coder.scores([("", text, "") for text in texts])
        this = categories.index(category)
        fit = scores[:, this] - OTHER * np.delete(scores, this, axis=1).max(axis=1, initial=0.0)
        return [float(one) for one in fit]

    return fits


def _names(held: Iterable[Theme]) -> dict[str, str]:
    return {theme.id: theme.name for theme in held}


def _events(regrouped: themes.Regrouping, category: str, run: int, names: Mapping[str, str]) -> list[ThemeEvent]:
    """Return the ledger's new lines, with the names that the themes have today."""
    at = moment()
    return [
        ThemeEvent(
            run=run,
            at=at,
            category=category,
            kind=event.kind,
            theme=event.theme,
            size=event.size,
            before=event.before,
            others=event.others,
            names={theme: names[theme] for theme in (event.theme, *event.others) if theme in names},
        )
        for event in regrouped.events
    ]


def moment() -> str:
    """Return the present as the ledger writes it: UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def call_theme(store: Store, tools: Tools, category: str, highlights: Sequence[str], *, name: str) -> Theme:
    """Return the theme that a person makes of highlights, under their name or one in the highlights' words."""
    identity = short_hash(category, "by a person", *sorted(highlights))
    if identity in (known := _known(store, category)):
        raise IcpVoiceError("These highlights are a theme of their own already.", hint=f"It is {identity}.")
    text_of = {one: text for one, text, _ in store.highlights.texts()}
    members = {**{theme.id: theme.highlights for theme in known.values() if theme.highlights}, identity: highlights}
    made = _named(store, tools, category, members, known, text_of, Coder(store, tools))[-1]
    return replace(made, name=name, named_by="person") if name else made


def _known(store: Store, category: str) -> dict[str, Theme]:
    return {theme.id: theme for theme in store.themes.all(category=category, bare=True)}


def _memberships(regrouped: themes.Regrouping) -> list[Membership]:
    """Return who belongs where, the most typical of each theme first; for the others, the reason."""
    placed = [Membership(identity, theme, "") for theme, members in regrouped.members.items() for identity in members]
    return placed + [Membership(identity, None, reason) for identity, reason in sorted(regrouped.reasons.items())]
