"""Codes of researchers and our categories: which is which by name, which become new ones, which are left out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from icp_voice.errors import IcpVoiceError, unknown
from icp_voice.ingest.exchange.project import Code, Project
from icp_voice.model import Theme
from icp_voice.settings import Category, Codebook
from icp_voice.settings.codebook import FEWEST_EXAMPLES
from icp_voice.store.exchanged import described, guid

_MOST_EXAMPLES: Final = 30
_LONGEST_EXAMPLE: Final = 400
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the user decided: `mapping` of codes to categories, `skip` for codes that stay out, `by` for no name."""

    mapping: Mapping[str, str] = field(default_factory=dict)
    skip: frozenset[str] = frozenset()
    by: str = "imported"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What becomes of each code, by its id: its category, or nothing.

    `exact` are codes that mean just their category; the others are told as their part of it. `decided` are those
    whose own name is not the category's. `new` are categories to
    add, `thin` codes too small to become one.
    """

    category: Mapping[str, str]
    themes: Mapping[str, str]
    exact: frozenset[str]
    decided: frozenset[str]
    new: tuple[Category, ...]
    thin: tuple[str, ...]
    skipped: tuple[str, ...]


def plan(project: Project, codebook: Codebook, themes: Iterable[Theme], choices: Choices) -> Plan:
    """Decide what becomes of every code."""
    return _Planner(project, codebook, themes, choices).plan()


class _Planner:
    def __init__(self, project: Project, codebook: Codebook, themes: Iterable[Theme], choices: Choices) -> None:
        self._project = project
        self._codebook = codebook
        self._themes = {guid("theme", theme.id): theme for theme in themes}
        self._choices = choices
        self._names = {_key(one.title): one.name for one in codebook} | {_key(one.name): one.name for one in codebook}
        self._ids = {guid("category", one.name): one.name for one in codebook}
        self._by_path = {code.path: code for code in project.codes}
        self._found: dict[str, str] = {}
        self._exact: set[str] = set()
        self._as_known: set[str] = set()
        self._fresh: dict[str, Code] = {}  # name of a new category -> the code it is made from

    def plan(self) -> Plan:
        mapped, skipped = self._named(self._choices.mapping), self._named(self._choices.skip)
        for code in sorted(self._project.codes, key=lambda code: len(code.path)):
            if any(code.path[:depth] in skipped for depth in range(1, len(code.path) + 1)):
                continue
            if code.path in mapped:
                self._found[code.id] = self._wanted(self._choices.mapping[mapped[code.path]], code)
            else:
                self._find(code)
        new, thin = self._new_categories()
        names = {*self._codebook.names, *(category.name for category in new)}
        themes = {code.id: self._themes[code.id].id for code in self._project.codes if code.id in self._themes}
        return Plan(
            category={code: name for code, name in self._found.items() if name in names},
            themes=themes,
            exact=frozenset(self._exact),
            decided=frozenset(code for code in self._found if code not in self._as_known and code not in self._themes),
            new=tuple(new),
            thin=tuple(thin),
            skipped=tuple(sorted("/".join(path) for path in skipped)),
        )

    def _named(self, said: Iterable[str]) -> dict[tuple[str, ...], str]:
        """Return the path of each code that the user names: by its whole path, or by its own name."""
        found: dict[tuple[str, ...], str] = {}
        for name in said:
            paths = [code.path for code in self._project.codes if _key(code.name) == _key(name)]
            paths = paths or [code.path for code in self._project.codes if _key(code.path[-1]) == _key(name)]
            if not paths:
                raise unknown("code", name, [code.name for code in self._project.codes])
            found |= dict.fromkeys(paths, name)
        return found

    def _wanted(self, said: str, code: Code) -> str:
        """Return the category that the user wants for a code: a known one, or a new one of this name."""
        if known := self._names.get(_key(said)):
            return known
        if not _NAME.fullmatch(said):
            raise IcpVoiceError(
                f'--map: "{said}" is no name of a category.',
                hint=f"Known: {', '.join(self._codebook.names)}. A new one is named in small letters, such as slow_approvals.",
            )
        self._fresh.setdefault(said, code)
        return said

    def _find(self, code: Code) -> None:
        parent = next(
            (
                self._by_path[code.path[:depth]].id
                for depth in range(len(code.path) - 1, 0, -1)
                if code.path[:depth] in self._by_path and self._by_path[code.path[:depth]].id in self._found
            ),
            "",
        )
        known = self._ids.get(code.id) or self._names.get(_key(code.path[-1])) or self._names.get(_slug(code.path[-1]))
        if known:
            self._found[code.id] = known
            self._exact.add(code.id)
            self._as_known.add(code.id)
        elif code.id in self._themes:
            self._found[code.id] = self._themes[code.id].category
        elif parent:
            self._found[code.id] = self._found[parent]
        elif code.codable:
            name = _slug(code.path[-1]) or "code"
            while name in self._fresh or name in self._codebook.names:
                name += "_too"
            self._fresh[name] = code
            self._found[code.id] = name
            self._exact.add(code.id)

    def _new_categories(self) -> tuple[list[Category], list[str]]:
        """Return the new categories, and the names of codes of which too little is known to teach one."""
        said = self._words()
        new, thin = [], []
        for name, code in self._fresh.items():
            title = code.path[-1]
            definition, question, examples, against = described(code.description)
            told = [*examples, *said.get(name, [])][:_MOST_EXAMPLES]
            # What a code is called and what it means teach as well, where few passages do.
            told += [one for one in (definition[:_LONGEST_EXAMPLE], title) if one and len(told) < FEWEST_EXAMPLES]
            told = list(dict.fromkeys(told))
            if len(told) < FEWEST_EXAMPLES:
                thin.append(code.name)
                continue
            new.append(
                Category(
                    name=name,
                    title=title,
                    definition=definition or f"What researchers coded as “{title}”.",
                    question=question or f"What do customers say about “{title}”?",
                    examples=tuple(told),
                    counter_examples=against,
                )
            )
        return new, thin

    def _words(self) -> dict[str, list[str]]:
        """Return new category -> the words of its passages, each once, in the order they stand."""
        found: dict[str, dict[str, None]] = {}
        for passage in self._project.passages:
            turns = self._project.documents[passage.document].turns
            words = [" ".join(turns[turn].text[start:end].split()) for turn, start, end in passage.pieces]
            for coded in passage.coded:
                name = self._found.get(coded.code, "")
                if name in self._fresh:
                    told = (one[:_LONGEST_EXAMPLE] for one in words if any(map(str.isalpha, one)))
                    found.setdefault(name, {}).update(dict.fromkeys(told))
        return {name: list(words) for name, words in found.items()}


def _key(name: str) -> str:
    return " ".join(re.split(r"[\s_]+", unicodedata.normalize("NFC", name).casefold().strip()))


def _slug(name: str) -> str:
    """Return a name as categories have one: small Latin letters, digits and underscores; nothing if none is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_0123456789")[:60].strip("_")
