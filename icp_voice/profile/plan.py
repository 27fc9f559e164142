"""Whom to talk to next: few people who together close the most gaps, and what to ask each of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from icp_voice.model import Gap, Interview, InterviewPlan
from icp_voice.profile.gaps import NO_FEEDBACK, ONE_ROLE, ONE_VOICE, QUESTION, STALE, THIN, cell_of
from icp_voice.profile.invited import Invited, Standing, standing_of
from icp_voice.profile.known import NOTHING, knowledge_of
from icp_voice.profile.people import Person
from icp_voice.settings import Category, Codebook
from icp_voice.store import Store

ABOUT_CUSTOMERS = re.compile(
    r"(what|how) do (the |our )?(customers|users|people|they|clients) (say|think|feel|report|tell us)"
    r" (about|of) (?P<what>.+?)\?*$",
    re.I,
)
SETTLED = "what this talk was to settle is known by now"
FEWEST_QUESTIONS = 3
MOST_QUESTIONS = 5
OPEN_TO_ANYONE = frozenset({QUESTION, THIN, ONE_ROLE})
# How much a closed gap is worth: an account never heard tells more than one more voice.
WORTH = {NO_FEEDBACK: 5, STALE: 3, "unknown": 3, "asked but unanswered": 3, ONE_VOICE: 2, "weak": 1}


@dataclass(frozen=True, slots=True)
class Pick:
    """Someone for the plan with the gaps of their account that they are to close; `extra` are those open to anyone.

    `invited` is set for who was asked already: what they are to close was settled then, and of it `closes` and `extra`
    are what is open still.
    """

    person: Person
    closes: list[Gap]
    extra: list[Gap]
    invited: Invited | None = None


def plan(
    store: Store, codebook: Codebook, gaps: Sequence[Gap], *, people: int, standing: Standing | None = None
) -> InterviewPlan:
    """Pick up to `people` people, the one who closes most first, until no gap is left that a talk would close.

    Who is invited stays in the plan, in the place that is due to what they were asked for, and closes those gaps; the
    others are picked for what is left. Who declined is not picked.
    """
    standing = standing or standing_of(store)
    names = knowledge_of(store).kept(
        store, "names", lambda: {account.id: account.name for account in store.accounts.all()}
    )
    current = {cell_of(gap): gap for gap in gaps}
    invited = [_of_invited(one, current) for one in standing.invited]
    promised = {cell_of(gap) for one in standing.invited for gap in one.gaps}
    left = [gap for gap in gaps if cell_of(gap) not in promised]
    picks = sorted([*invited, *_new(store, left, standing)], key=lambda pick: _place(pick, names))
    room = max(0, people - len(invited))
    new = [pick for pick in picks if not pick.invited][:room]
    chosen = [pick for pick in picks if pick.invited or any(pick is one for one in new)]
    _share([gap for gap in left if gap.kind in OPEN_TO_ANYONE], chosen, codebook)
    interviews = [_interview(pick, codebook, names) for pick in chosen]
    closed = {cell_of(gap) for interview in interviews for gap in interview.closes}
    return InterviewPlan(
        interviews=tuple(interviews), open_gaps=tuple(gap for gap in gaps if cell_of(gap) not in closed)
    )


def _of_invited(one: Invited, current: Mapping[tuple[str, str, str], Gap]) -> Pick:
    still = [current[cell_of(gap)] for gap in one.gaps if cell_of(gap) in current]
    own = [gap for gap in still if gap.kind not in OPEN_TO_ANYONE]
    return Pick(one.person, own, [gap for gap in still if gap.kind in OPEN_TO_ANYONE], one)


def _place(pick: Pick, names: Mapping[str, str]) -> tuple[int, str, str]:
    """Return the place in the plan; that of who is invited stays as it was then."""
    account = pick.person.account
    gaps = [gap for gap in pick.invited.gaps if gap.kind not in OPEN_TO_ANYONE] if pick.invited else pick.closes
    return -sum(WORTH.get(gap.kind, 1) for gap in gaps), names.get(account, ""), account


def _new(store: Store, gaps: Sequence[Gap], standing: Standing) -> list[Pick]:
    known = knowledge_of(store).all(store)
    invited = {(one.person.account, one.person.name.casefold()) for one in standing.invited}
    by_account: dict[str, list[Gap]] = defaultdict(list)
    for gap in gaps:
        if gap.account:
            by_account[gap.account].append(gap)
    picks: list[Pick] = []
    for account, of_account in by_account.items():
        people = [person for person in known.get(account, NOTHING).people if person.full]
        free = [person for person in people if (account, person.name.casefold()) not in standing.declined | invited]
        heard = [] if store.redactions.privacy.names else [person.name for person in people if person.heard]
        picks += _picks(account, of_account, free, heard)
    return picks


def _picks(account: str, gaps: Sequence[Gap], candidates: Sequence[Person], heard: Sequence[str]) -> list[Pick]:
    """Return as few people as close all gaps of one account, each with the gaps they close."""
    left = list(gaps)
    picks: list[Pick] = []
    other = f"someone other than {' or '.join(heard)}" if 0 < len(heard) < 4 else "someone who was not heard yet"
    stranger = Person(account=account, name="", role=other)
    while left:
        pool = [person for person in candidates if all(person is not pick.person for pick in picks)] or [stranger]
        best = max(pool, key=lambda person: (len(closes(person, left)), bool(person.role), not person.heard))
        closed = closes(best, left)
        if not closed:
            best, closed = stranger, left
        picks.append(Pick(best, list(closed), []))
        left = [gap for gap in left if gap not in closed]
    return picks


def closes(person: Person, gaps: Iterable[Gap]) -> list[Gap]:
    """Return the gaps of an account that a talk with this person would close."""
    return [gap for gap in gaps if not (gap.kind == ONE_VOICE and person.heard) and gap.category not in person.failed]


def _share(gaps: Sequence[Gap], chosen: Sequence[Pick], codebook: Codebook) -> None:
    """Deal the questions that anyone can answer out to the interviews with room for them, the emptiest first.

    Who was asked before and did not answer gets a question only if nobody else has room for it; what is settled with
    who is invited stays as it is.
    """
    for gap in gaps:
        loads = []
        for place, pick in enumerate(chosen):
            share = [*pick.extra, gap]
            if not pick.invited and _asks(gap, _questions([*pick.closes, *share], codebook), codebook):
                loads.append((gap.category in pick.person.failed, len(pick.closes) + 3 * len(share), place))
        if loads:
            chosen[min(loads)[-1]].extra.append(gap)


def _interview(pick: Pick, codebook: Codebook, names: Mapping[str, str]) -> Interview:
    person = pick.person
    name = names.get(person.account, person.account)
    questions = _questions(pick.invited.gaps if pick.invited else [*pick.closes, *pick.extra], codebook)
    closed = [gap for gap in pick.closes if pick.invited or _asks(gap, questions, codebook)]
    return Interview(
        account=person.account,
        person=person.name,
        role=person.role,
        email=person.email,
        reason=_reason(name, closed, codebook) or (SETTLED if pick.invited and not pick.extra else ""),
        questions=questions,
        closes=(*closed, *pick.extra),
        state=pick.invited.state if pick.invited else "",
        date=pick.invited.date if pick.invited else "",
    )


def _reason(name: str, closed: Sequence[Gap], codebook: Codebook) -> str:
    kinds = {gap.kind for gap in closed}
    titles = [codebook[gap.category].title.lower() for gap in closed if gap.category in codebook.names]
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
    # What was settled earlier may name a category that the codebook no longer has.
    named = [gap.category for gap in gaps if gap.category in codebook.names and gap.kind != QUESTION]
    own = list(dict.fromkeys(named))
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
