"""The highlights of one category put into themes: what is known keeps its theme, id and name; new themes are named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from icp_voice.analysis import naming, themes
from icp_voice.embed import embed_texts
from icp_voice.model import Theme
from icp_voice.run.tools import Tools
from icp_voice.store import Store
from icp_voice.store.documents import short_hash
from icp_voice.store.themes import Membership

VERSION = "1"
TYPICAL = 3


def group_category(store: Store, tools: Tools, category: str) -> int:
    """Group a category if its highlights have changed since the last time; return how many are new or gone."""
    held = list(store.tags.held(category))
    version = short_hash(VERSION, tools.embedder.name, repr(tools.settings.themes), *held)
    if store.progress.versions("themes").get(category) == version:
        return 0
    text_of = {identity: text for identity, text, _ in store.highlights.texts()}
    texts = [text_of[identity] for identity in held]
    before = store.themes.memberships(category)
    known = {theme.id: theme for theme in store.themes.all(category=category)}
    regrouped = themes.regroup(
        category,
        _previous(store, category, before, known),
        held,
        texts,
        embed_texts(store, tools.embedder, texts),
        smallest=tools.settings.themes.smallest,
        grouper=grouper(tools.settings.themes.method),
    )
    named = _named(store, tools, category, regrouped.members, known, text_of)
    with store.transaction():
        store.themes.put(category, named, _memberships(regrouped, named))
        store.themes.put_full(category, regrouped.full)
        store.themes.put_events(
            category, [(event.kind, event.theme, event.size, event.before, event.others) for event in regrouped.events]
        )
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
    return themes.Previous(
        themes={**{identity: membership.theme for identity, membership in before.items()}, **pins},
        pinned=frozenset(pins),
        fixed=frozenset(theme.id for theme in known.values() if theme.hidden or theme.named_by == "person"),
        full=store.themes.full(category),
    )


def _named(
    store: Store,
    tools: Tools,
    category: str,
    members: Mapping[str, Sequence[str]],
    known: Mapping[str, Theme],
    text_of: Mapping[str, str],
) -> list[Theme]:
    """Return the themes, old ones under the name and words they have, new ones named in the customers' own words."""
    fresh = [identity for identity in members if identity not in known]
    old = [identity for identity in members if identity in known]
    texts = {identity: [text_of[one] for one in members[identity]] for identity in fresh}
    # What a new theme's words have to stand out from: all others, by their most typical members.
    beside = [[text_of[one] for one in members[identity][:TYPICAL]] for identity in old]
    words = naming.keywords([*texts.values(), *beside], tools.language) if fresh else []
    names = naming.names(
        list(texts.values()),
        lambda candidates: embed_texts(store, tools.embedder, list(candidates)),
        tools.language,
        taken=[known[identity].name for identity in old],
    )
    found = {
        identity: Theme(id=identity, category=category, name=name, keywords=telling, highlights=())
        for identity, name, telling in zip(fresh, names, words[: len(fresh)], strict=True)
    }
    return [known.get(identity) or found[identity] for identity in members]


def _memberships(regrouped: themes.Regrouping, named: Sequence[Theme]) -> list[Membership]:
    """Return who belongs where, the most typical of each theme first; for the others, the reason in words."""
    name_of = {theme.id: theme.name for theme in named}
    placed = [Membership(identity, theme, "") for theme, members in regrouped.members.items() for identity in members]
    for identity, reason in sorted(regrouped.reasons.items()):
        pair = regrouped.torn.get(identity)
        if pair:
            reason = "between " + " and ".join(f"“{name_of.get(theme, 'another theme')}”" for theme in pair)
        placed.append(Membership(identity, None, reason))
    return placed
