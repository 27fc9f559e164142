"""What there is to connect: each connector with its settings, its secrets and whether they are found, and its last sync."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from icp_voice.ingest.connector import load, names, needed_secrets, optional_secrets
from icp_voice.ingest.pull.secrets import Secrets
from icp_voice.settings import Settings
from icp_voice.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One key of a connector's settings: its default as written, or that it has none."""

    name: str
    required: bool
    default: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """One secret: where to get it, its environment variable, where it was found ("" for nowhere), and if it must be."""

    name: str
    about: str
    variable: str
    found: str
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """One connector, and what a workspace has of it."""

    name: str
    title: str
    about: str
    connected: bool
    settings: tuple[Setting, ...]
    secrets: tuple[Secret, ...]
    scopes: tuple[str, ...]
    last_sync: str
    records: int
    gone: int


def connected(store: Store, settings: Settings, folder: Path) -> list[Connected]:
    """Return all connectors by name, the workspace's own among them."""
    counts = store.sources.counts()
    return [_one(name, store, settings, folder, counts.get(name, (0, 0))) for name in names(folder)]


def _one(name: str, store: Store, settings: Settings, folder: Path, counts: tuple[int, int]) -> Connected:
    connector = load(name, folder)
    needed = needed_secrets(connector)
    every = {**needed, **optional_secrets(connector)}
    secrets = Secrets(name, every, folder)
    fields = connector.Settings.model_fields
    return Connected(
        name=name,
        title=connector.TITLE,
        about=(connector.__doc__ or "").strip(),
        connected=name in settings.connectors,
        settings=tuple(
            Setting(
                name=key,
                required=one.is_required(),
                default="" if one.is_required() else _toml(one.get_default(call_default_factory=True)),
            )
            for key, one in fields.items()
        ),
        secrets=tuple(
            Secret(
                name=field,
                about=about,
                variable=secrets.variable(field),
                found=secrets.where(field),
                required=field in needed,
            )
            for field, about in every.items()
        ),
        scopes=tuple(getattr(connector, "SCOPES", ())),
        last_sync=store.accounts.recall(f"synced:{name}"),
        records=counts[0],
        gone=counts[1],
    )


def _toml(value: object) -> str:
    if isinstance(value, str | bool | int | float | list | tuple):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
