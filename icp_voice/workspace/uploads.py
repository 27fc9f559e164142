"""Verbs about files that come by the browser: staged, looked at, changed by hand, and kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from icp_voice.errors import IcpVoiceError
from icp_voice.ingest.choices import Choices, checked_choices
from icp_voice.workspace.accounts import AccountVerbs
from icp_voice.workspace.base import Progress
from icp_voice.workspace.exchange import ExchangeVerbs

if TYPE_CHECKING:
    from icp_voice.ingest.add import Added, Arrivals
    from icp_voice.ingest.preview import Preview
    from icp_voice.model import Account
    from icp_voice.store.uploads import Staged, Uploads

# What is never a list of accounts nor a coded project, and needs no look before it is read.
_WORDS: Final = frozenset((".vtt", ".srt", ".txt", ".md", ".docx", ".pdf", ".eml", ".mbox"))
_LISTS: Final = frozenset((".csv", ".tsv", ".xlsx"))
_ORDER: Final = ("accounts", "project", "documents")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileResult:
    """What became of one file: counts by what happened, the documents it gave, or why it was not kept."""

    file: str
    purpose: str = "documents"
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicates: int = 0
    documents: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    error: str = ""
    hint: str = ""


Said = Callable[[FileResult], None]


class UploadVerbs(AccountVerbs, ExchangeVerbs):
    """Verbs about files that come by the browser. `uploads` takes them in; nothing is kept before `keep`."""

    @cached_property
    def uploads(self) -> Uploads:
        """What takes files in, and knows where the originals of kept ones lie."""
        from icp_voice.store.uploads import open_uploads

        return open_uploads(self.folder, file_mb=self.settings.limits.file_mb)

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
        return preview(
            self.store,
            self.settings,
            self.uploads.path(batch, number),
            known,
            self.upload_choices(staged),
            known_file=self.uploads.original(known) is not None,
            coming=self._coming(batch),
        )

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

    def upload_choices(self, staged: Staged) -> Choices:
        """Return what a person has said of a file so far."""
        import msgspec

        return msgspec.json.decode(staged.choices, type=Choices) if staged.choices else Choices()

    def choose_upload(self, batch: str, number: int, choices: Choices) -> None:
        """Keep what a person says of a file of an upload; it holds when the file is kept."""
        import msgspec

        from icp_voice.profile.icp import find_account

        if choices.account:
            choices = replace(choices, account=find_account(self.store, choices.account).id)
        self.uploads.staged(batch, number)
        self.uploads.choose(batch, number, msgspec.json.encode(checked_choices(choices)).decode())

    def keep(self, batch: str, *, progress: Progress | None = None, said: Said | None = None) -> list[FileResult]:
        """Keep the files of an upload: accounts first, so that words find theirs. One that cannot be kept costs its line.

        Stopped at any moment, the next call goes on with what is left. `said` is told of each file as it is done.
        """
        tell = said or (lambda result: None)
        waiting = [one for one in self.uploads.batch(batch).files if one.state != "kept"]
        waiting = [one for one in waiting if not self.upload_choices(one).skip]
        sorted_ = sorted(((self._purpose(one), one) for one in waiting), key=lambda pair: _ORDER.index(pair[0]))
        results: list[FileResult] = []
        done = 0

        def advance() -> None:
            nonlocal done
            done += 1
            if progress:
                progress("reading", done, len(sorted_))

        for purpose, staged in sorted_:
            if purpose != "documents":
                results.append(self._kept(staged, self._keep_by_itself(purpose, staged)))
                tell(results[-1])
                advance()
        words = [staged for purpose, staged in sorted_ if purpose == "documents"]
        if words:
            results += self._keep_words(words, tell, advance)
        return results

    def run_steps(self) -> tuple[str, ...]:
        """Return the names of the steps that a run will take."""
        from icp_voice.run import step_names

        return step_names(self.folder)

    def _keep_words(self, files: list[Staged], tell: Said, advance: Callable[[], None]) -> list[FileResult]:
        from icp_voice.ingest.add import Arrivals
        from icp_voice.profile import icp

        results: dict[str, FileResult] = {}
        with self.writing("keep") as store:
            arrivals = Arrivals(store, self.settings, self.folder)
            for staged in files:
                name = self._settled_name(staged)
                choices = self.upload_choices(staged)
                arrivals.read(self.uploads.path(staged.batch, staged.number), name=name, choices=choices)
                results[name] = self._kept(staged, _result(name, arrivals))
                tell(results[name])
                advance()
            for name, before in results.items():  # what was read once more when another file had changed
                if (now := _result(name, arrivals)) != before:
                    results[name] = now
                    tell(now)
            icp.apply_rule(store, self.tag)
            self._settle()
            self.note("add", subject="upload", detail=_counts(arrivals.added))
        return list(results.values())

    def _keep_by_itself(self, purpose: str, staged: Staged) -> FileResult:
        """Import a list of accounts, or what researchers coded."""
        name, path = staged.name, self.uploads.path(staged.batch, staged.number)
        choices = self.upload_choices(staged)
        self.uploads.name(staged.batch, staged.number, self._wanted_name(staged))
        try:
            if purpose == "accounts":
                brought = self.import_accounts(path, mapping=choices.mapping, name=name)
                return FileResult(
                    file=name,
                    purpose=purpose,
                    new=brought.new,
                    updated=brought.accounts - brought.new,
                    warnings=brought.warnings,
                )
            coded = self.import_coded(path, name=self._wanted_name(staged), by=self.by)
            return FileResult(
                file=name,
                purpose=purpose,
                new=len(coded.new),
                unchanged=len(coded.known),
                documents=tuple(coded.new),
                warnings=tuple(coded.notes),
            )
        except IcpVoiceError as error:
            return FileResult(file=name, purpose=purpose, error=error.message, hint=error.hint)

    def _kept(self, staged: Staged, result: FileResult) -> FileResult:
        """Note what became of a file."""
        if result.error:
            self.uploads.failed(staged.batch, staged.number, result.error, result.hint)
        else:
            self.uploads.kept(staged.batch, staged.number)
        return result

    def _purpose(self, staged: Staged) -> str:
        """Return what a file comes for: as chosen, else as a look at it tells."""
        from icp_voice.ingest.apart.reader import look

        chosen = self.upload_choices(staged)
        if chosen.purpose:
            return chosen.purpose
        if PurePosixPath(staged.name).suffix.lower() in _WORDS:
            return "documents"
        path = self.uploads.path(staged.batch, staged.number)
        return look(path, staged.name, self.settings.limits, chosen.mapping).look.purpose or "documents"

    def _wanted_name(self, staged: Staged) -> str:
        """Return the name under which a file would be kept if nothing else is kept under it."""
        from icp_voice.store.uploads import FOLDER

        return f"{FOLDER}/{staged.name}"

    def _settled_name(self, staged: Staged) -> str:
        """Return the name under which a file is kept: that of an older version, or one of its own. It stays so."""
        if staged.file:
            return staged.file
        name = self._wanted_name(staged)
        known = self.uploads.original(name) is not None or bool(self.store.documents.of_file(name))
        if known and self._same_name(staged, name) == "both":
            name = self.uploads.free_name(name)
        self.uploads.name(staged.batch, staged.number, name)
        return name

    def _same_name(self, staged: Staged, name: str) -> str:
        from icp_voice.ingest.apart.reader import look
        from icp_voice.ingest.preview import same_name

        choices = self.upload_choices(staged)
        if choices.same_name:
            return choices.same_name
        path = self.uploads.path(staged.batch, staged.number)
        found = look(path, name, self.settings.limits, choices.mapping, purpose="documents")
        return same_name(self.store, found.documents, name)


def _result(name: str, arrivals: Arrivals) -> FileResult:
    became = arrivals.became(name)
    error = became.errors[0] if became.errors else None
    documents = dict.fromkeys((*became.new, *became.updated))
    kept = bool(documents or became.unchanged or became.duplicates)
    warnings = [warning.removeprefix(f"{name}: ") for warning in became.warnings]
    if error and kept:  # one file of an archive
        warnings.append(f"{error.file}: {error.error}")
    return FileResult(
        file=name.partition("/")[2],
        new=len(became.new),
        updated=len(became.updated),
        unchanged=len(became.unchanged),
        duplicates=len(became.duplicates),
        documents=tuple(documents)[:100],
        warnings=tuple(warnings[:20]),
        error=error.error if error and not kept else "",
        hint=error.hint if error and not kept else "",
    )


def _counts(added: Added) -> dict[str, object]:
    return {
        "files": added.files,
        "new": len(added.new),
        "updated": len(added.updated),
        "duplicates": len(added.duplicates),
        "errors": len(added.errors),
    }
