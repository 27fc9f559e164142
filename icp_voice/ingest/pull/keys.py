"""Our plain words for credentials made into what signs a request."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pendulum
from dlt.sources.helpers.rest_client.auth import BearerTokenAuth, HttpBasicAuth, OAuth2ClientCredentials
from requests import PreparedRequest, Session
from requests.auth import AuthBase, _basic_auth_str

from icp_voice.errors import SourceError
from icp_voice.ingest.pull.api import Auth, Basic, Bearer, ClientCredentials, Header

EARLY = 60  # a token is fetched anew so many seconds before it runs out


def authorization(auth: Auth, session: Session) -> AuthBase:
    """Return what signs requests; tokens are fetched by `session`, which keeps to the vendor's hosts."""
    if isinstance(auth, Bearer):
        return BearerTokenAuth(auth.token.get_secret_value())
    if isinstance(auth, Basic):
        user = auth.user if isinstance(auth.user, str) else auth.user.get_secret_value()
        return HttpBasicAuth(user, auth.password.get_secret_value())
    if isinstance(auth, ClientCredentials):
        return _Client(auth, session)
    if isinstance(auth, Header):
        return _Header(auth)
    return _Unsigned()


class _Header(AuthBase):
    """Puts a token into a header of the vendor's choice."""

    def __init__(self, auth: Header) -> None:
        self._auth = auth

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers[self._auth.name] = self._auth.value.get_secret_value()
        return request


class _Unsigned(AuthBase):
    """Signs nothing, so that requests does not look for credentials of its own in ~/.netrc."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        return request


class _Client(OAuth2ClientCredentials):
    """dlt's, with the client's id and secret in the header for those who want them there."""

    def __init__(self, auth: ClientCredentials, session: Session) -> None:
        super().__init__(
            access_token_url=auth.url,
            client_id=auth.client_id.get_secret_value(),
            client_secret=auth.client_secret.get_secret_value(),
            session=session,
        )
        self._auth = auth
        self.__post_init__()

    def parse_access_token(self, response_json: Any) -> str:
        token = response_json.get("access_token") if isinstance(response_json, dict) else None
        if not isinstance(token, str) or not token:
            raise SourceError(f'{urlsplit(self._auth.url).hostname} answered without an "access_token".')
        return token

    def is_token_expired(self) -> bool:
        return bool(pendulum.now().add(seconds=EARLY) >= self.token_expiry)

    def build_access_token_request(self) -> dict[str, Any]:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if self._auth.basic:
            headers["Authorization"] = _basic_auth_str(str(self.client_id), str(self.client_secret))
            return {"headers": headers, "data": dict(self._auth.form)}
        credentials = {"client_id": self.client_id, "client_secret": self.client_secret}
        return {"headers": headers, "data": {**credentials, **self._auth.form}}
