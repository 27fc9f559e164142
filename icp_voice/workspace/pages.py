"""Verbs that pages are made of: a little of much, counted and paged where it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from icp_voice.errors import unknown
from icp_voice.model import Highlight, Page, View
from icp_voice.workspace.base import Base

if TYPE_CHECKING:
    from icp_voice.profile.facets import Facets

SORTS = ("newest", "surest", "place")
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
