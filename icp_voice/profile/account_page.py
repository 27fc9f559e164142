"""One account: who they are, why they are ICP or not, what is known of them and what is not, and who their people are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from icp_voice.model import Account, Cell, Gap
from icp_voice.profile.coverage import matrix
from icp_voice.profile.gaps import standing_gaps
from icp_voice.profile.icp import find_account, kept_rule, near_miss, why
from icp_voice.profile.invited import heard_since, today
from icp_voice.profile.known import NOTHING, knowledge_of
from icp_voice.profile.people import Person
from icp_voice.settings import Codebook, Settings
from icp_voice.store import Store
from icp_voice.store.account_rows import DocumentRow, FactRow, ThemeRow
from icp_voice.store.interviews import DECLINED, NONE

HEARD = "heard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """Whether an account is ICP: `by` "rule" or "hand", and why; `near` is the one condition that one outside fails."""

    held: bool
    by: str
    reason: str
    near: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPerson:
    """Someone at the account. `state` is that of their interview: "", asked, scheduled, declined or heard; `date` its date."""

    person: Person
    state: str
    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage:
    """What is shown of one account.

    `cells` are in the codebook's order, `gaps` those of ICP accounts. `highlights` counts the coded passages,
    `categories` those per category that has any. `documents` are some of `document_count`, from `start`.
    """

    account: Account
    icp: Membership
    cells: tuple[Cell, ...]
    gaps: tuple[Gap, ...]
    people: tuple[AccountPerson, ...]
    categories: tuple[tuple[str, int], ...]
    highlights: int
    themes: tuple[ThemeRow, ...]
    facts: tuple[FactRow, ...]
    documents: tuple[DocumentRow, ...]
    document_count: int
    start: int
    as_of: str


def account_page(
    store: Store, settings: Settings, codebook: Codebook, said: str, *, start: int = 0, most: int = 25
) -> AccountPage:
    """Return the page of the account with this id, name or domain."""
    account = store.accounts.get(said) or find_account(store, said)
    shown = matrix(store, settings, codebook, [account])
    known = knowledge_of(store).all(store).get(account.id, NOTHING)
    icp = _membership(store, settings.coverage.tag, account)
    rows, start = store.account_rows, max(0, start)
    return AccountPage(
        account=account,
        icp=icp,
        cells=shown.cells,
        gaps=tuple(gap for gap in standing_gaps(store, settings, codebook) if gap.account == account.id),
        people=_people(store, account.id, known.people),
        categories=tuple((cell.category, cell.highlights) for cell in shown.cells if cell.highlights),
        highlights=rows.highlight_count(account.id),
        themes=tuple(_themes(store, account.id)),
        facts=tuple(_facts(store, account.id)),
        documents=tuple(_documents(store, account.id, start, max(0, most))),
        document_count=rows.document_count(account.id),
        start=start,
        as_of=shown.as_of,
    )


def _membership(store: Store, tag: str, account: Account) -> Membership:
    rule, by_hand = kept_rule(store, tag), store.accounts.by_hand(tag)
    if tag in account.tags:
        by = "hand" if by_hand.get(account.id) else "rule"
        return Membership(held=True, by=by, reason=why(account, rule, by), near="")
    if account.id in by_hand:
        return Membership(held=False, by="hand", reason="kept out by hand", near="")
    if rule is None:
        return Membership(held=False, by="", reason=f"no rule says who is {tag}", near="")
    failed = " and ".join(
        f"{one.text} ({'no value' if one.value is None else one.value})"
        for one in rule.explain(account)
        if not one.held
    )
    return Membership(held=False, by="rule", reason=f"does not hold: {failed}", near=near_miss(account, rule))


def _themes(store: Store, account: str) -> list[ThemeRow]:
    """Return the themes, by names that hide what is redacted."""
    found = store.account_rows.themes(account)
    veil = store.redactions.veil() if found else None
    return (
        [replace(one, name=store.themes.shown_words(veil, one.id, (one.name,))[0]) for one in found] if veil else found
    )


def _facts(store: Store, account: str) -> list[FactRow]:
    """Return the facts; where something of the account is redacted, those whose values may be shown."""
    found = store.account_rows.facts(account)
    if not found or not store.redactions.veil(store.account_rows.ids(account)):
        return found
    stated = store.facts.of(store.account_rows.stating(account))
    mentions = Counter((one.kind, one.value) for one in stated)
    newest = {(one.kind, one.value): one.highlight for one in stated}
    return [FactRow(kind, value, count, newest[kind, value]) for (kind, value), count in sorted(mentions.items())]


def _documents(store: Store, account: str, start: int, most: int) -> list[DocumentRow]:
    found = store.account_rows.documents(account, start=start, most=most)
    veil = store.redactions.veil([one.id for one in found])
    return [replace(one, title=veil.phrases(one.id, one.title)) for one in found] if veil else found


def _people(store: Store, account: str, people: tuple[Person, ...]) -> tuple[AccountPerson, ...]:
    """Return the people, those heard most often first, each with the state of their latest interview."""
    marks = [one for one in store.interviews.standing() if one.account == account]
    heard, day = heard_since(store, marks), today()
    states = {}
    for mark in marks:
        over = mark.state == NONE or (mark.state == DECLINED and mark.date <= day)
        state = HEARD if heard.get(mark.number) else "" if over else mark.state
        states[mark.person.casefold()] = (state, mark.date if state else "")
    # Where names are hidden, a contact is not shown as the one who spoke.
    hidden = store.redactions.privacy.names
    told = [replace(one, heard=0, last="") if hidden and one.full else one for one in people]
    listed = []
    for person in sorted(told, key=lambda one: (-one.heard, not one.full, one.name)):
        state, date = states.get(person.name.casefold(), ("", ""))
        listed.append(AccountPerson(person=person, state=state, date=date))
    return tuple(listed)
