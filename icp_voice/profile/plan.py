"""Whom to talk to next: few people who together close the most gaps, and what to ask each of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from icp_voice.model import Contact, Gap, Interview, InterviewPlan, Side, Speaker
from icp_voice.profile.gaps import NO_FEEDBACK, ONE_ROLE, ONE_VOICE, QUESTION, STALE, THIN
from icp_voice.settings import Category, Codebook
from icp_voice.store import Store

ABOUT_CUSTOMERS = re.compile(
    r"(what|how) do (the |our )?(customers|users|people|they|clients) (say|think|feel|report|tell us)"
    r" (about|of) (?P<what>.+?)\?*$",
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
        for (candidate, closed), extra in zip(chosen, _shared(for_anyone, chosen, codebook), strict=True)
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
    return sum(not (gap.kind == ONE_VOICE and candidate.heard) and gap.category not in candidate.failed for gap in gaps)


def _shared(gaps: Sequence[Gap], chosen: Sequence[Pick], codebook: Codebook) -> list[list[Gap]]:
    """Deal the questions that anyone can answer out to the interviews with room for them, the emptiest first.

    Who was asked before and did not answer gets a question only if nobody else has room for it.
    """
    shares: list[list[Gap]] = [[] for _ in chosen]
    for gap in gaps:
        loads = []
        for place, (candidate, closed) in enumerate(chosen):
            share = [*shares[place], gap]
            if _asks(gap, _questions([*closed, *share], codebook), codebook):
                loads.append((gap.category in candidate.failed, len(closed) + 3 * len(share), place))
        if loads:
            shares[min(loads)[-1]].append(gap)
    return shares


def _interview(
    candidate: Candidate, closed: Sequence[Gap], extra: Sequence[Gap], codebook: Codebook, names: Mapping[str, str]
) -> Interview:
    name = names.get(candidate.account, candidate.account)
    questions = _questions([*closed, *extra], codebook)
    closed = [gap for gap in closed if _asks(gap, questions, codebook)]
    return Interview(
        account=candidate.account,
        person=candidate.name,
        role=candidate.role,
        email=candidate.email,
        reason=_reason(candidate, name, closed, codebook),
        questions=questions,
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
    """Return 3 to 5 questions.

    First one for each category that the gaps name, then the questions put to the data, then more of those categories;
    what every interview should hear fills up what is left.
    """
    own = list(dict.fromkeys(gap.category for gap in gaps if gap.category and gap.kind != QUESTION))
    first = [_first_question(codebook[name]) for name in own]
    put = [to_one_person(gap.question) for gap in gaps if gap.kind == QUESTION]
    more = [question for name in own for question in codebook[name].interview_questions[1:]]
    others = [_first_question(one) for one in codebook if one.expected_of == "icp" and one.name not in own]
    broad = any(gap.kind in {NO_FEEDBACK, STALE, ONE_VOICE} for gap in gaps)
    wanted = MOST_QUESTIONS if broad else max(FEWEST_QUESTIONS, min(MOST_QUESTIONS, 2 * len(own)))
    needed = [*first, *put]
    filling = [*others, *more] if broad else [*more, *others]
    unique = dict.fromkeys([*needed, *filling])
    return tuple(unique)[: max(wanted, min(MOST_QUESTIONS, len(dict.fromkeys(needed))))]


def _first_question(category: Category) -> str:
    return category.interview_questions[0] if category.interview_questions else to_one_person(category.question)


def _asks(gap: Gap, questions: Sequence[str], codebook: Codebook) -> bool:
    """Tell whether an interview with these questions would close a gap; one without a category is closed by talking."""
    if gap.kind == QUESTION:
        return to_one_person(gap.question) in questions
    return not gap.category or _first_question(codebook[gap.category]) in questions


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
    heard = [
        (document, speaker)
        for document in store.documents.all()
        for speaker in document.speakers
        if document.account and speaker.side is Side.CUSTOMER
    ]
    for document, speaker in sorted(heard, key=lambda one: not _in_full(one[1].name)):
        at_account = people[document.account]
        if name := _known_as(speaker, at_account.values()):
            known = at_account.get(name.casefold())
            at_account[name.casefold()] = Candidate(
                account=document.account,
                name=name,
                role=speaker.role or (known.role if known else ""),
                email=speaker.email or (known.email if known else ""),
                heard=True,
                failed=frozenset(failed.get(document.id, set()) | (set(known.failed) if known else set())),
            )
    return {account: list(of_account.values()) for account, of_account in people.items()}


def _in_full(name: str) -> bool:
    return " " in name and "@" not in name


def _known_as(speaker: Speaker, known: Iterable[Candidate]) -> str:
    """Return a speaker's name in full, by address or first name where a document gives no more; else nothing."""
    if _in_full(speaker.name):
        return speaker.name
    said, address = speaker.name.casefold(), (speaker.email or speaker.name).casefold()
    same = {one.name for one in known if one.email.casefold() == address or said in one.name.casefold().split()[:1]}
    return same.pop() if len(same) == 1 else ""


def _of_contact(contact: Contact) -> Candidate:
    return Candidate(contact.account, contact.name, contact.role, contact.email, heard=False, failed=frozenset())
