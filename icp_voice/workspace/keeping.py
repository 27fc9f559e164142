"""Verbs by which files that came by the browser are kept, and thrown out again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from icp_voice.errors import IcpVoiceError
from icp_voice.ingest.choices import Choices
from icp_voice.workspace.accounts import AccountVerbs
from icp_voice.workspace.base import Progress
from icp_voice.workspace.exchange import ExchangeVerbs

if TYPE_CHECKING:
    from icp_voice.ingest.add import Added, Arrivals
    from icp_voice.store.uploads import Staged, Uploads

# What is never a list of accounts nor a coded project, and needs no look before it is read.
_WORDS: Final = frozenset((".vtt", ".srt", ".txt", ".md", ".docx", ".pdf", ".eml", ".mbox"))
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


class KeepVerbs(AccountVerbs, ExchangeVerbs):
    """Verbs by which files that came by the browser are kept, and thrown out again."""

    @cached_property
    def uploads(self) -> Uploads:
        """What takes files in, and knows where the originals of kept ones lie."""
        from icp_voice.store.uploads import open_uploads

        return open_uploads(self.folder, file_mb=self.settings.limits.file_mb)

    def _reread(self) -> None:
        super()._reread()
        if uploads := vars(self).get("uploads"):
            uploads.file_mb = self.settings.limits.file_mb

    def upload_choices(self, staged: Staged) -> Choices:
        """Return what a person has said of a file so far."""
        import msgspec

        return msgspec.json.decode(staged.choices, type=Choices) if staged.choices else Choices()

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

    def remove_upload(self, file: str) -> list[str]:
        """Throw out what an upload brought, with its words and its original; return the ids of the documents.

        What people decided about it is remembered in case it comes again. Another upload that says the same counts now.
        """
        from icp_voice.ingest.add import Arrivals
        from icp_voice.store.uploads import FOLDER

        if not file.startswith(f"{FOLDER}/") or self.uploads.original(file) is None:
            raise IcpVoiceError(f'No upload is kept as "{file}".', hint="Name it as its documents do: uploads/call.vtt")
        with self.writing("remove") as store:
            gone = store.documents.below(file)
            released: set[str] = set()
            with store.transaction():
                for kept in gone:
                    store.sources.remember_id(kept.file, kept.key, kept.id)
                    store.sources.erase(kept.id)
                    released.update(store.documents.remove(kept.id))
                for name in {file, *(kept.file for kept in gone)}:
                    store.sources.forget_duplicates_in(name)
            self.uploads.forget(file)
            arrivals = Arrivals(store, self.settings, self.folder)
            for name in sorted(released - {kept.file for kept in gone}):
                if path := self.uploads.original(name):
                    arrivals.read(path, name=name)
            self._settle()
            self.note("remove", subject="upload", detail={"documents": [kept.id for kept in gone]})
        return [kept.id for kept in gone]

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
            name = self._free_name(name)
        self.uploads.name(staged.batch, staged.number, name)
        return name

    def _free_name(self, name: str) -> str:
        """Return the name with a number by which no kept file is known."""
        from icp_voice.store.names import with_number

        return with_number(name, lambda one: self.uploads.takes(one) or bool(self.store.documents.below(one)))

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
