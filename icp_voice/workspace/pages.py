"""Verbs that pages are made of: a little of much, counted and paged where it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from icp_voice.errors import UnknownName, unknown
from icp_voice.model import Highlight, Page, View
from icp_voice.workspace.base import Base

if TYPE_CHECKING:
    from icp_voice.profile.transcript import DocumentPage
    from icp_voice.store.document_pages import DocumentLine
    from icp_voice.profile.facets import Facets

SORTS = ("newest", "surest", "place")
DOCUMENT_SORTS = ("newest", "file", "highlights")
MOST = 200


class PageVerbs(Base):
    """Verbs that pages are made of: a little of much, counted and paged where it is kept."""

    def highlights_page(
        self, view: View | None = None, *, sort: str = "newest", start_after: str = "", most: int = 50
    ) -> Page[Highlight]:
        """Return some highlights of a view; `start_after` is the `next` or `previous` of another page of it."""
        from icp_voice.store.cursor import read_cursor

        if sort not in SORTS:
            raise unknown("order", sort, SORTS)
        chosen = self._checked(view or View())
        pages = self.store.pages
        ids, after, before = pages.page(
            chosen, sort=sort, cursor=read_cursor(start_after), most=max(1, min(most, MOST))
        )
        found = {one.id: one for one in self.store.highlights.select(View(coded=False), ids=ids)}
        items = tuple(found[identity] for identity in ids if identity in found)
        return Page(items=items, total=pages.count(chosen), next=after, previous=before)

    def facets(self, view: View | None = None) -> Facets:
        """Return what a view could be narrowed by, with how many highlights each value holds."""
        from icp_voice.profile.facets import facets

        return facets(self.store, self.codebook, self.tag, self._checked(view or View()))

    def documents_page(
        self,
        *,
        search: str = "",
        account: str = "",
        kind: str = "",
        source: str = "",
        unmatched: bool = False,
        unsettled: bool = False,
        sort: str = "newest",
        start_after: str = "",
        most: int = 50,
    ) -> Page[DocumentLine]:
        """Return some documents: those whose title, file or account holds `search`, or of which something is not known."""
        from icp_voice.store.cursor import read_cursor
        from icp_voice.store.document_pages import Wanted, documents_page

        if sort not in DOCUMENT_SORTS:
            raise unknown("order", sort, DOCUMENT_SORTS)
        chosen = self._checked(View(account=account, kind=kind, source=source))
        wanted = Wanted(
            search=search.strip(),
            account=chosen.account,
            kind=kind,
            source=source,
            unmatched=unmatched,
            unsettled=unsettled,
        )
        store, most = self.store, max(1, min(most, MOST))
        return documents_page(store.db, store.redactions, wanted, sort=sort, cursor=read_cursor(start_after), most=most)

    def document_page(self, id: str, *, start: int = 0, most: int = 400, bare: bool = False) -> DocumentPage:
        """Return some turns of a document, from number `start` on, with all that was found in them.

        `bare` is for those who may see redacted words.
        """
        from icp_voice.profile.transcript import document_page

        document = self.store.documents.get(id, bare=bare)
        if document is None:
            raise UnknownName(f'No document "{id}".', hint="It may have been taken away. See the list of documents.")
        return document_page(self.store, document, start=start, most=max(1, min(most, 2_000)), bare=bare)
