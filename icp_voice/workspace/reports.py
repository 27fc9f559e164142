"""Verbs that hand something out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from icp_voice.errors import IcpVoiceError, unknown
from icp_voice.model import InterviewPlan
from icp_voice.workspace.base import STORE
from icp_voice.workspace.insight import InsightVerbs

if TYPE_CHECKING:
    from datetime import datetime

    from markupsafe import Markup

    from icp_voice.publish import Filled, Material, Paper
    from icp_voice.publish.kept import Freshness, Kept, Source
    from icp_voice.publish.render import Around


FORMATS = {".html": "html", ".htm": "html", ".md": "markdown", ".docx": "docx"}


class ReportVerbs(InsightVerbs):
    """Verbs that hand something out."""

    def report(self, name: str = "icp", *, format: str = "markdown") -> str:
        """Return a report as "markdown" or "html": icp, pain-points or buying-process."""
        from icp_voice.publish import report

        return report(self._material, name, format)

    def paper(self, name: str = "icp") -> Paper:
        """Return a report as values: its sections in order, each with what its template shows.

        It is kept until anything in the store, the settings or the codebook changes: making it reads all that was said.
        """
        from icp_voice.publish import paper
        from icp_voice.publish.sections import REPORTS

        if name not in REPORTS:
            raise unknown("report", name, REPORTS)
        return self._papers.made(self._made_from, ("paper", name), lambda material: paper(material, name))

    def show_section(self, paper: Paper, section: str, *, format: str = "html", around: Around | None = None) -> str:
        """Return one section of a paper, by its name; `around` is what a page puts around its parts."""
        from icp_voice.publish import render_section
        from icp_voice.publish.render import Around

        sections = {one.name: one for one in paper.sections}
        if section not in sections:
            raise unknown("section", section, sections)
        return render_section(paper, sections[section], format, folder=self.folder, around=around or Around())

    def shown_paper(
        self, name: str, around: Around, freshness: Freshness
    ) -> tuple[Paper, tuple[tuple[Filled, Markup], ...], datetime | None]:
        """Return a report as values, its sections with their HTML, and of which moment they are; None for now.

        `around` is known by its name: of the same name, it must be the same. Where something was written since it was made
        last, `freshness` says who waits until that is reckoned.
        """

        def made(_: Material) -> tuple[Paper, tuple[tuple[Filled, Markup], ...]]:
            written = self.paper(name)
            return written, self._shown(written, around)

        (written, sections), at = self._papers.read(self._made_from, ("shown", name, around.name), made, freshness)
        return written, sections, at

    def _shown(self, written: Paper, around: Around) -> tuple[tuple[Filled, Markup], ...]:
        """Return the sections of a paper with their HTML, in which templates have escaped all that was said."""
        from markupsafe import Markup

        return tuple((one, Markup(self.show_section(written, one.name, around=around))) for one in written.sections)

    @cached_property
    def _papers(self) -> Kept:
        from icp_voice.publish.kept import kept_of

        return kept_of(self.folder / STORE)

    @property
    def _made_from(self) -> Source:
        from icp_voice.publish.kept import Source

        return Source(
            store=self.store,
            settings=self.settings,
            codebook=self.codebook,
            ask=lambda view: self.ask(view.question, view),
            folder=self.folder,
        )

    @property
    def _material(self) -> Material:
        return self._papers.material(self._made_from)

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

    def write_report(self, name: str, file: str | Path) -> Path:
        """Write a report to a file; its ending (.html, .md, .docx) tells the format."""
        path = Path(file)
        format = format_of(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.report_file(name, format=format))
        return path

    def report_file(self, name: str = "icp", *, format: str = "docx") -> bytes:
        """Return a report as the bytes of a file: "html", "markdown" or "docx"."""
        if format != "docx":
            return self.report(name, format=format).encode()
        from icp_voice.publish.report import word_report
        from icp_voice.publish.transcripts import transcripts

        written, material = self.paper(name), self._material
        return word_report(written, transcripts(material, written.sayings()), folder=self.folder)


def format_of(path: Path) -> str:
    """Return the format that a file's ending asks for."""
    if path.suffix.lower() not in FORMATS:
        raise IcpVoiceError(f'No report is written as "{path.suffix}".', hint="Name the file .html, .md or .docx.")
    return FORMATS[path.suffix.lower()]


def _write(folder: Path, texts: Mapping[str, str]) -> list[Path]:
    """Write each text under its name into a folder, and return the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    return [folder / name for name in texts]
