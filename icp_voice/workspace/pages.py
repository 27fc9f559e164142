"""Verbs that pages are made of: a little of much, counted and paged where it is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from icp_voice.errors import UnknownName, unknown
from icp_voice.model import Highlight, Page, View
from icp_voice.workspace.base import Base

if TYPE_CHECKING:
    from icp_voice.profile.facets import Facets
    from icp_voice.profile.home_page import Counts, News, Todo
    from icp_voice.profile.transcript import DocumentPage
    from icp_voice.publish.cards import Grouped, ThemeCard
    from icp_voice.store.document_pages import DocumentLine

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
        return Page(
            items=tuple(self.store.highlights.known(ids).values()),
            total=pages.count(chosen),
            next=after,
            previous=before,
        )

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
        needs: str = "",
        sort: str = "newest",
        start_after: str = "",
        most: int = 50,
    ) -> Page[DocumentLine]:
        """Return some documents: those whose title, file or account holds `search`, or of which something is not known.

        `needs` is one of the things that a line may need: "account", "speakers", "date".
        """
        from icp_voice.store.cursor import read_cursor
        from icp_voice.store.document_pages import LACKING, Wanted, documents_page

        if sort not in DOCUMENT_SORTS:
            raise unknown("order", sort, DOCUMENT_SORTS)
        if needs and needs not in LACKING:
            raise unknown("need", needs, LACKING)
        chosen = self._checked(View(account=account, kind=kind, source=source))
        wanted = Wanted(
            search=search.strip(),
            account=chosen.account,
            kind=kind,
            source=source,
            unmatched=unmatched,
            unsettled=unsettled,
            needs=needs,
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

    def themes_page(
        self,
        category: str = "",
        view: View | None = None,
        *,
        sort: str = "accounts",
        start: int = 0,
        most: int = 20,
        hidden: bool = False,
    ) -> Page[ThemeCard]:
        """Return some themes as cards, counted within a view; `next` and `previous` are numbers to start at."""
        from icp_voice.publish.cards import SORTS, cards

        if sort not in SORTS:
            raise unknown("order", sort, SORTS)
        asked = replace(view or View(), category=category or (view or View()).category)
        chosen, most = self._checked(asked), max(1, min(most, MOST))
        return cards(self.store, self.tag, chosen, sort=sort, start=start, most=most, hidden=hidden)

    def theme_page(
        self, theme: str, view: View | None = None, *, start_after: str = "", most: int = 50
    ) -> tuple[ThemeCard, Page[Highlight]]:
        """Return a theme, by id or name, and some of its highlights within a view, the most typical first."""
        from icp_voice.profile.theme_names import theme_id
        from icp_voice.publish.cards import card
        from icp_voice.store.cursor import read_cursor

        chosen, most = self._checked(view or View()), max(1, min(most, MOST))
        shown = card(self.store, self.tag, theme_id(self.store, theme), chosen)
        ids, after, before = self.store.theme_pages.members(
            shown.id, chosen, cursor=read_cursor(start_after), most=most
        )
        items = tuple(self.store.highlights.known(ids).values())
        return shown, Page(items=items, total=shown.mentions, next=after, previous=before)

    def grouped(self, view: View | None = None, *, start: int = 0, most: int = 20) -> Grouped:
        """Return the highlights of a view by theme, those of most mentions first, and those in no theme."""
        from icp_voice.publish.cards import grouped

        return grouped(self.store, self.tag, self._checked(view or View()), start=start, most=max(1, min(most, MOST)))

    def counts(self) -> Counts:
        """Return how much there is, and how much of it is still to be settled."""
        from icp_voice.profile.home_page import counts

        return counts(self.store, self.tag)

    def whats_new(self, since: str) -> News:
        """Return what came after a moment (ISO, UTC), such as a person's last visit."""
        from icp_voice.profile.home_page import whats_new

        return whats_new(self.store, since)

    def three_next(self) -> tuple[Todo, ...]:
        """Return the three things that are worth most to be done now; for an empty workspace, the first steps."""
        from icp_voice.profile.home_page import three_next

        return three_next(self.store, self.tag)
