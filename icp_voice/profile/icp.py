"""Who is ICP: by rule and by hand, who came near, and of whom nothing was ever heard."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from icp_voice.errors import unknown
from icp_voice.model import Account
from icp_voice.profile.rule_parser import parse_rule
from icp_voice.profile.rules import Rule
from icp_voice.store import Store

NEAR = 0.25
BUILT_IN = frozenset({"id", "name", "domain"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An account that carries the tag, `by` rule or hand, and why."""

    id: str
    name: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """An account outside, and the one condition that keeps it there."""

    id: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Icp:
    """The accounts of a tag, those near it, and those inside of whom there is no feedback."""

    tag: str
    rule: str
    accounts: tuple[Member, ...]
    near_misses: tuple[NearMiss, ...]
    kept_out: tuple[str, ...]
    without_feedback: tuple[str, ...]


def set_icp(store: Store, tag: str, *, where: str = "", add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
    """Keep a rule and tag by it, and put accounts in or out by hand: all of it, or nothing if a name is not known.

    Accounts are named by id, name or domain. What is said by hand holds whatever the rule says now or later.
    """
    if where:
        parse_rule(where).check(sorted(store.accounts.columns() | BUILT_IN))
    accounts = store.accounts.all()
    put_in = [_named(accounts, said) for said in add]
    kept_out = [_named(accounts, said) for said in remove]
    with store.transaction():
        if where:
            store.accounts.remember(f"rule:{tag}", where)
            apply_rule(store, tag)
        for account in put_in:
            store.accounts.tag_by_hand(tag, account.id, held=True)
        for account in kept_out:
            store.accounts.tag_by_hand(tag, account.id, held=False)


def apply_rule(store: Store, tag: str) -> None:
    """Tag by the rule that is kept, if there is one: accounts may have changed since."""
    rule = kept_rule(store, tag)
    if rule:
        held = [account.id for account in store.accounts.all() if rule.matches(account)]
        with store.transaction():
            store.accounts.tag_by_rule(tag, held)


def find_accounts(accounts: Sequence[Account], said: Iterable[str]) -> list[Account]:
    """Return the accounts named by id, name or domain."""
    return [_named(accounts, one) for one in said]


def find_account(store: Store, said: str) -> Account:
    """Return the account with this id, name or domain."""
    return _named(store.accounts.all(), said)


def _named(accounts: Sequence[Account], said: str) -> Account:
    wanted = said.strip().casefold()
    for account in accounts:
        if wanted in {one.casefold() for one in (account.id, account.name, *account.domains, *account.also)}:
            return account
    raise unknown("account", said, [account.name for account in accounts])


def forget_rule(store: Store, tag: str) -> None:
    """Tag by rule no more; what was decided by hand stays."""
    with store.transaction():
        store.accounts.remember(f"rule:{tag}", "")
        store.accounts.tag_by_rule(tag, ())


def kept_rule(store: Store, tag: str) -> Rule | None:
    """Return the rule of a tag."""
    text = store.accounts.recall(f"rule:{tag}")
    return parse_rule(text) if text else None


def icp(store: Store, tag: str) -> Icp:
    """Return who carries the tag and why, who came near, and who was never heard."""
    rule = kept_rule(store, tag)
    tagged = store.accounts.tagged(tag)
    by_hand = store.accounts.by_hand(tag)
    heard = heard_accounts(store)
    accounts = store.accounts.all()
    return Icp(
        tag=tag,
        rule=store.accounts.recall(f"rule:{tag}"),
        accounts=tuple(
            Member(
                id=account.id, name=account.name, by=tagged[account.id], reason=why(account, rule, tagged[account.id])
            )
            for account in accounts
            if account.id in tagged
        ),
        near_misses=tuple(
            NearMiss(id=account.id, name=account.name, reason=missed)
            for account in accounts
            if rule and account.id not in tagged and account.id not in by_hand and (missed := near_miss(account, rule))
        ),
        kept_out=tuple(account.id for account in accounts if by_hand.get(account.id) is False),
        without_feedback=tuple(account.id for account in accounts if account.id in tagged and account.id not in heard),
    )


def heard_accounts(store: Store) -> set[str]:
    """Return the ids of the accounts of which a customer's words are kept."""
    rows = store.db.query(
        "select distinct document.account from document join turn on turn.document = document.id"
        " join speaker on speaker.document = document.id and speaker.name = turn.speaker"
        " where speaker.side = 'customer' and document.account <> ''"
    )
    return {row["account"] for row in rows}


def why(account: Account, rule: Rule | None, by: str) -> str:
    """Return why an account carries the tag, `by` rule or hand."""
    if by == "hand" or rule is None:
        return "put in by hand"
    return " and ".join(f"{one.text} ({one.value})" for one in rule.explain(account) if one.held)


def near_miss(account: Account, rule: Rule) -> str:
    """Return the one condition that an account fails, if it is near to holding it: a number within a quarter."""
    missed = rule.near_miss(account)
    if missed is None:
        return ""
    if missed.short is not None and isinstance(missed.value, int | float):
        wanted = abs(missed.value + missed.short)
        if missed.short > NEAR * max(wanted, abs(missed.value)):
            return ""
    return f"fails only {missed.text} ({'no value' if missed.value is None else missed.value})"
