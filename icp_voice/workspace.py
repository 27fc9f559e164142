"""The one door: every verb that a person can say, for the command line, the web and Python.

workspace = Workspace("acme")
workspace.add("calls/")
workspace.run()
print(workspace.report("icp"))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, is_dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from icp_voice import home
from icp_voice.errors import IcpVoiceError, UnknownName, WorkspaceError, unknown
from icp_voice.lock import Lock
from icp_voice.model import (
    Account,
    Answer,
    Document,
    Fact,
    Gap,
    Highlight,
    InterviewPlan,
    Side,
    TagState,
    Theme,
    View,
)
from icp_voice.settings import Codebook, Settings, load_codebook, load_settings, write_settings
from icp_voice.settings import codebook as codebook_file
from icp_voice.settings.settings import FILE as SETTINGS_FILE

if TYPE_CHECKING:
    import pandas

    from icp_voice.evaluate.ground import Ground
    from icp_voice.ingest.add import Added
    from icp_voice.ingest.connected import Connected
    from icp_voice.ingest.exchange.bring import Brought
    from icp_voice.ingest.hooks.taking import Inbox
    from icp_voice.ingest.hooks.working import Worked
    from icp_voice.ingest.sync import Source
    from icp_voice.profile.coverage import Coverage
    from icp_voice.profile.icp import Icp
    from icp_voice.profile.index import Index
    from icp_voice.profile.theme_history import ThemeChange
    from icp_voice.profile.unassigned import Unassigned
    from icp_voice.publish import Material
    from icp_voice.run import Ran, Tools
    from icp_voice.store import Store
    from icp_voice.store.deliveries import Deliveries
    from icp_voice.store.theme_decisions import ThemeDecisions

Progress = Callable[[str, int, int], None]
STORE = "voice.db"
FACT_KINDS = ("role", "competitor", "channel", "step", "duration", "criterion", "budget")


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import of accounts brought."""

    accounts: int
    new: int
    contacts: int
    warnings: tuple[str, ...]


