"""The codebook: what we look for in customers' words, and the examples that teach it."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from icp_voice import home
from icp_voice.errors import SettingsError, did_you_mean, unknown
from icp_voice.settings.checked import Checked, check, read_toml

FILE = "codebook.toml"
FEWEST_EXAMPLES = 3


class Category(Checked):
    """One thing to look for.

    `expected_of` says of whom silence is a gap; `enough` is how many highlights make a cell covered; `asked_as` are
    other ways in which its question is asked, in forms and by people. One that is `hidden` is not looked for.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    title: str
    definition: str
    question: str
    expected_of: Literal["icp", "churned", "nobody"] = "nobody"
    enough: Annotated[int, Field(ge=1)] = 2
    asked_as: tuple[str, ...] = ()
    interview_questions: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Example:
    """A passage with the categories it carries, and with `known`: those categories it has been judged for.

    The shipped model has learned from what is `shipped`; all others are a workspace's own.
    """

    text: str
    context: str
    labels: frozenset[str]
    known: frozenset[str]
    shipped: bool = False


@dataclass(frozen=True, slots=True)
class Codebook:
    """The categories in their order, all examples, and the categories that were hidden."""

    categories: tuple[Category, ...]
    examples: tuple[Example, ...]
    hidden: tuple[Category, ...] = ()

    def __iter__(self) -> Iterator[Category]:
        return iter(self.categories)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the categories, in the codebook's order."""
        return tuple(category.name for category in self.categories)

    @property
    def own(self) -> tuple[str, ...]:
        """The names of the categories that are a user's own, of which the shipped model knows nothing."""
        return tuple(name for name in self.names if name not in SHIPPED)

    def __getitem__(self, name: str) -> Category:
        for category in self.categories:
            if category.name == name:
                return category
        raise unknown("category", name, self.names)


class _File(Checked):
    category: tuple[Category, ...] = ()


def load_codebook(workspace: Path | None = None) -> Codebook:
    """Read and check the codebook, the workspace's own before the shipped one, with all examples."""
    entries = checked_categories(read_toml(home.find("pipelines", FILE, workspace)))
    categories = tuple(category for category in entries if not category.hidden)
    known = _shipped_entries()
    own = [example for category in categories for example in _own_examples(category, known)]
    hidden = frozenset(category.name for category in entries if category.hidden)
    shipped = _shipped_examples(frozenset(category.name for category in categories), hidden, workspace)
    return Codebook(categories, (*own, *shipped), tuple(category for category in entries if category.hidden))


def with_draft(codebook: Codebook, draft: Category) -> Codebook:
    """Return the codebook as it would be with this category in it, new or in place of the one of its name."""
    names = codebook.names
    categories = tuple(draft if category.name == draft.name else category for category in codebook)
    categories = categories if draft.name in names else (*categories, draft)
    gone = {draft.name: codebook[draft.name]} if draft.name in names else {}
    texts = {text for before in gone.values() for text in (*before.examples, *before.counter_examples)}
    only = frozenset({draft.name})
    rest = (one for one in codebook.examples if one.context or one.known != only or one.text not in texts)
    return Codebook(categories, (*_own_examples(draft, _shipped_entries()), *rest), codebook.hidden)


def checked_categories(table: dict[str, object]) -> tuple[Category, ...]:
    """Return the categories of a codebook's table, hidden ones too; SettingsError names category and key."""
    _check_entries(table)
    categories = check(_File, table, where=FILE).category
    if not any(not category.hidden for category in categories):
        raise SettingsError(f"{FILE}: there is no category.", hint="Each one is a [[category]] table.")
    _check_categories(categories)
    return categories


def _check_entries(table: dict[str, object]) -> None:
    """Check each entry by itself, so that an error names its category and not its number."""
    entries = table.get("category", [])
    if not isinstance(entries, list):
        raise SettingsError(f"{FILE}: category must be written as [[category]] tables.")
    for number, entry in enumerate(entries, start=1):
        name = entry.get("name", f"number {number}") if isinstance(entry, dict) else f"number {number}"
        check(Category, entry, where=f'{FILE}, category "{name}"')


def _check_categories(categories: tuple[Category, ...]) -> None:
    seen: set[str] = set()
    for category in categories:
        if category.name in seen:
            raise SettingsError(f'{FILE}: the category "{category.name}" stands there twice.', field="name")
        seen.add(category.name)
        if len(category.examples) < FEWEST_EXAMPLES:
            raise SettingsError(
                f'{FILE}, category "{category.name}": {len(category.examples)} examples are too few to learn from.',
                hint=f"Give at least {FEWEST_EXAMPLES} sentences in examples = [...], better ten.",
                field="examples",
            )


def _own_examples(category: Category, shipped: frozenset[tuple[str, str, bool]]) -> Iterator[Example]:
    known = frozenset({category.name})
    for texts, holds in ((category.examples, True), (category.counter_examples, False)):
        for text in texts:
            yield Example(text, "", known if holds else frozenset(), known, (category.name, text, holds) in shipped)


@functools.cache
def _shipped_entries() -> frozenset[tuple[str, str, bool]]:
    """Return (category, text, whether it holds) for the examples in the shipped codebook's entries.

    A workspace begins with a copy of them.
    """
    entries = read_toml(home.find("pipelines", FILE)).get("category", ())
    return frozenset(
        (entry["name"], text, holds)
        for entry in entries
        for key, holds in (("examples", True), ("counter_examples", False))
        for text in entry.get(key, ())
    )


def _shipped_examples(names: frozenset[str], hidden: frozenset[str], workspace: Path | None) -> Iterator[Example]:
    for folder in home.folders("pipelines", workspace):
        shipped = folder == home.find("pipelines", FILE).parent
        for path in sorted((folder / "examples").glob("*.jsonl")):
            yield from _example_file(path, names, hidden, shipped=shipped)


def _example_file(path: Path, names: frozenset[str], hidden: frozenset[str], *, shipped: bool) -> Iterator[Example]:
    judged = frozenset(name for name in names if name in SHIPPED)
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        where = f"{path.name} line {number}"
        try:
            row = json.loads(line)
            labels = frozenset(row["labels"])
            text, context = str(row["text"]), str(row.get("context", ""))
        except (ValueError, KeyError, TypeError) as error:
            raise SettingsError(f'{where}: must be {{"text": ..., "context": ..., "labels": [...]}}.') from error
        for label in labels - names - hidden - SHIPPED:
            raise SettingsError(f'{where}: no category "{label}".', hint=did_you_mean(label, names).strip())
        yield Example(text, context, labels & names, judged | (labels & names), shipped)


# The shipped examples were judged for all of these at once; a category of a user's own was not looked for in them.
JUDGED = (
    "pain_point",
    "buying_process",
    "discovery_channel",
    "why_they_buy",
    "praise",
    "churn_reason",
    "goal",
    "trigger",
    "feature_request",
)
SHIPPED = frozenset(JUDGED)
