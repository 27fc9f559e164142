"""Verbs that change settings and codebook, for people who do not edit TOML: checked, tried, and then written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from icp_voice.errors import SettingsError
from icp_voice.settings.form import Given, Setting, settings_form, with_changes, write_text
from icp_voice.workspace.base import Base

if TYPE_CHECKING:
    from icp_voice.profile.effect import Effect
    from icp_voice.settings import Settings

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