class Workspace:
    """A folder with settings, codebook and everything that was heard. `notice` is told when it has to wait."""

    def __init__(self, folder: str | Path = ".", *, notice: Callable[[str], None] | None = None) -> None:
        self.folder = Path(folder)
        if not (self.folder / SETTINGS_FILE).is_file():
            raise WorkspaceError(
                f"{self.folder.resolve()} is not a workspace.",
                hint=f'Make one with: icp-voice init {folder} --company "NAME" --domain OURS.EXAMPLE',
            )
        self._lock = Lock(self.folder / "voice.lock", notice)

    @classmethod
    def init(
        cls,
        folder: str | Path,
        *,
        company: str,
        domains: Iterable[str] = (),
        people: Iterable[str] = (),
        competitors: Iterable[str] = (),
    ) -> Workspace:
        """Make a workspace in `folder`: settings, a codebook to change, and an empty store."""
        path = Path(folder)
        if (path / SETTINGS_FILE).exists():
            raise WorkspaceError(
                f"{path} is a workspace already.", hint="Change its settings in " + SETTINGS_FILE + "."
            )
        write_settings(
            path, company=company, domains=tuple(domains), people=tuple(people), competitors=tuple(competitors)
        )
        codebook = path / "pipelines" / codebook_file.FILE
        if not codebook.exists():
            codebook.parent.mkdir(exist_ok=True)
            codebook.write_text(home.find("pipelines", codebook_file.FILE).read_text("utf-8"), "utf-8")
        workspace = cls(path)
        workspace.store.close()
        return cls(path)

    # -- what it is made of -------------------------------------------------------------------------------------

    @cached_property
    def settings(self) -> Settings:
        """The checked settings."""
        return load_settings(self.folder)

    @cached_property
    def store(self) -> Store:
        """The open file."""
        # Imported late: sqlite-utils brings pandas along, and `--help` needs neither.
        from icp_voice.store import open_store

        return open_store(self.folder / STORE)

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

    # -- accounts -----------------------------------------------------------------------------------------------

    def import_accounts(self, file: str | Path, *, mapping: Mapping[str, str] | None = None) -> Imported:
        """Add or update accounts from a CRM export (CSV or XLSX); the ICP rule is applied anew."""
        from icp_voice.ingest.apart.reader import read_accounts
        from icp_voice.profile import icp

        path = Path(file)
        table = read_accounts(path, path.name, self.settings.limits, mapping)
        with self.writing("accounts import") as store:
            before = store.accounts.all()
            _refuse_other_ids(before, table.accounts, path.name)
            known = {account.id for account in before}
            with store.transaction():
                store.accounts.put(table.accounts)
                store.accounts.put_contacts(table.contacts)
                icp.apply_rule(store, self.tag)
            self._settle()
        new = sum(account.id not in known for account in table.accounts)
        return Imported(
            accounts=len(table.accounts), new=new, contacts=len(table.contacts), warnings=tuple(table.warnings)
        )

    def set_icp(self, *, where: str = "", add: Sequence[str] = (), remove: Sequence[str] = ()) -> Icp:
        """Tag accounts by a rule and by hand; what is done by hand outlives the rule."""
        from icp_voice.profile import icp

        with self.writing("icp") as store:
            icp.set_icp(store, self.tag, where=where, add=add, remove=remove)
        return self.icp()

    def icp(self) -> Icp:
        """Return who is ICP and why, near misses, and ICP accounts without any feedback."""
        from icp_voice.profile import icp

        return icp.icp(self.store, self.tag)

    # -- documents ----------------------------------------------------------------------------------------------

    def add(
        self,
        *paths: str | Path,
        mapping: Mapping[str, str] | None = None,
        new_accounts: bool = False,
        progress: Progress | None = None,
    ) -> Added:
        """Read files and folders. What cannot be read is listed in `errors`, and costs the others nothing."""
        from icp_voice.ingest.add import Arrivals
        from icp_voice.ingest.apart.process import warm
        from icp_voice.ingest.files import find_files
        from icp_voice.profile import icp

        warm()
        left_out: list[str] = []
        files = list(find_files((Path(path) for path in paths), left_out))
        with self.writing("add") as store:
            arrivals = Arrivals(store, self.settings, self.folder, mapping=mapping, new_accounts=new_accounts)
            for number, path in enumerate(files, start=1):
                arrivals.read(path)
                if progress:
                    progress("reading", number, len(files))
            if new_accounts:
                icp.apply_rule(store, self.tag)
        added = arrivals.added
        added.warnings += left_out
        return added

    def sync(self, *names: str, again: bool = False, progress: Progress | None = None) -> dict[str, Added]:
        """Read what is new at the connected sources, or at those named; with `again` everything anew.

        A source that fails is listed in its `errors`, and costs the others nothing.
        """
        from icp_voice.ingest.sync import sync

        with self.writing("sync") as store:
            chosen = [self._source(name, store) for name in names or self.settings.connectors]
            added = {source.name: sync(source, again=again, progress=progress) for source in chosen}
            self._settle()
        return added

    def fetch(self, name: str, records: Sequence[str]) -> Added:
        """Read single records of a connected source anew, such as those that a delivery names."""
        from icp_voice.ingest.sync import fetch

        with self.writing("sync") as store:
            added = fetch(self._source(name, store), records)
            self._settle()
        return added

    def receive(self, record: str, words: bytes) -> Added:
        """Keep a document in our own form that a delivery brought; the same id again replaces it."""
        from icp_voice.ingest.hooks.working import keep_documents, own_documents

        documents = own_documents(record, words, self.settings.limits)
        with self.writing("hooks") as store:
            added = keep_documents(store, self.settings, self.folder, documents)
            self._settle()
        return added

    @cached_property
    def deliveries(self) -> Deliveries:
        """What vendors delivered and what became of it."""
        from icp_voice.store.deliveries import open_deliveries

        return open_deliveries(self.folder)

    @property
    def inbox(self) -> Inbox:
        """What takes deliveries, and knows the addresses to which vendors send them."""
        from icp_voice.ingest.hooks.taking import Inbox

        return Inbox(folder=self.folder, settings=self.settings, deliveries=self.deliveries)

    def work_deliveries(self, stop: Callable[[], bool] = lambda: False) -> Worked:
        """Read anew what was delivered; another process that does so already is waited for."""
        from icp_voice.ingest.hooks.working import Worker

        keep = self.settings.hooks.keep_days
        worker = Worker(deliveries=self.deliveries, fetch=self.fetch, receive=self.receive, keep_days=keep)
        with Lock(self.folder / "hooks.lock").held("hooks work"):
            return worker.work(stop)

    def check_source(self, name: str) -> str:
        """Try a connected source with one cheap call; return what was reached, or raise what is missing."""
        from icp_voice.ingest.sync import check

        return check(self._source(name, self.store))

    def connectors(self) -> list[Connected]:
        """Return all connectors: what each needs, what of that is there, and when it was last read."""
        from icp_voice.ingest.connected import connected

        return connected(self.store, self.settings, self.folder)

    def _source(self, name: str, store: Store) -> Source:
        from icp_voice.ingest.sync import connect
        from icp_voice.profile import icp

        if name not in self.settings.connectors:
            raise unknown("connected source", name, self.settings.connectors)
        return connect(
            store,
            self.settings,
            self.folder,
            name,
            self.settings.connectors[name],
            accounts_came=lambda: icp.apply_rule(store, self.tag),
        )

    def documents(self, *, unmatched: bool = False) -> list[Document]:
        """Return the documents with their speakers, duplicates last; `unmatched` for those without an account."""
        documents = self.store.documents.all()
        if unmatched:
            return [document for document in documents if not document.account]
        return [*documents, *self.store.documents.duplicates()]

    def document(self, said: str) -> Document:
        """Return the document with this id or file name, with its turns."""
        documents = self.store.documents.all()
        found = [document for document in documents if said == document.id]
        found = found or [document for document in documents if said in {document.file, Path(document.file).name}]
        if len(found) > 1:
            raise IcpVoiceError(f'"{said}" holds {len(found)} documents.', hint="Name one by its id.")
        if not found:
            raise unknown("document", said, [document.file for document in documents])
        return self.store.documents.get(found[0].id) or found[0]

    def assign(self, document: str, *, account: str = "", sides: Mapping[str, str] | None = None) -> Document:
        """Settle by hand whose words a document holds, and who in it stands on which side.

        The name "" stands for words of which the file does not say who spoke them.
        """
        from icp_voice.profile.icp import find_account

        chosen = self.document(document)
        names = [speaker.name for speaker in chosen.speakers]
        for name, side in (sides or {}).items():
            if name not in names:
                raise unknown("speaker", name, [name or '"" (nobody named)' for name in names])
            if side not in set(Side):
                raise IcpVoiceError(f'There is no side "{side}".', hint=f"Allowed: {', '.join(Side)}.")
        with self.writing("assign") as store, store.transaction():
            if account:
                store.documents.assign(chosen.id, "account", find_account(store, account).id)
            for name, side in (sides or {}).items():
                store.documents.assign(chosen.id, f"side:{name}", side)
            self._settle()
        return self.document(chosen.id)

    def _settle(self) -> None:
        """Tell sides and accounts of all documents anew: accounts, settings or people's word may have changed."""
        from icp_voice.ingest.settle import settle

        settle(self.store, self.settings)

    def import_coded(
        self,
        file: str | Path,
        *,
        mapping: Mapping[str, str] | None = None,
        skip: Iterable[str] = (),
        by: str = "imported",
    ) -> Brought:
        """Bring in what researchers coded elsewhere: a REFI-QDA project or codebook, or Taguette's database.

        `mapping` names the category that a code means, `skip` the codes to leave out, `by` who coded what names nobody.
        """
        from icp_voice.analysis.highlight import context_of
        from icp_voice.ingest.apart.reader import read_project
        from icp_voice.ingest.exchange.bring import bring
        from icp_voice.ingest.exchange.codes import Choices, plan
        from icp_voice.ingest.files import file_name
        from icp_voice.settings.own_categories import add_categories

        path = Path(file)
        project = read_project(path, file_name(path, self.folder), self.settings.limits)
        choices = Choices(mapping=dict(mapping or {}), skip=frozenset(skip), by=by)
        with self.writing("import") as store:
            planned = plan(project, self.codebook, store.themes.all(), choices)
            if planned.new:
                add_categories(self.folder, planned.new, source=path.name)
                for made_of_it in ("codebook", "tools"):
                    self.__dict__.pop(made_of_it, None)
            brought = bring(store, self.settings, self.folder, project, planned, choices, context_of)
            self._settle()
        return brought

    # -- understanding ------------------------------------------------------------------------------------------

    def run(self, progress: Progress | None = None) -> list[Ran]:
        """Understand what is new. Killed at any moment, the next call goes on where this one stopped."""
        from icp_voice.run import run

        with self.writing("run") as store:
            self._settle()
            return run(store, self.tools, progress)

    def highlights(self, view: View | None = None) -> list[Highlight]:
        """Return the coded highlights of a view."""
        return self.store.highlights.select(self._checked(view or View()))

    def themes(self, category: str = "", *, hidden: bool = False) -> list[Theme]:
        """Return the themes, those of most ICP accounts first."""
        self._checked(View(category=category))
        themes = self.store.themes.all(category=category, account_tag=self.tag)
        return [theme for theme in themes if hidden or not theme.hidden]

    def facts(self, kind: str = "") -> list[Fact]:
        """Return the facts with the highlights that state them."""
        if kind and kind not in FACT_KINDS:
            raise unknown("kind of fact", kind, FACT_KINDS)
        return self.store.facts.all(kind=kind)

    def confirm(self, highlight: str, category: str, *, by: str = "me") -> None:
        """Say that a category holds for a highlight, whether or not a model proposed it."""
        self._decide(highlight, category, by, TagState.CONFIRMED)

    def reject(self, highlight: str, category: str, *, by: str = "me") -> None:
        """Say that a category does not hold for a highlight."""
        self._decide(highlight, category, by, TagState.REJECTED)

    def _decide(self, highlight: str, category: str, by: str, state: TagState) -> None:
        self.codebook[category]
        self._known_highlight(highlight)
        with self.writing("tag") as store, store.transaction():
            store.tags.decide(highlight, category, by=by, state=state)

    def _known_highlight(self, highlight: str) -> None:
        if not self.store.highlights.select(View(coded=False), ids=[highlight]):
            raise IcpVoiceError(
                f'No highlight "{highlight}".', hint="`icp-voice highlights --all` lists them with their ids."
            )

    def rename_theme(self, theme: str, name: str, *, by: str = "me") -> None:
        """Give a theme a name of your own; no run changes it. Themes are named by id or by name."""
        chosen = self._known_theme(theme)
        if not name.strip():
            raise IcpVoiceError("A theme needs a name.", hint="Give it one.")
        with self._deciding() as (decisions, at):
            decisions.rename(chosen.id, name.strip(), by=by, at=at)

    def hide_theme(self, theme: str, *, hidden: bool = True, by: str = "me") -> None:
        """Leave a theme out of the reports, or show it again."""
        chosen = self._known_theme(theme)
        with self._deciding() as (decisions, at):
            decisions.hide(chosen.id, hidden=hidden, by=by, at=at)

    def merge_themes(self, theme: str, into: str, *, by: str = "me") -> tuple[Theme, Theme]:
        """Put all highlights of a theme into another of the same category; return what went, and what it went into."""
        one, other = self._known_theme(theme), self._known_theme(into)
        if one.id == other.id:
            raise IcpVoiceError(
                f'"{one.name}" ({one.id}) is the same theme twice.', hint="Name two themes of one category."
            )
        if one.category != other.category:
            raise IcpVoiceError(
                f'"{one.name}" is of {one.category}, "{other.name}" of {other.category}: they cannot be merged.',
                hint="Name two themes of one category.",
            )
        with self._deciding() as (decisions, at):
            decisions.merge(one.id, other.id, by=by, at=at)
        return one, self._known_theme(other.id)

    def split_theme(self, theme: str, highlights: Sequence[str], *, name: str = "", by: str = "me") -> Theme:
        """Make some highlights of a theme a theme of their own, under a name or one of their words; no run undoes it."""
        from icp_voice.run.grouping import call_theme

        chosen, picked = self._known_theme(theme), list(dict.fromkeys(highlights))
        for highlight in picked:
            if highlight not in chosen.highlights:
                raise unknown(f'highlight of "{chosen.name}"', highlight, chosen.highlights)
        if not 0 < len(picked) < len(chosen.highlights):
            raise IcpVoiceError(
                f'"{chosen.name}" has {len(chosen.highlights)} highlights, {len(picked)} were picked.',
                hint="Pick at least one, and leave at least one.",
            )
        with self._deciding() as (decisions, at):
            made = call_theme(self.store, self.tools, chosen.category, picked, name=name.strip())
            decisions.split(chosen.id, picked, made, by=by, at=at)
        return self._known_theme(made.id)

    def move_highlight(self, highlight: str, theme: str, *, by: str = "me") -> None:
        """Put a highlight into a theme, and by that into its category; no run moves it again."""
        chosen = self._known_theme(theme)
        self._known_highlight(highlight)
        with self._deciding() as (decisions, at):
            tagged = not self.store.tags.decided(highlight, chosen.category, by=by)
            self.store.tags.decide(highlight, chosen.category, by=by, state=TagState.CONFIRMED)
            decisions.move(highlight, chosen.category, chosen.id, by=by, at=at, tagged=tagged)

    def undo_theme_decision(self, number: int = 0) -> ThemeChange:
        """Take back a rename, hide, move, merge or split, by its number in the history, or the latest one."""
        standing = {change.number: change for change in self.theme_history() if change.number and not change.undone}
        chosen = standing.get(number or max(standing, default=0))
        if chosen is None:
            known = ", ".join(map(str, sorted(standing)[-12:])) or "none"
            raise UnknownName(
                f"No decision {number} stands." if number else "No decision stands.",
                hint=f"Those that do: {known}. `icp-voice themes --history` tells what they were.",
            )
        with self._deciding() as (decisions, _):
            decisions.undo(chosen.number)
        return chosen

    def theme_history(self, category: str = "") -> list[ThemeChange]:
        """Return what became of the themes, oldest first: born, grew, split, merged, faded, and what people decided."""
        from icp_voice.profile.theme_history import history

        self._checked(View(category=category))
        return history(self.store, category)

    def unassigned(self, category: str = "") -> list[Unassigned]:
        """Return the highlights that have no theme in a category, each with the reason."""
        from icp_voice.profile.unassigned import unassigned

        self._checked(View(category=category))
        return unassigned(self.store, category)

    @contextmanager
    def _deciding(self) -> Iterator[tuple[ThemeDecisions, str]]:
        """Hold the workspace while a person decides about themes; also gives the moment."""
        from icp_voice.run.grouping import moment

        with self.writing("themes") as store, store.transaction():
            yield store.theme_decisions, moment()

    def _known_theme(self, theme: str) -> Theme:
        from icp_voice.profile.theme_names import theme_id

        id = theme_id(self.store, theme)
        return next(one for one in self.themes(hidden=True) if one.id == id)

    # -- views and questions ------------------------------------------------------------------------------------

    def save_view(self, view: View) -> None:
        """Save a view under its name; with a question, what the data does not answer becomes a gap."""
        if not view.name:
            raise IcpVoiceError("A view is saved under a name.", hint="Give it one.")
        with self.writing("view") as store, store.transaction():
            store.views.put(self._checked(view))

    def remove_view(self, name: str) -> None:
        """Forget a saved view."""
        self.view(name)
        with self.writing("view") as store, store.transaction():
            store.views.remove(name)

    def views(self) -> list[View]:
        """Return the saved views."""
        return self.store.views.all()

    def view(self, name: str) -> View:
        """Return one saved view."""
        views = {view.name: view for view in self.views()}
        if name not in views:
            raise unknown("view", name, views)
        return views[name]

    def ask(self, question: str, view: View | None = None) -> Answer:
        """Answer a question by the customers' own words within a view, or say that the data does not answer it."""
        from icp_voice.profile.ask import ask

        asked = replace(self._checked(view or View()), question=question)
        tools = self.tools
        return ask(self.store, tools.settings, self.codebook, tools.language, tools.embedder, asked, index=self.index)

    def _checked(self, view: View) -> View:
        """Return the view if every name in it is known."""
        from icp_voice.profile.views import checked

        return checked(self.store, self.codebook, self.tag, view)

    # -- what is known and what is not --------------------------------------------------------------------------

    def coverage(self) -> Coverage:
        """Return what is known of which ICP account in which category."""
        from icp_voice.profile.coverage import coverage

        return coverage(self.store, self.settings, self.codebook)

    def gaps(self) -> list[Gap]:
        """Return what still has to be researched, and why."""
        from icp_voice.profile.gaps import gaps

        return gaps(
            self.store, self.settings, self.codebook, self.coverage(), lambda view: self.ask(view.question, view)
        )

    def plan(self, people: int = 8) -> InterviewPlan:
        """Return whom to talk to next, why, and what to ask, so that the most gaps close."""
        from icp_voice.profile.plan import plan

        return plan(self.store, self.codebook, self.gaps(), people=people)

    # -- reports ------------------------------------------------------------------------------------------------

    def report(self, name: str = "icp", *, format: str = "markdown") -> str:
        """Return a report as "markdown" or "html": icp, pain-points or buying-process."""
        from icp_voice.publish import report

        return report(self._material, name, format)

    @property
    def _material(self) -> Material:
        from icp_voice.publish import gather

        return gather(
            self.store, self.settings, self.codebook, lambda view: self.ask(view.question, view), folder=self.folder
        )

    def write_guides(self, plan: InterviewPlan, folder: str | Path) -> list[Path]:
        """Write a printable interview guide per person of a plan."""
        from icp_voice.publish import guides

        return _write(Path(folder), guides(self._material, plan))

    def write_reports(self, folder: str | Path) -> list[Path]:
        """Write every report as HTML and Markdown, and the guides of the plan, all from data gathered once."""
        from icp_voice.publish import guides, report
        from icp_voice.publish.sections import REPORTS

        material = self._material
        endings = {".html": "html", ".md": "markdown"}
        texts = {f"{name}{end}": report(material, name, form) for name in REPORTS for end, form in endings.items()}
        return [
            *_write(Path(folder), texts),
            *_write(Path(folder) / "guides", guides(material, material.plan)),
        ]

    def export(self, file: str | Path) -> Path:
        """Write everything for other research programs: a project (.qdpx), or the codebook alone (.qdc)."""
        from icp_voice.publish.exchange import project_file
        from icp_voice.publish.exchange_xml import codebook_file

        path = Path(file)
        if path.suffix.lower() not in (".qdpx", ".qdc"):
            raise IcpVoiceError(f'Nothing is exported as "{path.suffix}".', hint="Name the file .qdpx or .qdc.")
        if path.suffix.lower() == ".qdc":
            data = codebook_file(self.codebook, self.themes())
        else:
            data = project_file(self.store, self.codebook, self.settings.company)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def write_report(self, name: str, file: str | Path) -> Path:
        """Write a report to a file; its ending (.html, .md) tells the format."""
        path = Path(file)
        formats = {".html": "html", ".htm": "html", ".md": "markdown"}
        if path.suffix.lower() not in formats:
            raise IcpVoiceError(f'No report is written as "{path.suffix}".', hint="Name the file .html or .md.")
        text = self.report(name, format=formats[path.suffix.lower()])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path


def to_pandas(values: Iterable[Any]) -> pandas.DataFrame:
    """Return a table with one row per value and one column per field."""
    import pandas

    rows = [asdict(value) if is_dataclass(value) and not isinstance(value, type) else value for value in values]
    return pandas.DataFrame(rows)


def _refuse_other_ids(before: Iterable[Account], arriving: Iterable[Account], file: str) -> None:
    """Raise if accounts that are known come under other ids: each would stand there twice."""
    by_name = {account.name.casefold(): account for account in before}
    known = {account.id for account in by_name.values()}
    for account in arriving:
        same = by_name.get(account.name.casefold())
        if same and same.id != account.id and account.id not in known:
            raise IcpVoiceError(
                f'{file}: "{account.name}" is known under the id {same.id}, and comes as {account.id}.',
                hint="Name the same column with --id as the first time.",
            )


def _write(folder: Path, texts: Mapping[str, str]) -> list[Path]:
    """Write each text under its name into a folder, and return the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    return [folder / name for name in texts]
