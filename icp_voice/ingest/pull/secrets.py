"""Keys and tokens: out of the environment or a file that only its owner can read, never out of the settings.

ICP_VOICE_ZENDESK_TOKEN=...              the environment comes first
secrets.toml in the workspace, mode 600  [zendesk]
                                         token = "..."
"""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from icp_voice.errors import SettingsError

FILE = "secrets.toml"
_LIKE_A_SECRET = re.compile(r"(?:^|_)(?:token|secret|password|passwd|pwd|api_?key|access_?key|private_?key)s?$", re.I)
_KEY_IN_URL = re.compile(
    r"://[^\s#]*[?&](?:[\w-]*(?:token|secret|password)|(?:api|access|private|auth)?[_-]?key|sig|signature|auth)=", re.I
)
_USER_IN_URL = re.compile(r"://[^/\s@]*:[^/\s@]*@")


@dataclass(frozen=True, slots=True)
class Secrets:
    """The secrets of one source: which it needs, with a word on where to get each, and where they are found."""

    source: str
    needed: Mapping[str, str]
    folder: Path

    def variable(self, field: str) -> str:
        """Return the name of the environment variable that may hold a secret."""
        return f"ICP_VOICE_{self.source}_{field}".upper().replace("-", "_")

    def where(self, field: str) -> str:
        """Tell where a secret stands: the variable's or the file's name, or nothing if it is nowhere."""
        if os.environ.get(self.variable(field), "").strip():
            return self.variable(field)
        return FILE if self._in_file(field) else ""

    def missing(self) -> list[str]:
        """Return the secrets that are needed and found nowhere."""
        return [field for field in self.needed if not self.where(field)]

    def get(self, field: str) -> SecretStr:
        """Return a secret; SettingsError says how to give it where it is missing, and never shows it."""
        value = os.environ.get(self.variable(field), "").strip() or self._in_file(field)
        if not value:
            raise SettingsError(f'{self.source}: the secret "{field}" is missing.', hint=self.help(field))
        if not re.fullmatch(r"[!-~]+(?: [!-~]+)*", value):
            raise SettingsError(
                f'{self.source}: the secret "{field}" holds a line break, a control character or one beyond ASCII.',
                hint=f"Copy it anew into {self.where(field)}.",
            )
        return SecretStr(value)

    def help(self, field: str) -> str:
        """Tell how to give a secret."""
        told = self.needed.get(field, "")
        return (
            f"{told}{'. ' if told else ''}Set {self.variable(field)}, or write {field} under [{self.source}] in"
            f" {self.folder / FILE} (mode 600)."
        )

    def _in_file(self, field: str) -> str:
        value = _read(self.folder / FILE).get(self.source, {})
        found = value.get(field, "") if isinstance(value, dict) else ""
        return found.strip() if isinstance(found, str) else ""


def refuse_in_settings(source: str, given: Mapping[str, Any], needed: Iterable[str], *, where: str) -> None:
    """Raise SettingsError if a secret stands among the settings; its value is not shown."""
    fields = set(needed)
    for key, value in given.items():
        if key in fields or _LIKE_A_SECRET.search(key):
            raise SettingsError(
                f'{where}: "{key}" is a secret, and secrets do not belong into the settings.',
                hint=f"Take it out; if others may have seen the file, renew it. {Secrets(source, {}, Path()).help(key)}",
            )
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str) and (_USER_IN_URL.search(one) or _KEY_IN_URL.search(one)):
                raise SettingsError(
                    f'{where}: "{key}" is an address with a password or a key in it.',
                    hint="Take it out; if others may have seen the file, change it.",
                )


def _read(path: Path) -> dict[str, Any]:
    """Return what the file of secrets holds, nothing if there is none; it must be its owner's alone."""
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            if os.name == "posix" and stat.S_IMODE(status.st_mode) & 0o077:
                raise SettingsError(
                    f"{path} can be read by others (mode {stat.S_IMODE(status.st_mode):o}).",
                    hint=f"Run: chmod 600 {path}",
                )
            return tomllib.loads(file.read().decode())
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SettingsError(f"{path} cannot be opened: {error.strerror}.") from error
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at .*\)$", str(error))
        raise SettingsError(f"{path}: not valid TOML {place[0] if place else ''}.".replace(" .", ".")) from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: not UTF-8 text.") from None
