"""The one door: every verb that a person can say, for the command line, the web and Python.

workspace = Workspace("acme")
workspace.add("calls/")
workspace.run()
print(workspace.report("icp"))

The verbs stand in this package by subject; `base` holds what all of them stand on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from icp_voice import home
from icp_voice.errors import WorkspaceError
from icp_voice.settings import codebook as codebook_file
from icp_voice.settings import write_settings
from icp_voice.settings.settings import FILE as SETTINGS_FILE
from icp_voice.workspace.accounts import AccountVerbs, Imported
from icp_voice.workspace.base import STORE, Progress
from icp_voice.workspace.coding import FACT_KINDS
from icp_voice.workspace.companies import CompanyVerbs
from icp_voice.workspace.documents import DocumentVerbs
from icp_voice.workspace.editing import EditingVerbs
from icp_voice.workspace.exchange import ExchangeVerbs
from icp_voice.workspace.exploring import ExploringVerbs
from icp_voice.workspace.interviews import InterviewVerbs
from icp_voice.workspace.keeping import FileResult
from icp_voice.workspace.models import ModelVerbs
from icp_voice.workspace.pages import PageVerbs
from icp_voice.workspace.papers import PaperVerbs
from icp_voice.workspace.people import PeopleVerbs
from icp_voice.workspace.reading import ReadingVerbs
from icp_voice.workspace.redaction import RedactionVerbs
from icp_voice.workspace.review import ReviewVerbs
from icp_voice.workspace.sources import SourceVerbs
from icp_voice.workspace.uploads import UploadVerbs
from icp_voice.workspace.viewing import ViewVerbs

if TYPE_CHECKING:
    import pandas

__all__ = ["FACT_KINDS", "STORE", "FileResult", "Imported", "Progress", "Workspace", "to_pandas"]


class Workspace(
    ViewVerbs,
    PaperVerbs,
    UploadVerbs,
    ReadingVerbs,
    PageVerbs,
    ExploringVerbs,
    AccountVerbs,
    CompanyVerbs,
    EditingVerbs,
    ExchangeVerbs,
    ReviewVerbs,
    RedactionVerbs,
    DocumentVerbs,
    SourceVerbs,
    PeopleVerbs,
    ModelVerbs,
    InterviewVerbs,
):
    """A folder with settings, codebook and everything that was heard; its verbs stand in this package by subject."""

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


def to_pandas(values: Iterable[Any]) -> pandas.DataFrame:
    """Return a table with one row per value and one column per field."""
    import pandas

    rows = [asdict(value) if is_dataclass(value) and not isinstance(value, type) else value for value in values]
    return pandas.DataFrame(rows)
