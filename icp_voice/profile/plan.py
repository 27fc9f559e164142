"""Whom to talk to next: few people who together close the most gaps, and what to ask each of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from icp_voice.model import Contact, Gap, Interview, InterviewPlan, Side
from icp_voice.profile.gaps import NO_FEEDBACK, ONE_ROLE, ONE_VOICE, QUESTION, STALE, THIN
from icp_voice.settings import Codebook
from icp_voice.store import Store

ABOUT_CUSTOMERS = re.compile(
    r"(what|how) do (the |our )?(customers|users|people|they|clients) (say|think|feel|report|tell us) (about|of) (?P<what>.+?)\?*$",
    re.I,
)
FEWEST_QUESTIONS = 3
MOST_QUESTIONS = 5
OPEN_TO_ANYONE = frozenset({QUESTION, THIN, ONE_ROLE})
# How much a closed gap is worth: an account never heard tells more than one more voice.
WORTH = {NO_FEEDBACK: 5, STALE: 3, "unknown": 3, "asked but unanswered": 3, ONE_VOICE: 2, "weak": 1}


@dataclass(frozen=True, slots=True)
class Candidate:
    """Someone at an account: from the CRM, or heard before."""

    account: str
    name: str
    role: str
    email: str
    heard: bool
    failed: frozenset[str]


def plan(store: Store, codebook: Codebook, gaps: Sequence[Gap], *, people: int) -> InterviewPlan:
    """Pick up to `people` people, the one who closes most first, until no gap is left that a talk would close."""
    names = {account.id: account.name for account in store.accounts.all()}
    candidates = _candidates(store)
    by_account: dict[str, list[Gap]] = defaultdict(list)
    for gap in gaps:
        if gap.account:
            by_account[gap.account].append(gap)
    picks = []
    for account, of_account in by_account.items():
        picks += _picks(account, of_account, candidates.get(account, []))
    picks.sort(key=lambda pick: (-sum(WORTH.get(gap.kind, 1) for gap in pick[1]), names.get(pick[0].account, "")))
    chosen = picks[:people]
    for_anyone = [gap for gap in gaps if gap.kind in OPEN_TO_ANYONE]
    interviews = [
        _interview(candidate, closed, extra, codebook, names)
        for (candidate, closed), extra in zip(chosen, _shared(for_anyone, chosen), strict=True)
    ]
    closed = {gap for interview in interviews for gap in interview.closes}
    return InterviewPlan(interviews=tuple(interviews), open_gaps=tuple(gap for gap in gaps if gap not in closed))


Pick = tuple[Candidate, list[Gap]]


def _picks(account: str, gaps: Sequence[Gap], candidates: Sequence[Candidate]) -> list[Pick]:
    """Return as few people as close all gaps of one account, each with the gaps they close."""
    left = list(gaps)
    picks: list[Pick] = []
    heard = [candidate.name for candidate in candidates if candidate.heard]
    other = f"someone other than {' or '.join(heard)}" if 0 < len(heard) < 4 else "someone who was not heard yet"
    stranger = Candidate(account, "", other, "", heard=False, failed=frozenset())
    while left:
        pool = [candidate for candidate in candidates if all(candidate is not pick for pick, _ in picks)] or [stranger]
        best = max(pool, key=lambda candidate: (_closes(candidate, left), bool(candidate.role), not candidate.heard))
        closed = [gap for gap in left if _closes(best, [gap])]
        if not closed:
            best, closed = stranger, left
        picks.append((best, closed))
        left = [gap for gap in left if gap not in closed]
    return picks


def _closes(candidate: Candidate, gaps: Iterable[Gap]) -> int:
    """Count the gaps that a talk with this person would close."""
    return sum(
        not (gap.kind == ONE_VOICE and candidate.heard) and gap.category not in (candidate.failed or ()) for gap in gaps
    )


def _shared(gaps: Sequence[Gap], chosen: Sequence[Pick]) -> list[list[Gap]]:
    """Deal the questions that anyone can answer out to the interviews with the most room."""
    shares: list[list[Gap]] = [[] for _ in chosen]
    for gap in gaps:
        if shares:
            loads = [len(closed) + 3 * len(share) for (_, closed), share in zip(chosen, shares, strict=True)]
            shares[loads.index(min(loads))].append(gap)
    return shares


def _interview(
    candidate: Candidate, closed: Sequence[Gap], extra: Sequence[Gap], codebook: Codebook, names: Mapping[str, str]
) -> Interview:
    name = names.get(candidate.account, candidate.account)
    return Interview(
        account=candidate.account,
        person=candidate.name,
        role=candidate.role,
        email=candidate.email,
        reason=_reason(candidate, name, closed, codebook),
        questions=_questions([*closed, *extra], codebook),
        closes=(*closed, *extra),
    )


def _reason(candidate: Candidate, name: str, closed: Sequence[Gap], codebook: Codebook) -> str:
    kinds = {gap.kind for gap in closed}
    titles = [codebook[gap.category].title.lower() for gap in closed if gap.category]
    told = []
    if NO_FEEDBACK in kinds:
        told.append(f"nobody at {name} was ever heard")
    if STALE in kinds:
        told.append(f"all that {name} said is old")
    if titles:
        told.append(f"{name} has left open: {', '.join(titles)}")
    if ONE_VOICE in kinds:
        told.append(f"a second voice from {name} is wanted")
    return "; ".join(told)


def _questions(gaps: Sequence[Gap], codebook: Codebook) -> tuple[str, ...]:
    """Return 3 to 5 questions: first what the gaps ask for, one per category, then what every interview should hear."""
    asked: list[str] = []
    categories = [gap.category for gap in gaps if gap.category and gap.kind != QUESTION]
    expected = [category.name for category in codebook if category.expected_of == "icp"]
    own = [name for name in dict.fromkeys(categories)]
    for name in [*own, *(name for name in expected if name not in own)]:
        asked += codebook[name].interview_questions[:1]
    for name in own:
        asked += codebook[name].interview_questions[1:]
    broad = any(gap.kind in {NO_FEEDBACK, STALE, ONE_VOICE} for gap in gaps)
    wanted = MOST_QUESTIONS if broad else max(FEWEST_QUESTIONS, min(MOST_QUESTIONS, 2 * len(own)))
    put = [to_one_person(gap.question) for gap in gaps if gap.kind == QUESTION][: wanted - 1]
    unique = list(dict.fromkeys(asked))[: wanted - len(put)]
    return (*unique, *put)


def to_one_person(question: str) -> str:
    """Turn a question put to the data ("What do customers say about X?") into one for somebody's own experience."""
    found = ABOUT_CUSTOMERS.match(question.strip())
    return f"What is your own experience with {found['what']}?" if found else f"In your own case: {question.strip()}"


def _candidates(store: Store) -> dict[str, list[Candidate]]:
    """Return the people known at each account: CRM contacts first, then customers heard in documents."""
    failed: dict[str, set[str]] = defaultdict(set)
    for asked in store.questions.unanswered():
        failed[asked.document].add(asked.category)
    people: dict[str, dict[str, Candidate]] = defaultdict(dict)
    for contact in store.accounts.contacts():
        people[contact.account][contact.name.casefold()] = _of_contact(contact)
    for document in store.documents.all():
        for speaker in document.speakers:
            if document.account and speaker.side is Side.CUSTOMER and " " in speaker.name and "@" not in speaker.name:
                known = people[document.account].get(speaker.name.casefold())
                people[document.account][speaker.name.casefold()] = Candidate(
                    account=document.account,
                    name=speaker.name,
                    role=speaker.role or (known.role if known else ""),
                    email=speaker.email or (known.email if known else ""),
                    heard=True,
                    failed=frozenset(failed.get(document.id, set()) | (set(known.failed) if known else set())),
                )
    return {account: list(of_account.values()) for account, of_account in people.items()}


def _of_contact(contact: Contact) -> Candidate:
    return Candidate(contact.account, contact.name, contact.role, contact.email, heard=False, failed=frozenset())
