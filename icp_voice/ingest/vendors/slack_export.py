"""Slack's export: users, channels, and a file of messages for each channel and day, as documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Final

from icp_voice.errors import UnreadableFile
from icp_voice.ingest.source import read_json
from icp_voice.ingest.vendors import slack
from icp_voice.ingest.vendors.collected import when_worded
from icp_voice.ingest.vendors.parts import Json, Left, records, text
from icp_voice.model import Document

_LISTS: Final = ("channels.json", "groups.json", "mpims.json")


def is_export(members: Iterable[str]) -> bool:
    """Tell a Slack export by the names of its members."""
    names = set(members)
    return "users.json" in names and any(name in names for name in (*_LISTS, "dms.json"))


def documents(members: Mapping[str, bytes], *, file: str, left: Left) -> list[Document]:
    """Return a document for each conversation of each channel; direct messages are private and left out."""
    users = {text(one.get("id")): one for one in _list(members, "users.json")}
    team = slack.own_team(users.values())
    found: list[Document] = []
    for channel in (one for name in _LISTS for one in _list(members, name)):
        folder = text(channel.get("name")) or text(channel.get("id"))
        days = sorted(name for name in members if name.startswith(f"{folder}/") and name.endswith(".json"))
        messages = [one for day in days for one in _list(members, day)]
        try:
            found += channel_documents(channel, messages, users=users, team=team, file=f"{file}/{folder}", left=left)
        except UnreadableFile:
            continue
    if not found:
        raise UnreadableFile("nobody but machines says anything in this Slack export")
    direct = sum(name.split("/")[0] in {text(one.get("id")) for one in _list(members, "dms.json")} for name in members)
    left["day of direct messages"] += direct
    return found


def channel_documents(
    channel: Json, messages: Iterable[Json], *, users: Mapping[str, Json], team: str, file: str, left: Left
) -> list[Document]:
    """Return a document for each conversation of one channel."""
    key = text(channel.get("id")) or text(channel.get("name")) or "channel"
    makers = [
        partial(
            slack.document,
            group,
            channel=channel,
            users=users,
            team=team,
            file=file,
            place=_place(identity.rpartition(":")[2]),
            identity=identity,
            left=left,
        )
        for identity, group in slack.conversations(messages, key).items()
    ]
    return when_worded(makers, left, "conversation") if makers else []


def _place(key: str) -> str:
    """Return "2026-05-12" for a day outside threads and "thread 1778580010.000100" for a thread."""
    return f"thread {key}" if "." in key else key


def _list(members: Mapping[str, bytes], name: str) -> list[Json]:
    if name not in members:
        return []
    try:
        return records(read_json(members[name].decode("utf-8-sig", "replace")))
    except UnreadableFile as error:
        raise UnreadableFile(f"{name}: {error.message}", hint=error.hint) from None
