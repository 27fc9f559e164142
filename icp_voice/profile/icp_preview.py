"""A rule tried before it is kept: who would enter, leave and stay, who would come near, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from icp_voice.errors import RuleError, nearest
from icp_voice.model import Account
from icp_voice.profile.icp import BUILT_IN, Member, find_accounts, kept_rule, near_miss, why
from icp_voice.profile.rule_parser import column_position, parse_rule
from icp_voice.profile.rules import Condition, Rule
from icp_voice.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownColumn:
    """A column that no account has, where it stands in the rule, and the one that may be meant."""

    column: str
    position: int | None
    meant: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """An account outside, the one condition that keeps it there, and every condition as it stands for it."""

    id: str
    name: str
    reason: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IcpPreview:
    """What a rule and people's word would make of the tag. `matches` counts the accounts for which the rule holds.

    `entering`, `leaving` and `staying` count all; `enters`, `leaves`, `stays` and `near_misses` show the first of them
    by name. Where the rule cannot be read, `error` says why, `hint` what is allowed, and `position` where; nothing is
    counted then.
    """

    rule: str
    matches: int = 0
    members: int = 0
    entering: int = 0
    leaving: int = 0
    staying: int = 0
    enters: tuple[Member, ...] = ()
    leaves: tuple[Member, ...] = ()
    stays: tuple[Member, ...] = ()
    near_misses: tuple[NearMiss, ...] = ()
    unknown: tuple[UnknownColumn, ...] = ()
    error: str = ""
    hint: str = ""
    position: int | None = None


def preview(
    store: Store, tag: str, *, where: str, add: Iterable[str] = (), remove: Iterable[str] = (), most: int = 50
) -> IcpPreview:
    """Say what `set_icp` would do; an empty rule stands for the one that is kept."""
    accounts = store.accounts.all()
    columns = sorted({name for account in accounts for name in account.attributes} | BUILT_IN)
    try:
        rule = parse_rule(where) if where.strip() else kept_rule(store, tag)
    except RuleError as error:
        return IcpPreview(rule=where, error=error.message, hint=error.hint, position=error.position)
    unknown = _unknown(rule, columns, where if where.strip() else rule.text) if rule else ()
    if rule and unknown:
        return IcpPreview(
            rule=rule.text,
            unknown=unknown,
            error=f'ICP rule: no column "{unknown[0].column}".',
            hint=f'Did you mean "{unknown[0].meant}"?' if unknown[0].meant else "",
            position=unknown[0].position,
        )
    hand = store.accounts.by_hand(tag)
    hand |= {account.id: True for account in find_accounts(accounts, add)}
    hand |= {account.id: False for account in find_accounts(accounts, remove)}
    return _compared(accounts, rule, hand, store.accounts.tagged(tag), most)


def _compared(
    accounts: Sequence[Account], rule: Rule | None, hand: dict[str, bool], before: dict[str, str], most: int
) -> IcpPreview:
    by_rule = {account.id for account in accounts if rule and rule.matches(account)}
    after = {account.id for account in accounts if hand.get(account.id, account.id in by_rule)}
    by_name = sorted(accounts, key=lambda account: (account.name.casefold(), account.id))
    outside = (account for account in by_name if account.id not in after and account.id not in hand)
    near = ((account, near_miss(account, rule)) for account in outside) if rule else ()

    def told(ids: Iterable[str]) -> tuple[Member, ...]:
        wanted = set(ids)
        shown = [account for account in by_name if account.id in wanted][:most]
        return tuple(_member(account, rule, hand) for account in shown)

    return IcpPreview(
        rule=rule.text if rule else "",
        matches=len(by_rule),
        members=len(after),
        entering=len(after - set(before)),
        leaving=len(set(before) - after),
        staying=len(after & set(before)),
        enters=told(after - set(before)),
        leaves=told(set(before) - after),
        stays=told(after & set(before)),
        near_misses=tuple(
            islice(
                (
                    NearMiss(id=account.id, name=account.name, reason=missed, conditions=tuple(rule.explain(account)))
                    for account, missed in near
                    if rule and missed
                ),
                most,
            )
        ),
    )


def _member(account: Account, rule: Rule | None, hand: dict[str, bool]) -> Member:
    if account.id in hand:
        return Member(
            id=account.id,
            name=account.name,
            by="hand",
            reason="put in by hand" if hand[account.id] else "kept out by hand",
        )
    if rule and rule.matches(account):
        return Member(id=account.id, name=account.name, by="rule", reason=why(account, rule, "rule"))
    failing = " and ".join(
        f"{one.text} ({'no value' if one.value is None else one.value})"
        for one in (rule.explain(account) if rule else ())
        if not one.held
    )
    return Member(id=account.id, name=account.name, by="rule", reason=f"fails {failing}" if failing else "no rule")


def _unknown(rule: Rule, columns: Sequence[str], text: str) -> tuple[UnknownColumn, ...]:
    return tuple(
        UnknownColumn(column=column, position=column_position(text, column), meant=nearest(column, columns))
        for column in rule.unknown(columns)
    )
