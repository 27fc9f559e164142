"""Verbs that exchange coded material with other research programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from icp_voice.errors import IcpVoiceError
from icp_voice.workspace.themes import ThemeVerbs

if TYPE_CHECKING:
    from icp_voice.ingest.exchange.bring import Brought


class ExchangeVerbs(ThemeVerbs):
    """Verbs that exchange coded material with other research programs."""

    def import_coded(
        self,
        file: str | Path,
        *,
        mapping: Mapping[str, str] | None = None,
        skip: Iterable[str] = (),
        by: str = "imported",
        name: str = "",
    ) -> Brought:
        """Bring in what researchers coded elsewhere: a REFI-QDA project or codebook, or Taguette's database.

        `mapping` names the category that a code means, `skip` the codes to leave out, `by` who coded what names nobody,
        `name` what the file is called for people, where its path does not tell.
        """
        from icp_voice.analysis.highlight import context_of
        from icp_voice.ingest.apart.reader import read_project
        from icp_voice.ingest.exchange.bring import bring
        from icp_voice.ingest.exchange.codes import Choices, plan
        from icp_voice.ingest.files import file_name
        from icp_voice.settings.own_categories import add_categories

        path = Path(file)
        called = name or file_name(path, self.folder)
        project = read_project(path, called, self.settings.limits)
        choices = Choices(mapping=dict(mapping or {}), skip=frozenset(skip), by=by)
        with self.writing("import") as store:
            planned = plan(project, self.codebook, store.themes.all(), choices)
            if planned.new:
                add_categories(self.folder, planned.new, source=PurePosixPath(called).name)
                for made_of_it in ("codebook", "tools"):
                    self.__dict__.pop(made_of_it, None)
            brought = bring(store, self.settings, self.folder, project, planned, choices, context_of)
            self._settle()
        self.note("import coded", detail={"highlights": brought.highlights, "codings": brought.codings})
        return brought

    def export_file(self, ending: str = ".qdpx") -> bytes:
        """Return everything for other research programs: a project (".qdpx"), or the codebook alone (".qdc")."""
        from icp_voice.publish.exchange import project_file
        from icp_voice.publish.exchange_xml import codebook_file

        if ending.lower() not in (".qdpx", ".qdc"):
            raise IcpVoiceError(f'Nothing is exported as "{ending}".', hint="Name the file .qdpx or .qdc.")
        if ending.lower() == ".qdc":
            return codebook_file(self.codebook, self.themes())
        return project_file(self.store, self.codebook, self.settings.company)

    def export(self, file: str | Path) -> Path:
        """Write everything for other research programs: a project (.qdpx), or the codebook alone (.qdc)."""
        path = Path(file)
        data = self.export_file(path.suffix)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path
