"""Which theme is meant: by id or by name, also one that was merged or has faded since."""

from __future__ import annotations

from icp_voice.errors import UnknownName, did_you_mean
from icp_voice.store import Store

SHOWN = 8


def theme_id(store: Store, said: str, *, category: str = "") -> str:
    """Return the id of the theme with this id or name, or raise with the nearest ones."""
    names = store.themes.names(category)
    if said in names:
        return said
    called = [theme for theme, name in names.items() if name.casefold() == said.strip().casefold()]
    if len(called) == 1:
        return called[0]
    if called:
        held = {theme.id: f'{theme.id} "{theme.name}" in {theme.category}' for theme in store.themes.all()}
        raise UnknownName(
            f'{len(called)} themes are called "{said}".',
            hint=f"Name one by its id: {'; '.join(held[theme] for theme in called)}.",
        )
    _merged_away(store, said)
    listed = [f'{theme} "{name}"' for theme, name in list(names.items())[:SHOWN]]
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    known = f"Known: {', '.join(listed)}{more}." if listed else "There are none yet."
    raise UnknownName(f'No theme "{said}".', hint=known + did_you_mean(said, [*names.values(), *names]))


def _merged_away(store: Store, said: str) -> None:
    """Raise if a theme of this id or name was merged into another one, with what it is part of now."""
    for decision in reversed(store.theme_decisions.all()):
        same = said == decision.theme or said.strip().casefold() == decision.name.casefold()
        if decision.kind == "merged" and not decision.undone and same:
            veil = store.redactions.veil()
            gone = store.themes.shown_words(veil, decision.theme, (decision.name,))[0] if veil else decision.name
            into = store.theme_decisions.came_to(decision.category).get(decision.theme, "")
            name = store.themes.names().get(into, "a theme that faded")
            raise UnknownName(
                f'The theme "{gone}" ({decision.theme}) was merged into "{name}" ({into}).',
                hint=f"Name that one, or take the merge back: `icp-voice theme undo {decision.number}`.",
            )


def theme_in_view(store: Store, said: str) -> str:
    """Return the id for a filter. A saved one may name a theme that was merged since, or has faded and holds nothing."""
    past = {event.theme: event.category for event in store.themes.events()}
    if said in past and said not in store.themes.names():
        return store.theme_decisions.came_to(past[said]).get(said, said)
    return theme_id(store, said)
