"""Verbs about files that came by the browser, before they are kept: looked at, and changed by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from icp_voice.ingest.choices import Choices, checked_choices
from icp_voice.workspace.keeping import KeepVerbs

if TYPE_CHECKING:
    from icp_voice.ingest.preview import Preview
    from icp_voice.model import Account

_LISTS: Final = frozenset((".csv", ".tsv", ".xlsx"))


class UploadVerbs(KeepVerbs):
    """Verbs about files that came by the browser. `uploads` takes them in; nothing is kept before `keep`."""

    def preview(self, path: str | Path, *, name: str = "", choices: Choices | None = None) -> Preview:
        """Say what would become of a file, known as `name`, if it were kept as the choices say; nothing is kept."""
        from icp_voice.ingest.files import file_name
        from icp_voice.ingest.preview import preview

        known = name or file_name(Path(path), self.folder)
        return preview(self.store, self.settings, Path(path), known, checked_choices(choices or Choices()))

    def preview_upload(self, batch: str, number: int) -> Preview:
        """Say what would become of one file of an upload, as its choices are now."""
        from icp_voice.ingest.preview import preview

        staged = self.uploads.staged(batch, number)
        known = self._wanted_name(staged)
        shown = preview(
            self.store,
            self.settings,
            self.uploads.path(batch, number),
            known,
            self.upload_choices(staged),
            known_file=self.uploads.original(known) is not None,
            coming=self._coming(batch),
        )
        return replace(shown, file=self._free_name(known)) if shown.same_name == "both" else shown

    def _coming(self, batch: str) -> list[Account]:
        """Return the accounts that other files of an upload will bring: words are shown with them already."""
        from icp_voice.ingest.apart.reader import look

        coming: list[Account] = []
        for one in self.uploads.batch(batch).files:
            choices = self.upload_choices(one)
            named = PurePosixPath(one.name).suffix.lower() in _LISTS
            if choices.skip or not (named or choices.purpose == "accounts") or choices.purpose == "documents":
                continue
            asked = (batch, one.number, one.choices)
            if asked not in self._brought:
                path = self.uploads.path(batch, one.number)
                found = look(path, one.name, self.settings.limits, choices.mapping, purpose=choices.purpose)
                self._brought[asked] = found.accounts.accounts
            coming += self._brought[asked]
        return coming

    @cached_property
    def _brought(self) -> dict[tuple[str, int, str], list[Account]]:
        """The accounts in files of uploads that were looked at; such a file does not change."""
        return {}

    def choose_upload(self, batch: str, number: int, choices: Choices) -> None:
        """Keep what a person says of a file of an upload; it holds when the file is kept."""
        import msgspec

        from icp_voice.profile.icp import find_account

        if choices.account:
            choices = replace(choices, account=find_account(self.store, choices.account).id)
        self.uploads.staged(batch, number)
        self.uploads.choose(batch, number, msgspec.json.encode(checked_choices(choices)).decode())

    def choose_for_all(self, batch: str, said: Choices) -> int:
        """Say the same of every file of an upload that is not kept yet: account, kind and date; return of how many."""
        from icp_voice.profile.icp import find_account

        account = find_account(self.store, said.account).id if said.account else ""

        def with_that(before: Choices) -> Choices:
            after = replace(before, kind=said.kind or before.kind, date=said.date or before.date)
            if account or said.new_account:
                after = replace(after, account=account, new_account=said.new_account)
            return checked_choices(after)

        waiting = [one for one in self.uploads.batch(batch).files if one.state != "kept"]
        for one, choices in [(one, with_that(self.upload_choices(one))) for one in waiting]:
            self.choose_upload(batch, one.number, choices)
        return len(waiting)

    def map_upload(self, batch: str, number: int, meanings: Sequence[tuple[str, str]]) -> None:
        """Say what each column of a table means, as a person has gone through them all; it holds when the file is kept."""
        from icp_voice.ingest.look import mapping_of

        shown = self.preview_upload(batch, number)
        before = self.upload_choices(self.uploads.staged(batch, number))
        mapping = mapping_of(meanings, shown.fields)
        self.choose_upload(batch, number, replace(before, mapping=mapping, purpose=shown.purpose))

    def leave_out(self, batch: str, number: int, *, left: bool = True) -> None:
        """Leave a file of an upload where it is when the others are kept, or take it in again."""
        before = self.upload_choices(self.uploads.staged(batch, number))
        self.choose_upload(batch, number, replace(before, skip=left))
