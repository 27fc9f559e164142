"""facts.toml, checked: which facts there are, what tells of them, and what forbids them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator

from icp_voice import home
from icp_voice.analysis.fact_patterns import check_pattern
from icp_voice.errors import SettingsError
from icp_voice.settings.checked import Checked, check, read_toml

FILE = "facts.toml"
Pattern = Annotated[str, AfterValidator(check_pattern)]
Patterns = tuple[Pattern, ...]
Listed = Literal["role", "channel", "step", "criterion"]


class Guards(Checked):
    """What makes a mention no fact, besides grammar: denials, suppositions, other people's customers."""

    denying: Patterns = ()
    supposing: Patterns = ()
    others: Patterns = ()


class Kind(Checked):
    """Where one kind of fact is looked for: under which categories, after which questions, beside which words.

    Words in `names` count only under a `trusted` category (under any, if none is given) and, unless the category is
    `plain`, beside a cue. A word that stands before another noun counts only if that is one of `heads`.
    """

    categories: tuple[str, ...]
    trusted: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    asked: Patterns = ()
    cues: Patterns = ()
    never: Patterns = ()


class Roles(Kind):
    """Roles in the purchase, with the verbs of the one who has the last word."""

    deciding: Patterns = ()
    asked_decider: Patterns = ()


class Names(Checked):
    """Competitors: the frames that stand before and after a name, and capitals that name no vendor.

    Frames of `moving` count only where a word of `switching` stands in the passage; what begins with one of `people`
    is a person.
    """

    categories: tuple[str, ...]
    before: Patterns
    after: Patterns = ()
    moving: Patterns = ()
    switching: Patterns = ()
    people: tuple[str, ...] = ()
    us: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


class Kinds(Checked):
    """One table per kind."""

    role: Roles
    channel: Kind
    step: Kind
    criterion: Kind
    duration: Kind
    budget: Kind
    competitor: Names

    def listed(self, name: str) -> Kind:
        """Return the settings of one kind other than competitor."""
        kind = getattr(self, name)
        assert isinstance(kind, Kind)
        return kind


class Value(Checked):
    """One value of a listed kind: `says` is enough, `names` needs a cue or the question, `unless` forbids.

    A `fallback` counts only where no other value of its kind stands in the passage.
    """

    kind: Listed
    value: str
    means: str
    says: Patterns = ()
    names: Patterns = ()
    unless: Patterns = ()
    fallback: bool = False


class Alternative(Checked):
    """A way to do without a vendor, compared like one."""

    value: str
    names: Patterns


class Title(Checked):
    """Job titles that stand for one role in a purchase."""

    value: str
    titles: Patterns


class FactSettings(Checked):
    """Everything in facts.toml."""

    guards: Guards = Guards()
    kinds: Kinds
    value: tuple[Value, ...]
    alternative: tuple[Alternative, ...] = ()
    title: tuple[Title, ...] = ()


def load_fact_settings(workspace: Path | None = None) -> FactSettings:
    """Read and check facts.toml, the workspace's own before the shipped one."""
    table = read_toml(home.find("pipelines", FILE, workspace))
    _check_entries(table, "value", Value)
    _check_entries(table, "title", Title)
    _check_entries(table, "alternative", Alternative)
    settings = check(FactSettings, table, where=FILE)
    seen: set[tuple[str, str]] = set()
    for value in settings.value:
        if (value.kind, value.value) in seen:
            raise SettingsError(f'{FILE}: the {value.kind} "{value.value}" stands there twice.')
        seen.add((value.kind, value.value))
    return settings


@lru_cache(maxsize=8)
def title_settings(workspace: Path | None = None) -> tuple[Title, ...]:
    """Return the job titles of facts.toml, in the order in which they are tried."""
    return load_fact_settings(workspace).title


def _check_entries(table: dict[str, object], name: str, kind: type[Checked]) -> None:
    """Check each entry by itself, so that an error names it and not its number."""
    entries = table.get(name, [])
    if not isinstance(entries, list):
        raise SettingsError(f"{FILE}: {name} must be written as [[{name}]] tables.")
    for number, entry in enumerate(entries, start=1):
        told = entry.get("value", f"number {number}") if isinstance(entry, dict) else f"number {number}"
        check(kind, entry, where=f'{FILE}, {name} "{told}"')
