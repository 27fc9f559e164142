"""The invented sample company, walked through from CRM export to ICP document."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from icp_voice import home
from icp_voice.errors import WorkspaceError
from icp_voice.model import View
from icp_voice.workspace import Workspace

SAMPLE = home.PACKAGE / "sample"
COMPANY = "Ledgermoor"
RULE = "status = 'active' and acv_usd >= 40000"
# What a server keeps in a folder before it is a workspace: who may come in, and what it works on.
BESIDE = ("access.", "jobs.")
PEOPLE = ("Dana Whitlock", "Milo Frantz", "Priya Raman", "Tobias Eck")
VIEWS = (
    View(name="How they buy", account_tag="ICP", question="What is involved in the customer's buying process?"),
    View(name="Month end", account_tag="ICP", category="pain_point", question="What goes wrong at month end?"),
    View(name="Carbon reports", account_tag="ICP", question="What do customers say about carbon footprint reports?"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """What the demo ends with."""

    documents: int
    duplicates: int
    accounts: int
    icp_accounts: int
    heard: int
    highlights: int
    themes: int
    facts: int
    gaps: int
    interviews: int
    closed: int
    reports: tuple[Path, ...]


def run_demo(folder: Path, progress: Callable[[str, int, int], None] | None = None) -> Demo:
    """Make or open the sample workspace in `folder`, understand what is new, and write its reports."""
    workspace = open_demo(folder)
    workspace.add(folder / "documents", progress=progress)
    workspace.run(progress)
    gaps, plan = workspace.gaps(), workspace.plan(8)
    written = workspace.write_reports(folder / "reports")
    guides = [path for path in written if path.parent.name == "guides"]
    reports = [*(path for path in written if path not in guides), *guides[:1]]
    documents = workspace.documents()
    icp = workspace.icp()
    return Demo(
        documents=sum(not document.duplicate_of for document in documents),
        duplicates=sum(bool(document.duplicate_of) for document in documents),
        accounts=len(workspace.store.accounts.all()),
        icp_accounts=len(icp.accounts),
        heard=len({document.account for document in documents if document.account}),
        highlights=len(workspace.highlights()),
        themes=len(workspace.themes()),
        facts=len(workspace.facts()),
        gaps=len(gaps),
        interviews=len(plan.interviews),
        closed=len(gaps) - len(plan.open_gaps),
        reports=tuple(reports),
    )


def open_demo(folder: Path) -> Workspace:
    """Make or open the sample workspace in `folder`. What an earlier call was stopped before is made up for.

    Once everything was there, what a person changes or takes away stays so.
    """
    workspace = _workspace(folder)
    made = workspace.store.accounts.recall("demo") == "made"
    if not made or not (folder / "documents").is_dir():
        shutil.copytree(SAMPLE / "documents", folder / "documents", copy_function=_copy_missing, dirs_exist_ok=True)
    if not made:
        _set_up(workspace)
        with workspace.writing("demo") as store, store.transaction():
            store.accounts.remember("demo", "made")
    return workspace


def _workspace(folder: Path) -> Workspace:
    if (folder / "icp-voice.toml").is_file():
        workspace = Workspace(folder)
        if workspace.settings.company != COMPANY:
            raise WorkspaceError(
                f"{folder} is the workspace of {workspace.settings.company}.",
                hint="Name an empty folder: icp-voice demo DIR",
            )
        return workspace
    if folder.exists() and any(not path.name.startswith(BESIDE) for path in folder.iterdir()):
        raise WorkspaceError(f"{folder} holds something else already.", hint="Name an empty folder: icp-voice demo DIR")
    return Workspace.init(
        folder,
        company=COMPANY,
        domains=("ledgermoor.example",),
        people=PEOPLE,
        competitors=("PayHarrow", "Clearbatch", "Docketeer"),
    )


def _set_up(workspace: Workspace) -> None:
    """Bring in accounts, rule and views where they are missing."""
    if not workspace.store.accounts.all():
        workspace.import_accounts(SAMPLE / "accounts.csv")
    workspace.set_icp(where=workspace.icp().rule or RULE)
    known = {view.name for view in workspace.views()}
    for view in VIEWS:
        if view.name not in known:
            workspace.save_view(view)


def _copy_missing(source: str, target: str) -> None:
    """Copy a file whole or not at all; one that is there already is left as it is."""
    if not os.path.exists(target):
        part = Path(target).with_name(".copying")
        shutil.copyfile(source, part)
        os.replace(part, target)
