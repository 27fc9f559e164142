"""The outline of the ICP document for whoever arranges it: what stands in each section in which order, and what is hidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass

from icp_voice.publish.comparison import HOMES
from icp_voice.publish.material import Material
from icp_voice.publish.paper import Filled, Paper
from icp_voice.publish.quotes import shortened
from icp_voice.publish.sections import ICP_SECTIONS
from icp_voice.publish.themed import ShownTheme

SHORT = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """A theme or quote that people left out, with its name or first words."""

    part: str
    id: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """`themes` are the ids of a section's themes in their order, block by block: a theme moves within its block.

    `theme_of` tells under which theme a quote stands, `categories` what a section is about, `hidden` what is left out
    of it; `hidden_sections` are (name, title), and `titles` what categories are called.
    """

    sections: tuple[str, ...]
    themes: Mapping[str, tuple[tuple[str, ...], ...]]
    theme_of: Mapping[str, str]
    categories: Mapping[str, tuple[str, ...]]
    hidden: Mapping[str, tuple[Hidden, ...]]
    hidden_sections: tuple[tuple[str, str], ...]
    titles: Mapping[str, str]

    def block(self, theme: str) -> tuple[str, tuple[str, ...]]:
        """Return the section of a theme, and the themes of its block."""
        for section, blocks in self.themes.items():
            for block in blocks:
                if theme in block:
                    return section, block
        return "", ()


def outline(material: Material, written: Paper) -> Outline:
    """Return the outline of the ICP document."""
    held = material.arrangement
    shown = {one.name: tuple(_blocks(one.value)) for one in written.sections}
    titles = {name: section.title for name, section in ICP_SECTIONS.items()}
    return Outline(
        sections=tuple(one.name for one in written.sections),
        themes={name: tuple(tuple(theme.id for theme in block) for block in blocks) for name, blocks in shown.items()},
        theme_of={
            said.id: theme.id
            for blocks in shown.values()
            for block in blocks
            for theme in block
            for said in theme.quotes
        },
        categories={
            section: tuple(one.name for one in material.codebook if HOMES.get(one.name) == section)
            for section in titles
        },
        hidden=_hidden(material),
        hidden_sections=tuple((name, title) for name, title in titles.items() if name in held.hidden_sections),
        titles={one.name: one.title for one in material.codebook},
    )


def _hidden(material: Material) -> dict[str, tuple[Hidden, ...]]:
    found: dict[str, list[Hidden]] = {}
    held = material.arrangement
    for theme in material.themes:
        if theme.id in held.hidden_themes:
            found.setdefault(_home(theme.category), []).append(Hidden(part="theme", id=theme.id, words=theme.name))
    for id, one in material.highlights.items():
        if id in held.hidden_quotes:
            words = f"“{shortened(one.text, SHORT)}” {one.account_name}".strip()
            home = next((HOMES[name] for name in one.categories if name in HOMES), "")
            found.setdefault(home or _home(""), []).append(Hidden(part="quote", id=id, words=words))
    return {section: tuple(all) for section, all in found.items()}


def _home(category: str) -> str:
    """Return the section of a category; what has none is brought back from the first section."""
    return HOMES.get(category, "glance")


def _blocks(value: object) -> Iterator[tuple[ShownTheme, ...]]:
    """Yield the rows of themes inside a section's values."""
    if isinstance(value, tuple) and value and all(isinstance(one, ShownTheme) for one in value):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _blocks(one)
    elif isinstance(value, Filled) or (is_dataclass(value) and not isinstance(value, type | ShownTheme)):
        for field in fields(value):
            yield from _blocks(getattr(value, field.name))
