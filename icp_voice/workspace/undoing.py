"""How a person's change is taken back: what was there before it is there again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from icp_voice.errors import IcpVoiceError, UnknownName
from icp_voice.model import Change, TagState

if TYPE_CHECKING:
    from icp_voice.store import Store
    from icp_voice.workspace.base import Base


def find(base: Base, number: int, *, anyone: bool) -> Change:
    """Return the change that is meant, the latest of whoever acts without a number, or raise why it stays."""
    known = base.store.changes
    change = known.get(number) if number else known.last_undoable(base.by)
    if change is None:
        raise UnknownName(
            f"There is no change {number}." if number else f'"{base.by}" has done nothing that can be taken back.',
            hint="`icp-voice changes` lists them with their numbers.",
        )
    if change.by != base.by and not anyone:
        raise IcpVoiceError(
            f"Change {change.number} is by {change.by}, and you are {base.by}.",
            hint=f"{change.by} can take it back, or an administrator.",
        )
    _check(base.store, change)
    return change


def _check(store: Store, change: Change) -> None:
    from icp_voice.store.changes import UNDOABLE

    if change.undone:
        raise IcpVoiceError(
            f"Change {change.number} has been taken back already.", hint="`icp-voice changes` tells what stands."
        )
    if change.verb not in UNDOABLE:
        raise IcpVoiceError(
            f'Change {change.number} is "{change.verb}", which cannot be taken back.',
            hint=f"These can: {', '.join(UNDOABLE)}.",
        )
    if later := store.changes.later(change.number):
        raise IcpVoiceError(
            f"Change {later} came after change {change.number} and is about the same.",
            hint=f"Take back {later} first.",
        )


def take_back(base: Base, change: Change | None, *, decision: int = 0) -> None:
    """Take a change back; without one, a decision about themes that was made before changes were recorded."""
    subject = str(change.number) if change else ""
    detail: dict[str, object] = {"verb": change.verb, "of": change.by} if change else {"decision": decision}
    with base.noting("undo", subject=subject, detail=detail) as store:
        if change is None:
            store.theme_decisions.undo(decision)
            return
        # Read again: two people may press the same button.
        standing = store.changes.get(change.number) or change
        _check(store, standing)
        store.changes.undone(standing.number)
        _undo(store, standing)
        if standing.verb in ("put account", "merge accounts"):
            base.accounts_changed(store)


def _undo(store: Store, change: Change) -> None:
    from icp_voice.store.changes import ARRANGED, ICP, REDACTED, TYPED, VIEWED

    if change.verb in ARRANGED:
        store.arrangement.undo(_number(change.detail["number"]))
        return
    if change.verb in (*VIEWED, *TYPED):
        _put_back(store, change)
        return
    if change.verb in ICP:
        from icp_voice.profile.icp_undo import put_back

        put_back(store, change.detail)
        return
    if change.verb in REDACTED:
        made = TagState.REJECTED if change.verb == "reject redaction" else TagState.CONFIRMED
        before = change.detail["before"]
        assert isinstance(before, dict), before
        store.redactions.restore(before, made=made)
        return
    if "decision" in change.detail:
        store.theme_decisions.undo(_number(change.detail["decision"]))
    if change.verb == "mark interview" and not store.interviews.take_back(_number(change.detail["mark"])):
        raise IcpVoiceError(
            f"Something was said of the interview after change {change.number}.", hint="Take that back first."
        )
    if change.verb == "unmark" and not store.marks.bring_back(change.subject):
        raise IcpVoiceError(
            f"What change {change.number} took away cannot come back: its words are no longer in the document.",
            hint="Mark the passage again where it stands now.",
        )
    for before in _befores(change):
        later = store.changes.next_about(change.number)
        if later is None:
            store.tags.restore(before)
        else:
            store.tags.hand_on(before, to=_befores(later)[0])
    if change.verb == "mark":
        _unmark(store, change)


def _put_back(store: Store, change: Change) -> None:
    """Put back the rows that a change replaced, and what it did to the ICP document along with them."""
    if "was" not in change.detail:
        raise IcpVoiceError("What stood there before this change was not noted.", hint="Set it anew by hand.")
    account = str(change.detail.get("account", ""))
    if change.detail.get("new") and store.accounts.in_use(account):
        raise IcpVoiceError(
            f"Something was said of the account that change {change.number} added.", hint="Take that back first."
        )
    if not store.before.put_back(_number(change.detail["was"])):
        raise IcpVoiceError(
            f"Something else was said of it after change {change.number}.",
            hint="Take that back first, or change it by hand.",
        )
    arranged = change.detail.get("arranged")
    for number in arranged if isinstance(arranged, list) else ():
        store.arrangement.undo(_number(number))
        if inner := store.changes.of_arrangement(_number(number)):
            store.changes.undone(inner.number)


def _unmark(store: Store, change: Change) -> None:
    if people := store.tags.people(change.subject):
        raise IcpVoiceError(
            f"{', '.join(people)} said something of the passage that change {change.number} marked.",
            hint="Take that back first.",
        )
    if change.detail.get("made") == "model":
        store.marks.give_back(change.subject)
    else:
        store.marks.take_away(change.subject)


def _befores(change: Change) -> list[int]:
    kept = change.detail.get("before")
    return [_number(one) for one in kept] if isinstance(kept, list) else []


def _number(value: object) -> int:
    assert isinstance(value, int), value
    return value
