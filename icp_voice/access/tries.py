"""Tries to sign in: after some failures a name at an address, or a whole address, has to wait.

A try counts as failed from the moment it begins, so that many at once are no more than many in a row.
"""

from __future__ import annotations

import ipaddress
import math
from typing import Final

from icp_voice.access.file import File, digest
from icp_voice.errors import TooManyTries

WINDOW: Final = 15 * 60.0
PER_NAME: Final = 5
PER_ADDRESS: Final = 20
"""More than for one name: a whole office may share an address."""


class Tries:
    """The tries of the last quarter of an hour that did not succeed."""

    def __init__(self, file: File) -> None:
        self._file = file

    def begin(self, key: str, address: str) -> None:
        """Count one more try as failed, or raise TooManyTries, which counts nothing."""
        name, place, now = digest(key), _network(address), self._file.clock()
        with self._file.transaction() as conn:
            conn.execute("delete from try where at <= ? or at > ?", (now - WINDOW, now + WINDOW))
            at = "select at from try where address = ?"
            last = "order by at desc limit 1 offset"
            of_name = conn.execute(f"{at} and name = ? {last} {PER_NAME - 1}", (place, name)).fetchone()
            of_address = conn.execute(f"{at} {last} {PER_ADDRESS - 1}", (place,)).fetchone()
            waits = [row[0] + WINDOW - now for row in (of_name, of_address) if row]
            if not waits:
                conn.execute("insert into try (name, address, at) values (?, ?, ?)", (name, place, now))
        if waits:
            raise TooManyTries(wait=math.ceil(max(waits)))

    def succeeded(self, key: str, address: str) -> None:
        """Forget the tries of a name at an address: it has come in."""
        with self._file.transaction() as conn:
            conn.execute("delete from try where address = ? and name = ?", (_network(address), digest(key)))


def _network(address: str) -> str:
    """Return what one sender cannot vary at will: an IPv4 address, or the first 64 bits of an IPv6 one."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return digest(address)
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or ipaddress.IPv6Network((int(found), 64), strict=False))
