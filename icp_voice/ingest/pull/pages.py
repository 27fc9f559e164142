"""How a listing goes on from page to page: our plain values made into dlt's paginators."""

from __future__ import annotations

from typing import Any

from dlt.common import jsonpath
from dlt.sources.helpers.rest_client.paginators import (
    BasePaginator,
    JSONLinkPaginator,
    JSONResponseCursorPaginator,
    OffsetPaginator,
    PageNumberPaginator,
    SinglePagePaginator,
)
from requests import Response

from icp_voice.ingest.pull.api import Cursor, Link, Numbered, Offset, Paging, Scroll


def paginator(paging: Paging) -> BasePaginator:
    """Return a fresh paginator for one listing."""
    if isinstance(paging, Cursor):
        return _Cursor(paging)
    if isinstance(paging, Scroll):
        return JSONResponseCursorPaginator(paging.path, cursor_param=paging.param, stop_after_empty_page=True)
    if isinstance(paging, Link):
        return JSONLinkPaginator(paging.path)
    if isinstance(paging, Offset):
        return _offset(paging)
    if isinstance(paging, Numbered):
        return PageNumberPaginator(base_page=1, page_param=paging.param, total_path=paging.count)
    return SinglePagePaginator()


class _Cursor(JSONResponseCursorPaginator):
    """dlt's, which takes a missing `more` for no more pages, and knows vendors who say when it is the end."""

    def __init__(self, paging: Cursor) -> None:
        super().__init__(paging.path, cursor_param=paging.param or None, cursor_body_path=paging.body or None)
        self._more, self._end = paging.more, paging.end

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        super().update_state(response, data)
        body = response.json()
        ended = bool(self._end) and _first(self._end, body) is True
        going_on = not self._more or _first(self._more, body) is True
        self._has_next_page = self._has_next_page and going_on and not ended


def _offset(paging: Offset) -> BasePaginator:
    names: dict[str, Any] = (
        {"offset_body_path": paging.offset_name, "limit_body_path": paging.limit_name}
        if paging.in_body
        else {"offset_param": paging.offset_name, "limit_param": paging.limit_name}
    )
    return _Offset(limit=paging.limit, total_path=None, **names)


class _Offset(OffsetPaginator):
    """dlt's, which needs no empty page to see the end: a short one is the last."""

    def _stop_after_this_page(self, data: list[Any] | None = None) -> bool:
        return len(data or ()) < self.limit


def _first(path: str, body: Any) -> Any:
    found = jsonpath.find_values(path, body)
    return found[0] if found else None
