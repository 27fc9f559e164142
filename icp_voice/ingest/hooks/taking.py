"""Deliveries are taken in: checked, and kept to be worked off. Nothing else happens while the vendor waits."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from icp_voice.errors import SettingsError
from icp_voice.ingest.hooks import fireflies, generic, gong, hubspot, intercom, slack, zendesk, zoom
from icp_voice.ingest.hooks.message import Message, Refused, Reply, Scheme
from icp_voice.ingest.pull.secrets import Secrets
from icp_voice.settings import Settings
from icp_voice.store.deliveries import Deliveries

OWN: Final = "generic"
SCHEMES: Final[Mapping[str, Scheme]] = {
    "fireflies": fireflies,
    OWN: generic,
    "gong": gong,
    "hubspot": hubspot,
    "intercom": intercom,
    "slack": slack,
    "zendesk": zendesk,
    "zoom": zoom,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One hook of a workspace: where it is, what to choose at the vendor, and where its secret stands ("" nowhere)."""

    name: str
    path: str
    register: str
    about: str
    variable: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """Takes deliveries for a workspace's connected sources, and in our own form."""

    folder: Path
    settings: Settings
    deliveries: Deliveries

    def admit(self, name: str, message: Message) -> int:
        """Refuse what need not be read: a hook that is not there, or who does not know its secret; return the cap."""
        scheme, secret = self.scheme(name), self._secret(name)
        if scheme.SHARED:
            scheme.check(message, secret, time.time())
        return scheme.MOST

    def take(self, name: str, message: Message) -> Reply:
        """Check a message and keep what it tells; what was delivered before is acknowledged and not kept again."""
        scheme, secret, now = self.scheme(name), self._secret(name), time.time()
        scheme.check(replace(message, url=self._called(name, message)), secret, now)
        found = scheme.read(message, secret)
        if isinstance(found, Reply):
            return found
        fresh = 0
        if found:
            try:
                fresh = self.deliveries.put(name, [(one.key, one.records, one.words) for one in found], now)
            except sqlite3.OperationalError:
                raise Refused(503, "it cannot be kept at present.", hint="Send it again.") from None
        return Reply({"result": "taken" if fresh else "known" if found else "nothing to read"})

    def addresses(self) -> list[Address]:
        """Return the hooks that a vendor may call, with what each needs."""
        names = [name for name in SCHEMES if name == OWN or name in self.settings.connectors]
        return [self._address(name) for name in names]

    def _address(self, name: str) -> Address:
        scheme, secrets = SCHEMES[name], self._secrets(name)
        field, about = scheme.SECRET
        base = self.settings.hooks.public_url
        return Address(
            name=name,
            path=f"{base}/hooks/{name}",
            register=scheme.REGISTER,
            about=about,
            variable=secrets.variable(field),
            found=secrets.where(field),
        )

    def scheme(self, name: str) -> Scheme:
        """Return how a hook is signed, or refuse a name that is none here."""
        if name not in SCHEMES or (name != OWN and name not in self.settings.connectors):
            raise Refused(404, "there is no such hook here.")
        return SCHEMES[name]

    def _secret(self, name: str) -> bytes:
        try:
            return self._secrets(name).get(SCHEMES[name].SECRET[0]).get_secret_value().encode()
        except SettingsError:
            # The reason names files of this machine: `icp-voice hooks` shows it to whoever runs it.
            raise Refused(503, "its secret is not set here.") from None

    def _secrets(self, name: str) -> Secrets:
        return Secrets(name, dict((SCHEMES[name].SECRET,)), self.folder)

    def _called(self, name: str, message: Message) -> str:
        """Return the address as the vendor called it, or nothing where that is not known."""
        base = self.settings.hooks.public_url
        query = f"?{message.query}" if message.query else ""
        return f"{base}/hooks/{name}{query}" if base else ""
