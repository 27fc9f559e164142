"""Verbs about editions of the ICP document: freeze, list, show, hand out, compare."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from icp_voice.errors import IcpVoiceError, unknown
from icp_voice.workspace.arranging import ArrangingVerbs
from icp_voice.workspace.reports import format_of

if TYPE_CHECKING:
    from icp_voice.publish import Paper
    from icp_voice.publish.difference import Comparison
    from icp_voice.publish.ledger import Ledger
    from icp_voice.publish.paper import Place
    from icp_voice.store.editions import Edition

NOW = "now"


class EditionVerbs(ArrangingVerbs):
    """Verbs about editions of the ICP document. They are documents of record: none is changed or removed."""

    def freeze_edition(self, name: str, note: str = "") -> Edition:
        """Keep the ICP document as it is now, under a name, with who froze it and when."""
        from icp_voice.publish.freezing import freeze
        from icp_voice.store.changes import now
        from icp_voice.store.documents import short_hash
        from icp_voice.store.editions import Edition

        name, note = " ".join(name.split()), " ".join(note.split())
        if not name:
            raise IcpVoiceError("An edition needs a name.", hint='Give it one, such as "Spring 2026".')
        # Made before the right to write is asked for: of much data it takes long, and nobody has to wait for it.
        shown, basis, counts = freeze(self._material, self.store)
        at, detail = now(), dict[str, object]()
        with self.noting("freeze edition", subject=name, detail=detail) as store:
            number = store.editions.next_number()
            edition = Edition(
                id=short_hash("edition", number, name, at),
                number=number,
                name=name,
                note=note,
                at=at,
                by=self.by,
                counts=counts,
            )
            store.editions.put(edition, shown, basis)
            detail["number"] = number
        return edition

    def editions(self) -> list[Edition]:
        """Return the editions, the first first."""
        return self.store.editions.all()

    def edition(self, edition: str) -> Edition:
        """Return one edition, by its number, id or name; of equal names the latest."""
        known = self.editions()
        for one in reversed(known):
            if edition in (str(one.number), one.id, one.name):
                return one
        raise unknown("edition", edition, [f"{one.number} ({one.name})" for one in known])

    def edition_paper(self, edition: str) -> Paper:
        """Return an edition as values, as it was frozen, with what is still kept of its words."""
        from icp_voice.publish.freezing import thaw

        return thaw(self.store, self.edition(edition))[0]

    def show_edition(self, edition: str, *, format: str = "markdown") -> str:
        """Return an edition as "markdown" or "html"."""
        from icp_voice.publish.freezing import thaw
        from icp_voice.publish.report import rendered

        written, appendix = thaw(self.store, self.edition(edition))
        return rendered(written, format, appendix, folder=self.folder)

    def edition_file(self, edition: str, *, format: str = "docx") -> bytes:
        """Return an edition as the bytes of a file: "html", "markdown" or "docx"."""
        from icp_voice.publish.freezing import thaw
        from icp_voice.publish.report import word_report

        if format != "docx":
            return self.show_edition(edition, format=format).encode()
        written, appendix = thaw(self.store, self.edition(edition))
        return word_report(written, appendix, folder=self.folder)

    def write_edition(self, edition: str, file: str | Path) -> Path:
        """Write an edition to a file; its ending (.html, .md, .docx) tells the format."""
        path = Path(file)
        data = self.edition_file(edition, format=format_of(path))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def compare_editions(self, before: str, after: str = "now") -> Comparison:
        """Compare two editions, by number, id or name; "now" is the document as it is."""
        from icp_voice.publish.comparing import compared

        (then, first), (now, second) = self._basis(before), self._basis(after)
        return compared(self.store, then, now, (first, second))

    def show_comparison(self, comparison: Comparison, *, format: str = "html", place: Place | None = None) -> str:
        """Return a comparison as a part of an "html" page or as "markdown"; `place` tells where quotes link to."""
        from icp_voice.publish.comparing import show_comparison

        return show_comparison(comparison, format, folder=self.folder, place=place)

    def table(self, name: str, *, edition: str = NOW) -> list[dict[str, Any]]:
        """Return a table as flat rows: themes, facts, matrix, gaps, quotes (of an edition too), plan or accounts."""
        from icp_voice.publish.freezing import evidence_saying
        from icp_voice.publish.tables import BOTH, NOW, TABLES, of_ledger, of_material

        allowed = TABLES if edition == "now" else tuple(BOTH)
        if name not in allowed:
            raise unknown("table" if name not in NOW else "table of an edition", name, allowed)
        if name in NOW:
            return of_material(name, self._material)
        basis, _ = self._basis(edition)
        return of_ledger(name, basis, evidence_saying(self.store, {one.document for one in basis.quotes}))

    def write_table(self, name: str, file: str | Path, *, edition: str = NOW) -> Path:
        """Write a table to a .csv file; no text in it is run as a formula by a spreadsheet."""
        from icp_voice.publish.records import as_csv

        path = Path(file)
        if path.suffix.lower() != ".csv":
            raise IcpVoiceError(f'No table is written as "{path.suffix}".', hint="Name the file .csv.")
        text = as_csv(self.table(name, edition=edition))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", "utf-8", newline="")
        return path

    def _basis(self, edition: str) -> tuple[Ledger, str]:
        """Return what an edition, or the document as it is now, rests on, and what it is called."""
        from icp_voice.publish.freezing import called, thaw_ledger, turn_keys
        from icp_voice.publish.ledger import ledger

        if edition != NOW:
            chosen = self.edition(edition)
            return thaw_ledger(self.store, chosen), called(chosen)
        material = self._material
        return ledger(material, turn_keys(self.store, material.documents)), "Now"
