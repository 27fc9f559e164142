"""What was said of who is ICP before a change, so that the change can be taken back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from icp_voice.errors import IcpVoiceError
from icp_voice.profile.icp import apply_rule, forget_rule
from icp_voice.store import Store

WAS = "was"


@contextmanager
def remembered(store: Store, tag: str, detail: dict[str, object]) -> Iterator[None]:
    """Note in `detail` what a change of the rule or of decisions by hand replaces; what stays the same is left out."""
    rule, hand = _rule(store, tag), store.accounts.by_hand(tag)
    yield
    after = store.accounts.by_hand(tag)
    was: dict[str, object] = {"tag": tag, "hand": {one: hand.get(one) for one in _changed(hand, after)}}
    if rule != _rule(store, tag):
        was["rule"] = rule
    detail[WAS] = was


def put_back(store: Store, detail: Mapping[str, object]) -> None:
    """Let the rule and the decisions by hand be again what they were before a change."""
    was = detail.get(WAS)
    if not isinstance(was, dict):
        raise IcpVoiceError("What stood there before this change was not noted.", hint="Set it anew by hand.")
    tag = str(was["tag"])
    for account, held in was["hand"].items():
        store.accounts.forget_by_hand(tag, account)
        if held is not None and store.accounts.get(account):
            store.accounts.tag_by_hand(tag, account, held=bool(held))
    if rule := was.get("rule"):
        store.accounts.remember(f"rule:{tag}", str(rule))
    elif "rule" in was:
        forget_rule(store, tag)
    apply_rule(store, tag)


def _rule(store: Store, tag: str) -> str:
    return store.accounts.recall(f"rule:{tag}")


def _changed(before: Mapping[str, bool], after: Mapping[str, bool]) -> list[str]:
    return sorted(one for one in {*before, *after} if before.get(one) != after.get(one))
