"""Verbs that change settings and codebook, for people who do not edit TOML: checked, tried, and then written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from icp_voice.errors import IcpVoiceError, SettingsError, unknown
from icp_voice.settings import codebook_file
from icp_voice.settings.form import Given, Setting, settings_form, with_changes, write_text
from icp_voice.workspace.base import Base

if TYPE_CHECKING:
    from icp_voice.profile.effect import Effect
    from icp_voice.run.trying import Finds, Likeness, Tried, Trier
    from icp_voice.settings import Category, Settings

MOST_TRIED = 200
LONGEST_TRIED = 2_000
# Who we are tells sides and accounts.
_SETTLING = ("company", "domains", "people")


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What a change of settings did: which keys differ now, and what that did to speakers and documents."""

    keys: tuple[str, ...]
    effect: Effect


class EditingVerbs(Base):
    """Verbs that change settings and codebook."""

    def settings_form(self) -> tuple[Setting, ...]:
        """Return every setting with its title, help, value and what is allowed, in the order of the file."""
        return settings_form(self.settings)

    def would_change(self, changes: Mapping[str, Given | None]) -> Changed:
        """Say what `change_settings` would do, without doing it."""
        _, wanted = with_changes(self.folder, changes)
        return self._changed(wanted)

    def change_settings(self, changes: Mapping[str, Given | None]) -> Changed:
        """Change settings by their keys, such as {"domains": [...], "tags.threshold": 0.5}; None is the default again.

        What is not allowed raises SettingsError with the key as its `field`, and nothing is written. Sides and accounts
        are told anew where who we are has changed. Comments in the file and its order stay.
        """
        if not self.would_change(changes).keys:
            return self.would_change({})
        detail: dict[str, object] = {}
        with self.noting("settings", detail=detail):
            text, wanted = with_changes(self.folder, changes)
            done = self._changed(wanted)
            detail |= {"keys": list(done.keys), "speakers": done.effect.speakers, "documents": done.effect.documents}
            if done.effect.documents or set(done.keys) & set(_SETTLING):
                self._settle_by(wanted)
            # Last, because a file is not taken back when something fails.
            write_text(self.folder, text)
        self.fresh()
        return done

    def put_category(self, category: Mapping[str, object]) -> Category:
        """Add a category, or change the one of this name: of one that is known, only the keys given change.

        Lists (examples, counter_examples, interview_questions, asked_as) may be texts with one sentence a line. What is
        not allowed raises SettingsError with the key as its `field`. The next run codes by it.
        """
        wanted = self._draft(category)
        with self._editing("category", wanted.name):
            codebook_file.put_category(self.folder, wanted)
        return wanted

    def remove_category(self, name: str) -> bool:
        """Take a category out of the codebook; a shipped one is hidden and can be shown again (then True is returned).

        Tags of people stay, and hold again when the category returns.
        """
        with self._editing("category removed", name):
            return codebook_file.remove_category(self.folder, name)

    def hide_category(self, name: str, *, hidden: bool = True) -> None:
        """Look for a category no more, or again."""
        with self._editing("category hidden" if hidden else "category shown", name):
            codebook_file.hide_category(self.folder, name, hidden=hidden)

    def order_categories(self, names: Sequence[str]) -> None:
        """Put the categories into this order, in the codebook and in all that follows it."""
        with self._editing("categories ordered", ", ".join(names)):
            codebook_file.order_categories(self.folder, names)

    def try_category(
        self, draft: str | Mapping[str, object], texts: Sequence[str], *, contexts: Sequence[str] = ()
    ) -> list[Tried]:
        """Return how any texts would be coded under a category or a draft of one; nothing is saved and no run needed.

        `contexts` are what was said before each text, if anything.
        """
        if len(texts) > MOST_TRIED:
            raise IcpVoiceError(f"{len(texts)} texts are too many to try.", hint=f"Give at most {MOST_TRIED} at once.")
        return self._trier.tried(self._draft(draft, trying=True), texts, contexts=contexts)

    def try_text(self, text: str, draft: str | Mapping[str, object] = "") -> tuple[Likeness, ...]:
        """Return what every category makes of a text, and each one's nearest example; a draft may stand among them."""
        if not text.strip():
            return ()
        text = " ".join(text.split())[:LONGEST_TRIED]
        return self._trier.likenesses(self._draft(draft or self.codebook.names[0], trying=True), text)

    def draft_finds(self, draft: str | Mapping[str, object], *, most: int = 10) -> Finds:
        """Return which passages of this workspace a category or a draft of one would catch."""
        return self._trier.finds(self._draft(draft, trying=True), self.index, most=most)

    def _draft(self, given: str | Mapping[str, object], *, trying: bool = False) -> Category:
        self.fresh()
        known = (*self.codebook, *self.codebook.hidden)
        if isinstance(given, str):
            if given not in {category.name for category in known}:
                raise unknown("category", given, [category.name for category in known])
            given = {"name": given}
        return codebook_file.draft(given, known, trying=trying)

    @property
    def _trier(self) -> Trier:
        from icp_voice.run.trying import Trier

        tools = self.fresh().tools
        kept: Trier | None = self.__dict__.get("_tries")
        if kept is None or kept.store is not self.store:
            kept = self.__dict__["_tries"] = Trier(self.store, tools)
        kept.use(tools)
        return kept

    @contextmanager
    def _editing(self, verb: str, subject: str) -> Iterator[None]:
        with self.noting(verb, subject=subject):
            yield
        self.fresh()

    def _changed(self, wanted: Settings) -> Changed:
        from icp_voice.profile.effect import Effect, effect

        self.fresh()
        self._check_rule(wanted.coverage.churned)
        before = {setting.name: setting.value for setting in settings_form(self.settings)}
        keys = tuple(one.name for one in settings_form(wanted) if one.value != before[one.name])
        if not set(keys) & set(_SETTLING):
            return Changed(keys=keys, effect=Effect())
        from icp_voice.ingest.settle import resolved

        return Changed(keys=keys, effect=effect(resolved(self.store, wanted)))

    def _check_rule(self, text: str) -> None:
        from icp_voice.errors import RuleError
        from icp_voice.profile.rule_parser import parse_rule

        try:
            parse_rule(text)
        except RuleError as error:
            raise SettingsError(error.message, hint=error.hint, field="coverage.churned") from error

    def _settle_by(self, wanted: Settings) -> None:
        from icp_voice.ingest.settle import settle

        settle(self.store, wanted)
