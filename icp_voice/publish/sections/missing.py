"""What does not fit and what is not known: exceptions, gaps, and the interviews that would close them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from icp_voice.model import Answer, Gap, Highlight, Interview
from icp_voice.profile.gaps import NO_FEEDBACK, ONE_ROLE, ONE_VOICE, QUESTION, STALE, THIN
from icp_voice.publish.material import Material
from icp_voice.publish.quotes import SURE, Saying, best
from icp_voice.publish.themed import ShownTheme, shown_themes

MOST_THEMES = 6
MOST_ACCOUNTS = 40
MOST_NEAR = 20
TELLING = ("churn_reason", "pain_point", "buying_process", "goal")
KIND_TITLES = {
    NO_FEEDBACK: "never heard",
    STALE: "old",
    ONE_VOICE: "one voice only",
    ONE_ROLE: "one role only",
    THIN: "too few accounts",
    QUESTION: "not answered by the data",
    "unknown": "unknown",
    "asked but unanswered": "asked, not answered",
    "weak": "weak",
}
BUYING = frozenset({"buying_process", "discovery_channel", "trigger", "why_they_buy"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """An account outside that came near or stands apart, why, and what it says."""

    name: str
    reason: str
    quotes: tuple[Saying, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exceptions:
    """Pains that only others have, accounts that failed the rule by one condition, and those kept out by hand."""

    tagged: bool
    foreign: tuple[ShownTheme, ...]
    near: tuple[Near, ...]
    silent: tuple[Near, ...]
    more_near: int
    apart: tuple[Near, ...]
    kept_out: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """One gap as it is told."""

    kind: str
    key: str
    about: str
    reason: str
    planned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OfAccount:
    """The gaps of one account."""

    name: str
    gaps: tuple[Missing, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One interview of the plan; `closes` counts its gaps."""

    account: str
    person: str
    role: str
    email: str
    reason: str
    questions: tuple[str, ...]
    closes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A saved question and whether the data answers it."""

    question: str
    answered: bool
    accounts: int
    of_accounts: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """All gaps, and the plan."""

    count: int
    closed: int
    accounts: tuple[OfAccount, ...]
    more_accounts: int
    general: tuple[Missing, ...]
    asked: tuple[Asked, ...]
    plan: tuple[Planned, ...]
    left: int


def exceptions(material: Material) -> Exceptions:
    """Tell what members do not share, and who stands just outside."""
    missed = {one.id: one.reason for one in material.icp.near_misses}
    said = _by_account(material)
    known = {*missed, *material.churned, *material.icp.kept_out, *material.group.members}
    near = [
        _near(material, account, reason, said[account])
        for account, reason in missed.items()
        if account not in material.churned
    ]
    near.sort(key=lambda one: one.name)
    silent = [one for one in near if not one.quotes]
    near = [one for one in near if one.quotes]
    apart = [account for account in sorted(material.group.others, key=material.name) if account not in known]
    foreign = [one for one in shown_themes(material, "pain_point") if not one.members.n and one.others.n]
    return Exceptions(
        tagged=material.group.tagged,
        foreign=tuple(foreign[:MOST_THEMES]) if material.group.tagged else (),
        near=tuple(near[:MOST_NEAR]),
        silent=tuple(silent[:MOST_NEAR]),
        more_near=len(near[MOST_NEAR:]) + len(silent[MOST_NEAR:]),
        apart=tuple(
            one
            for account in apart[:MOST_NEAR]
            if (one := _near(material, account, _told(material, account), said[account])).quotes
        ),
        kept_out=tuple(material.name(account) for account in material.icp.kept_out),
    )


def gaps(material: Material) -> Gaps:
    """Gaps by account, those that concern everybody, questions, and the plan."""
    closed = {gap for interview in material.plan.interviews for gap in interview.closes}
    by_account: dict[str, list[Gap]] = defaultdict(list)
    for gap in material.gaps:
        if gap.account:
            by_account[gap.account].append(gap)
    accounts = [
        OfAccount(name=material.name(account), gaps=tuple(_missing(material, gap, closed) for gap in of_account))
        for account, of_account in by_account.items()
    ]
    return Gaps(
        count=len(material.gaps),
        closed=sum(gap in closed for gap in material.gaps),
        accounts=tuple(accounts[:MOST_ACCOUNTS]),
        more_accounts=len(accounts[MOST_ACCOUNTS:]),
        general=tuple(_missing(material, gap, closed) for gap in material.gaps if not gap.account),
        asked=tuple(_asked(view.question, answer) for view, answer in material.asked),
        plan=tuple(planned(material, interview) for interview in material.plan.interviews),
        left=len(material.plan.open_gaps),
    )


def buying_open(material: Material) -> Gaps:
    """Tell what is not known of how customers find and buy."""
    told = gaps(material)
    closed = {gap for interview in material.plan.interviews for gap in interview.closes}
    chosen = [gap for gap in material.gaps if gap.category in BUYING or gap.kind == NO_FEEDBACK]
    by_account: dict[str, list[Missing]] = defaultdict(list)
    for gap in chosen:
        if gap.account:
            by_account[material.name(gap.account)].append(_missing(material, gap, closed))
    accounts = tuple(OfAccount(name=name, gaps=tuple(of_account)) for name, of_account in by_account.items())
    return Gaps(
        count=len(chosen),
        closed=sum(gap in closed for gap in chosen),
        accounts=accounts[:MOST_ACCOUNTS],
        more_accounts=len(accounts[MOST_ACCOUNTS:]),
        general=tuple(_missing(material, gap, closed) for gap in chosen if not gap.account),
        asked=told.asked,
        plan=told.plan,
        left=told.left,
    )


def planned(material: Material, interview: Interview) -> Planned:
    """Return one interview as it is told."""
    return Planned(
        account=material.name(interview.account),
        person=interview.person,
        role=interview.role,
        email=interview.email,
        reason=interview.reason,
        questions=interview.questions,
        closes=len(interview.closes),
    )


def _missing(material: Material, gap: Gap, closed: Iterable[Gap]) -> Missing:
    category = material.category(gap.category) if gap.category else None
    about = gap.question if gap.kind == QUESTION else category.title if category else ""
    return Missing(
        kind=KIND_TITLES.get(gap.kind, gap.kind),
        key=gap.kind.replace(" ", "-"),
        about=about,
        reason=gap.reason,
        planned=gap in closed,
    )


def _asked(question: str, answer: Answer) -> Asked:
    return Asked(
        question=question,
        answered=answer.answered,
        accounts=answer.accounts,
        of_accounts=answer.of_accounts,
        reason=answer.reason,
    )


def _by_account(material: Material) -> dict[str, list[Highlight]]:
    said: dict[str, list[Highlight]] = defaultdict(list)
    for highlight in material.highlights.values():
        said[highlight.account].append(highlight)
    return said


def _near(material: Material, account: str, reason: str, said: list[Highlight]) -> Near:
    return Near(name=material.name(account), reason=reason, quotes=best(material, _telling(material, said), 2))


def _telling(material: Material, said: list[Highlight]) -> list[Highlight]:
    """Return what an account surely says, reasons to leave and pains first; if nothing is sure, the surest."""
    found = []
    for highlight in said:
        held = [tag for tag in highlight.tags if tag.category in TELLING and tag.category in highlight.categories]
        found += [(TELLING.index(tag.category), -tag.score, highlight.id) for tag in held]
    sure = [one for one in found if -one[1] >= SURE] or sorted(found, key=lambda one: one[1:])[:1]
    return [material.highlights[identity] for *_, identity in sorted(sure)]


def _told(material: Material, account: str) -> str:
    status = material.accounts[account].attributes.get("status")
    return f"outside the rule (status: {status})" if status else "outside the rule"
