"""What a connector calls: one record, one listing page by page, one file. Every failure is told in words of our own.

Errors name the vendor's codes and scopes, never its sentences: those may hold customers' words or our keys.
"""

from __future__ import annotations

import copy
import json as json_module
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import urlsplit

from dlt.common import jsonpath
from dlt.common.configuration.specs.runtime_configuration import RuntimeConfiguration
from dlt.sources.helpers.rest_client.client import RESTClient
from dlt.sources.helpers.rest_client.exceptions import IgnoreResponseException
from requests import HTTPError, RequestException, Response

from icp_voice.errors import SourceError
from icp_voice.ingest.pull.api import Api, Paging, Patience, Scroll, Single
from icp_voice.ingest.pull.keys import authorization
from icp_voice.ingest.pull.pages import paginator
from icp_voice.ingest.pull.refusals import code_inside, code_of, refusal
from icp_voice.ingest.pull.wire import open_session, paused

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a listing: its records, and the whole answer with what stands beside them."""

    items: list[dict[str, Any]]
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Held:
    """A file as a server holds it, and by what it tells that the file has changed."""

    data: bytes
    etag: str
    modified: str


class Http:
    """One vendor's API, opened. Closing it ends its connections."""

    def __init__(self, source: str, api: Api, *, patience: Patience | None = None, help: str = "") -> None:
        self._source = source
        self._api = api
        self._patience = patience or Patience()
        self._help = help
        self._session = open_session(source, api, self._patience)
        self._rest = RESTClient(
            base_url=api.base_url,
            headers=dict(api.headers),
            auth=authorization(api.auth, self._session),
            session=self._session,
            config=RuntimeConfiguration(dlthub_telemetry=False, http_show_error_body=False),
        )

    def close(self) -> None:
        """Close all connections."""
        self._session.close()

    def get(
        self,
        path: str,
        *,
        params: Json | None = None,
        json: Json | None = None,
        key: str = "",
        empty: Sequence[int | str] = (),
    ) -> Any:
        """Return an answer's JSON, or what it holds at `key`; with `json` it is asked by POST.

        A status or a vendor's code in `empty` means that there is nothing, and None is returned.
        """
        page = next(self._ask(path, params, json, Single(), key or "$", empty), None)
        body = page.response.json() if page is not None else None
        return _at(key, body) if key else body

    def pages(
        self,
        path: str,
        *,
        key: str,
        paging: Paging,
        params: Json | None = None,
        json: Json | None = None,
        empty: Sequence[int | str] = (),
    ) -> Iterator[Page]:
        """Yield the pages of a listing whose records lie at `key`; what is in `empty` means that there are none."""
        seen: set[str] = set()
        last = ""
        for number, page in enumerate(self._ask(path, params, json, paging, key, empty), start=1):
            items = [item for item in page if isinstance(item, dict)]
            if len(items) < len(page) or not isinstance(_at(key, page.response.json()), list | None):
                raise self._error(f'{path} answered with a "{key}" that is no list of records.')
            now = json_module.dumps(items, sort_keys=True) if items else ""
            yield Page(items, page.response.json())
            if not page.paginator.has_next_page:
                return
            following = repr((page.request.url, page.request.params, page.request.json))
            if (following in seen and not isinstance(paging, Scroll)) or (now and now == last):
                raise self._error(f"{path} gives the same page again and would never end.")
            if number >= self._patience.most_pages:
                raise self._error(f"{path} has more than {self._patience.most_pages} pages.")
            seen.add(following)
            last = now

    def download(self, url: str, *, params: Json | None = None) -> bytes:
        """Return a file's bytes; `url` may be whole, at one of the API's hosts."""
        response: Response = self._guarded(lambda: self._sent(url, params))
        return response.content

    def download_changed(self, url: str, *, etag: str = "", modified: str = "") -> Held | None:
        """Return a file unless it is still as it was: `etag` and `modified` are what the server said of it then."""
        known = {"If-None-Match": etag, "If-Modified-Since": "" if etag else modified}
        headers = {name: value for name, value in known.items() if value}
        response: Response = self._guarded(lambda: self._sent(url, None, headers))
        if response.status_code == 304:
            return None
        return Held(response.content, response.headers.get("ETag", ""), response.headers.get("Last-Modified", ""))

    def _sent(self, url: str, params: Json | None, headers: Mapping[str, str] | None = None) -> Response:
        hooks = {"response": [self._handler(())]}
        return self._rest.get(url, params=dict(params or {}), headers=dict(headers or {}), hooks=hooks)

    def _ask(
        self, path: str, params: Json | None, json: Json | None, paging: Paging, key: str, empty: Sequence[int | str]
    ) -> Iterator[Any]:
        """Yield dlt's pages; what goes wrong between two of them is told in our words."""
        pages = self._rest.paginate(
            path,
            method="GET" if json is None else "POST",
            # dlt writes each page's cursor into what it is given.
            params=dict(params or {}),
            json=copy.deepcopy(dict(json)) if json is not None else None,
            paginator=paginator(paging),
            data_selector=key,
            hooks={"response": [self._handler(empty), self._telling(path, key, empty)]},
        )
        while (page := self._guarded(lambda: next(pages, None))) is not None:
            yield page

    def _handler(self, empty: Sequence[int | str]) -> Callable[..., None]:
        def handle(response: Response, *args: object, **kwargs: object) -> None:
            if response.status_code in empty or (response.status_code >= 400 and code_of(response) in empty):
                raise IgnoreResponseException
            if response.status_code >= 400:
                raise HTTPError(response=response)

        return handle

    def _telling(self, path: str, key: str, empty: Sequence[int | str]) -> Callable[..., None]:
        """Check what a 200 holds: an error inside it, or nothing where the records should be, is no empty page."""

        def check(response: Response, *args: object, **kwargs: object) -> None:
            if response.is_redirect:
                return
            body = response.json()
            code = code_inside(body)
            if code and code in empty:
                raise IgnoreResponseException
            if code:
                raise refusal(self._source, response, self._api, self._help, code)
            if not jsonpath.find_values(key, body):
                raise self._error(f'{path} answered without "{key}".')

        return check

    def _guarded(self, act: Callable[[], Any]) -> Any:
        try:
            return act()
        except HTTPError as error:
            self._refused(error.response)
        except IgnoreResponseException:
            return None
        except RequestException as error:
            host = urlsplit(self._api.base_url).hostname
            told = "answered what is no JSON" if isinstance(error, ValueError) else "cannot be reached"
            # Its own words may hold addresses with keys in them.
            raise self._error(f"{host} {told} ({type(error).__name__}).", "Try again later.") from None

    def _refused(self, response: Response | None) -> NoReturn:
        if response is None:
            raise self._error("no answer came.", "Try again later.") from None
        if response.status_code == 429:
            raise paused(self._source) from None
        raise refusal(self._source, response, self._api, self._help) from None

    def _error(self, message: str, hint: str = "Please report this.") -> SourceError:
        return SourceError(f"{self._source}: {message}", hint=hint)


def _at(key: str, body: Any) -> Any:
    found = jsonpath.find_values(key, body)
    return found[0] if found else None
