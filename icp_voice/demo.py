"""The invented sample company, walked through from CRM export to ICP document."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from icp_voice import home
from icp_voice.errors import WorkspaceError
from icp_voice.model import View
from icp_voice.workspace import Workspace

SAMPLE = home.PACKAGE / "sample"
RULE = "status = 'active' and acv_usd >= 40000"
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
    workspace = _opened(folder)
    workspace.add(folder / "documents", progress=progress)
    workspace.run(progress)
    gaps, plan = workspace.gaps(), workspace.plan(8)
    names = ("icp", "pain-points", "buying-process")
    reports = [
        workspace.write_report(name, folder / "reports" / f"{name}{end}") for name in names for end in (".html", ".md")
    ]
    reports += workspace.write_guides(plan, folder / "reports" / "guides")[:1]
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


def _opened(folder: Path) -> Workspace:
    if (folder / "icp-voice.toml").is_file():
        return Workspace(folder)
    if folder.exists() and any(folder.iterdir()):
        raise WorkspaceError(f"{folder} holds something else already.", hint="Name an empty folder: icp-voice demo DIR")
    workspace = Workspace.init(
        folder,
        company="Ledgermoor",
        domains=("ledgermoor.example",),
        people=PEOPLE,
        competitors=("PayHarrow", "Clearbatch", "Docketeer"),
    )
    shutil.copytree(SAMPLE / "documents", folder / "documents")
    workspace.import_accounts(SAMPLE / "accounts.csv")
    workspace.set_icp(where=RULE)
    for view in VIEWS:
        workspace.save_view(view)
    return workspace
