"""Slack: the messages of a thread, or of one channel's day outside threads, as one document.

Who belongs to another workspace (a shared channel) or is a guest in ours is a customer. What bots write, and what Slack
itself tells ("has joined"), is left out.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby

from icp_voice.ingest.vendors.parts import Json, Left, People, body, day, hints, record, text, without_words
from icp_voice.model import Document, Kind, Side, Speaker, Turn

_SAID = frozenset(("", "thread_broadcast", "me_message", "file_share", "file_comment", "reply_broadcast"))
_BOTS = frozenset(("bot_message", "bot_add", "bot_remove", "assistant_app_thread", "slackbot_response"))
_LINK = re.compile(r"<([^<>|\s][^<>|]*)(?:\|([^<>]*))?>")


def conversations(messages: Iterable[Json], channel: str) -> dict[str, list[Json]]:
    """Group a channel's messages by conversation: `CHANNEL:TS` of a thread's first message, else `CHANNEL:DAY`.

    A message that was sent twice (as an answer and to the channel) counts once.
    """
    by_ts = {text(one.get("ts")): one for one in messages if _seconds(one) is not None}
    threads = {text(one.get("thread_ts")) for one in by_ts.values() if text(one.get("thread_ts"))}
    found: dict[str, list[Json]] = {}
    for ts in sorted(by_ts, key=float):
        thread = text(by_ts[ts].get("thread_ts"))
        key = thread if thread in threads else day(float(ts))
        found.setdefault(f"{channel}:{key}", []).append(by_ts[ts])
    return found


def document(
    messages: Sequence[Json],
    *,
    channel: Json,
    users: Mapping[str, Json],
    team: str,
    file: str,
    place: str = "",
    identity: str = "",
    site: str = "",
    account: str = "",
    left: Left | None = None,
) -> Document:
    """Make one document of a conversation's messages, in their order.

    `users` are known by their id, `team` is our own workspace's id (without it sides stay unknown), and `site` its
    address, such as https://acme.slack.com; `account` names whose channel it is. UnreadableFile where nobody but
    machines says a word.
    """
    left = Left() if left is None else left
    people = People()
    turns = [turn for message in messages if (turn := _turn(message, users, team, people, left))]
    if not turns:
        raise without_words("conversation")
    name = text(channel.get("name"))
    return Document(
        file=file,
        place=place,
        turns=tuple(turns),
        kind=Kind.CHAT,
        title=f"#{name}" if name else "",
        date=day(_seconds(messages[0])),
        url=_page(messages[0], text(channel.get("id")), site),
        speakers=people.in_order(turns),
        hints=hints(account),
        identity=identity,
    )


def by_day(messages: Iterable[Json]) -> Iterator[list[Json]]:
    """Group messages by the day on which they were sent, as they come: neighbours alone are compared."""
    for _, group in groupby(messages, key=lambda one: day(one.get("ts"))):
        yield list(group)


def version(messages: Iterable[Json]) -> list[list[str]]:
    """Return what changes when messages do, or when a thread that begins with one of them goes on."""
    told = ("ts", "text", "latest_reply", "reply_count")
    return [[*(str(one.get(key, "")) for key in told), text(record(one.get("edited")).get("ts"))] for one in messages]


def own_team(users: Iterable[Json]) -> str:
    """Return the workspace to which most of the users belong who are neither guests nor strangers."""
    teams = Counter(
        text(one.get("team_id")) for one in users if not one.get("is_stranger") and text(one.get("team_id"))
    )
    return min(teams, key=lambda team: (-teams[team], team)) if teams else ""


def _turn(message: Json, users: Mapping[str, Json], team: str, people: People, left: Left) -> Turn | None:
    subtype = text(message.get("subtype"))
    if message.get("bot_id") or subtype in _BOTS or text(message.get("user")) == "USLACKBOT":
        left["bot message"] += 1
        return None
    if subtype not in _SAID:
        left["notice of Slack"] += 1
        return None
    user = users.get(text(message.get("user")), {})
    if user.get("is_bot") is True:
        left["bot message"] += 1
        return None
    words = _without_quotes(unwrapped(body(message.get("text")), users))
    if not words:
        left["message without words"] += 1
        return None
    identity = text(message.get("user")) or text(message.get("username"))
    return Turn(text=words, speaker=people.add(identity, _speaker(message, user, team)).name)


def _speaker(message: Json, user: Json, team: str) -> Speaker:
    profile = record(user.get("profile")) or record(message.get("user_profile"))
    email = text(profile.get("email")).lower()
    names = (profile.get("real_name"), user.get("real_name"), profile.get("display_name"), user.get("name"))
    stated = next((name for name in map(text, (*names, message.get("username"))) if name), "")
    side, reason = _side(message, user, profile, team)
    return Speaker(
        name=stated or email or f"User {text(message.get('user')) or 'unknown'}",
        side=side,
        role=text(profile.get("title")),
        email=email,
        reason=reason,
    )


def _side(message: Json, user: Json, profile: Json, team: str) -> tuple[Side, str]:
    if (
        user.get("is_restricted") is True
        or user.get("is_ultra_restricted") is True
        or profile.get("is_restricted") is True
    ):
        return Side.CUSTOMER, "Slack: a guest"
    stated = (message.get("user_team"), user.get("team_id"), profile.get("team"), message.get("source_team"))
    of = next((one for one in map(text, stated) if one), "")
    if not team or not of:
        return Side.UNKNOWN, ""
    if of == team:
        return Side.VENDOR, "Slack: of our workspace"
    return Side.CUSTOMER, "Slack: of another workspace"


def unwrapped(words: str, users: Mapping[str, Json]) -> str:
    """Return a message as people read it: names for mentions, words for links, no marks of emphasis."""
    words = _LINK.sub(lambda found: _shown(found[1], found[2] or "", users), words)
    words = re.sub(r"```\n?(.*?)\n?```", r"\1", words, flags=re.S)
    for mark in ("*", "~", "`"):
        sign = re.escape(mark)
        words = re.sub(rf"(?<![\w{sign}]){sign}(?=\S)([^{sign}\n]+)(?<=\S){sign}(?![\w{sign}])", r"\1", words)
    lines = (" ".join(line.split()) for line in html.unescape(words).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _without_quotes(words: str) -> str:
    """Drop the lines that quote somebody else."""
    return "\n".join(line for line in words.split("\n") if not line.startswith(">")).strip()


def _shown(target: str, label: str, users: Mapping[str, Json]) -> str:
    if target.startswith("@"):
        user = users.get(target[1:], {})
        profile = record(user.get("profile"))
        names = (profile.get("real_name"), user.get("real_name"), user.get("name"))
        return "@" + (next((one for one in map(text, names) if one), "") or label.lstrip("@") or "someone")
    if target.startswith("#"):
        return f"#{label or 'channel'}"
    if target.startswith("!"):
        return label or "@" + re.split(r"[\^!]", target[1:])[0]
    return label or target.removeprefix("mailto:")


def _page(message: Json, channel: str, site: str) -> str:
    ts = text(message.get("ts")).replace(".", "")
    return f"{site.rstrip('/')}/archives/{channel}/p{ts}" if site and channel and ts else ""


def _seconds(message: Json) -> float | None:
    ts = text(message.get("ts"))
    if not re.fullmatch(r"\d{9,11}(?:\.\d{1,9})?", ts):
        return None
    try:
        datetime.fromtimestamp(float(ts), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return float(ts)
