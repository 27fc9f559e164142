"""What every verb stands on: the folder, its settings, its store, its models, and the right to write."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from icp_voice.errors import WorkspaceError
from icp_voice.lock import Lock
from icp_voice.model import Change, View
from icp_voice.settings import Codebook, Settings, load_codebook, load_settings
from icp_voice.settings.codebook import FILE as CODEBOOK_FILE
from icp_voice.settings.settings import FILE as SETTINGS_FILE

if TYPE_CHECKING:
    from icp_voice.evaluate.ground import Ground
    from icp_voice.profile.index import Index
    from icp_voice.profile.told_changes import ToldChange
    from icp_voice.run import Tools
    from icp_voice.store import Store
    from icp_voice.store.before import Row
    from icp_voice.store.redactions import Privacy

STORE = "voice.db"
ME = "me"
Progress = Callable[[str, int, int], None]


class Base:
    """A folder with settings, codebook and everything that was heard.

    `by` names who acts: decisions and changes carry that name. `notice` is told when it has to wait.
    """

    def __init__(self, folder: str | Path = ".", *, by: str = ME, notice: Callable[[str], None] | None = None) -> None:
        self.folder = Path(folder)
        self.by = by.strip() or ME
        if not (self.folder / SETTINGS_FILE).is_file():
            raise WorkspaceError(
                f"{self.folder.resolve()} is not a workspace.",
                hint=f'Make one with: icp-voice init {folder} --company "NAME" --domain OURS.EXAMPLE',
            )
        self._lock = Lock(self.folder / "voice.lock", notice)
        self._marks: tuple[object, ...] = ()

    def fresh(self) -> Self:
        """Notice that somebody has changed the settings or the codebook since; models that stay the same stay open."""
        marks = tuple(map(_mark, (self.folder / SETTINGS_FILE, self.folder / "pipelines" / CODEBOOK_FILE)))
        if marks != self._marks:
            self._marks = marks
            self._reread()
        return self

    def _reread(self) -> None:
        """Forget what was read of settings and codebook."""
        tools = self.__dict__.pop("tools", None)
        for name in ("settings", "codebook"):
            self.__dict__.pop(name, None)
        if tools is not None:
            self.__dict__["tools"] = tools.anew(self.settings, self.codebook)
        if store := self.__dict__.get("store"):
            store.redactions.privacy = self._privacy()

    def _privacy(self) -> Privacy:
        from icp_voice.store.redactions import Privacy

        privacy = self.settings.privacy
        return Privacy(proposed=privacy.redact == "proposed", names=privacy.hide_speakers)

    @cached_property
    def settings(self) -> Settings:
        """The checked settings."""
        return load_settings(self.folder)

    @cached_property
    def store(self) -> Store:
        """The open file."""
        # Imported late: sqlite-utils brings pandas along, and `--help` needs neither.
        from icp_voice.store import open_store

        return open_store(self.folder / STORE, self._privacy())

    @cached_property
    def tools(self) -> Tools:
        """The models, opened when first needed."""
        from icp_voice.run import Tools

        return Tools(self.settings, self.codebook, self.folder)

    @cached_property
    def index(self) -> Index:
        """What questions are searched in; all who have this workspace open in one process share it."""
        from icp_voice.profile.index import index_of

        return index_of(self.folder / STORE)

    @cached_property
    def codebook(self) -> Codebook:
        """The categories and the examples that teach them."""
        return load_codebook(self.folder)

    @property
    def ground(self) -> Ground:
        """What the measures of `icp_voice.evaluate` work with: this workspace's models, settings and corrections."""
        from icp_voice.evaluate.ground import Ground

        return Ground(self.tools, self.store)

    @property
    def tag(self) -> str:
        """The account tag that the document is about: `ICP` unless set otherwise."""
        return self.settings.coverage.tag

    @contextmanager
    def writing(self, what: str) -> Iterator[Store]:
        """Hold the workspace for writing; a second process waits, or is told who holds it."""
        with self._lock.held(what):
            yield self.store

    @contextmanager
    def noting(
        self,
        verb: str,
        *,
        subject: str = "",
        detail: Mapping[str, object] | None = None,
        by: str = "",
        touches: str = "",
    ) -> Iterator[Store]:
        """Hold the store for a short change, and record it with who and when; it happens wholly or not at all.

        Unlike `writing` it does not wait for a run to end. `detail` is read when the change is done, so it may be
        filled inside; it holds ids, categories and counts, never words of customers. A change inside another is part
        of it. `touches` names what only the latest change of it may undo.
        """
        from icp_voice.store.changes import now

        store, filled = self.store, {} if detail is None else detail
        with store.transaction():
            yield store
            store.changes.note(at=now(), by=by or self.by, verb=verb, subject=subject, detail=filled, touches=touches)

    @contextmanager
    def replacing(
        self, verb: str, subject: str, rows: Sequence[Row], *, detail: dict[str, object] | None = None
    ) -> Iterator[Store]:
        """Hold the store for a change of some rows, and keep what stood there: it can be taken back."""
        filled: dict[str, object] = {} if detail is None else detail
        with self.noting(verb, subject=subject, detail=filled, touches=f"{rows[0][0]}:{subject}") as store:
            with store.before.keeping(rows, filled):
                yield store

    def note(self, verb: str, *, subject: str = "", detail: Mapping[str, object] | None = None) -> None:
        """Record what a verb under `writing` has done, if it changed anything: one line with its counts."""
        with self.noting(verb, subject=subject, detail=detail):
            pass

    def changes(self, *, before: int = 0, most: int = 50, by: str = "", verb: str = "") -> list[Change]:
        """Return who did what, the latest first; `before` is the number at which the page before ended."""
        return self.store.changes.page(before=before, most=most, by=by, verb=verb)

    def told_changes(self, *, before: int = 0, most: int = 50, by: str = "", verb: str = "") -> tuple[ToldChange, ...]:
        """Return the same in words, with where the thing is that each change is about."""
        from icp_voice.profile.told_changes import told_changes

        return told_changes(self.store, self.codebook, self.changes(before=before, most=most, by=by, verb=verb))

    def change_choices(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return who has changed anything, and by which verbs: what a list of changes can be narrowed by."""
        return self.store.changes.choices()

    def accounts_changed(self, store: Store) -> None:
        """Tell anew who is in by rule, and whose words documents hold: accounts are other than they were."""
        from icp_voice.profile import icp

        icp.apply_rule(store, self.tag)
        self._settle()

    def _settle(self) -> None:
        """Tell sides and accounts of all documents anew: accounts, settings or people's word may have changed."""
        from icp_voice.ingest.settle import settle

        settle(self.store, self.settings)

    def _checked(self, view: View) -> View:
        """Return the view if every name in it is known."""
        from icp_voice.profile.views import checked

        return checked(self.store, self.codebook, self.tag, view)


def _mark(path: Path) -> tuple[int, int, int]:
    """Return what tells one version of a file from another."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return (0, 0, 0)
    return found.st_mtime_ns, found.st_size, found.st_ino
