"""What a connector says of an API: its address, its keys, its pace and how its listings go on. Plain values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import SecretStr

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Bearer:
    """`Authorization: Bearer TOKEN`."""

    token: SecretStr


@dataclass(frozen=True, slots=True)
class Basic:
    """`Authorization: Basic`, of a user, who may be a secret as well, and a password."""

    user: str | SecretStr
    password: SecretStr


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """OAuth 2.0: a token is fetched at `url` with the client's id and secret, and again when it has run out.

    With `basic` id and secret go into the header, else into the form; `form` is what else the form holds.
    """

    url: str
    client_id: SecretStr
    client_secret: SecretStr
    form: Mapping[str, str] = field(default_factory=lambda: {"grant_type": "client_credentials"})
    basic: bool = False


@dataclass(frozen=True, slots=True)
class Header:
    """A header of another name, or another word before the token; it goes to the host of `base_url` alone."""

    name: str
    value: SecretStr


@dataclass(frozen=True, slots=True)
class Nobody:
    """No credentials at all."""


Auth = Bearer | Basic | ClientCredentials | Header | Nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """At most so many requests to paths that begin with `path`; of several that fit the longest holds."""

    path: str = ""
    per_second: float = 0
    per_minute: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait and how much to take.

    `budget` is the number of seconds that one run may spend waiting where the vendor asks for it; what asks for more
    ends the run. `backoff` is the first wait after an error without such a word, doubled each time.
    """

    attempts: int = 5
    backoff: float = 1.0
    budget: float = 300.0
    connect: float = 10.0
    read: float = 60.0
    whole: float = 600.0
    most_bytes: int = 64 * MEGABYTE
    most_pages: int = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """One vendor's API as one customer reaches it. Requests go to the host of `base_url` and to `hosts`, nowhere else.

    A host may begin with `*.` for all below it. `scopes` are named when the vendor says that one is missing. The paths of
    a `private` one may be secrets themselves: errors do not name them.
    """

    base_url: str
    auth: Auth = Nobody()
    paces: tuple[Pace, ...] = (Pace(per_second=5),)
    headers: Mapping[str, str] = field(default_factory=dict)
    hosts: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """The answer holds at `path` what the next request gives back, as query parameter `param` or in its JSON at `body`.

    It ends where there is no cursor, where `more` is false, or where `end` is true.
    """

    path: str
    param: str = ""
    body: str = ""
    more: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scroll:
    """The answer holds at `path` what the next request gives back as `param`, which may stay the same all along.

    It ends with an empty page.
    """

    path: str
    param: str


@dataclass(frozen=True, slots=True)
class Link:
    """The answer holds the address of the next page at `path`."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offset:
    """Each request skips what came: `offset` and `limit` name query parameters, or with `in_body` places in its JSON."""

    limit: int
    offset_name: str = "offset"
    limit_name: str = "limit"
    in_body: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """Pages are numbered from 1 by query parameter `param`; the answer holds at `count` how many there are."""

    param: str
    count: str


@dataclass(frozen=True, slots=True)
class Single:
    """One answer holds everything."""


Paging = Cursor | Scroll | Link | Offset | Numbered | Single
