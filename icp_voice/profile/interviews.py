"""What became of the interviews: whom we wait for, who was heard, and which gaps their words closed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from icp_voice.model import Gap, Highlight
from icp_voice.profile.gaps import QUESTION, cell_of
from icp_voice.profile.invited import heard_since, today
from icp_voice.store import Store
from icp_voice.store.interviews import DECLINED, NONE, Arrival, Mark, Passage

HEARD = "heard"
MOST_QUOTES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardIn:
    """A document in which the person speaks, and by which name."""

    document: str
    title: str
    kind: str
    date: str
    speaker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A gap that is closed, with what the person said of it, the surest first."""

    gap: Gap
    highlights: tuple[Highlight, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewState:
    """One interview: whom, in which state, and what it is to close.

    `state` is "asked", "scheduled" (on `date`), "declined" (until `date`; `over` once that day is past), "heard", or
    "none" for one that was called off. `closes` are the gaps as they stood when the person was marked first: each is
    either in `closed` or in `still_open`. `settled` holds the quotes for those in `closed`. `number` is the interview's.
    """

    number: int
    account: str
    account_name: str
    person: str
    role: str
    email: str
    state: str
    date: str
    note: str
    at: str
    by: str
    since: str
    over: bool
    closes: tuple[Gap, ...]
    closed: tuple[Gap, ...]
    still_open: tuple[Gap, ...]
    settled: tuple[Settled, ...]
    documents: tuple[HeardIn, ...]


def interviews(
    store: Store,
    gaps: Iterable[Gap],
    answered_by: Mapping[str, Sequence[str]],
    *,
    marks: Sequence[Mark] | None = None,
    day: str = "",
) -> tuple[InterviewState, ...]:
    """Return the state of interviews, in the order in which they began; those called off are left out.

    `gaps` are those of now, `answered_by` names the highlights that answer a question of a saved view.
    """
    listed = [one for one in store.interviews.standing() if one.state != NONE] if marks is None else list(marks)
    names = store.accounts.names({one.account for one in listed})
    heard = heard_since(store, listed)
    still = {cell_of(gap) for gap in gaps}
    quotes = _Quotes(store, [arrival for of_mark in heard.values() for arrival in of_mark], answered_by)
    chosen = {
        mark.number: {gap: quotes.of(gap, heard.get(mark.number, ())) for gap in mark.gaps if cell_of(gap) not in still}
        for mark in listed
    }
    ids = {identity for of_mark in chosen.values() for of_gap in of_mark.values() for identity in of_gap}
    known = store.highlights.known(sorted(ids)) if ids else {}
    shown = _shown(store, heard)
    return tuple(
        _state(
            mark,
            names.get(mark.account, mark.account),
            shown.get(mark.number, ()),
            chosen[mark.number],
            known,
            day or today(),
        )
        for mark in listed
    )


def _shown(store: Store, heard: Mapping[int, Sequence[Arrival]]) -> dict[int, list[Arrival]]:
    """Return where people spoke, without what is redacted in titles and without names that the settings hide."""
    veil = store.redactions.veil({arrival.document for of_mark in heard.values() for arrival in of_mark})
    aliases = store.redactions.aliases()
    return {
        number: [
            replace(one, title=veil.phrases(one.document, one.title), name=aliases.of(one.account, one.name))
            for one in of_mark
        ]
        for number, of_mark in heard.items()
    }


def _state(
    mark: Mark,
    account_name: str,
    heard: Sequence[Arrival],
    closed: Mapping[Gap, Sequence[str]],
    known: Mapping[str, Highlight],
    day: str,
) -> InterviewState:
    spoken = {one.document: one for one in heard}
    return InterviewState(
        number=mark.interview,
        account=mark.account,
        account_name=account_name,
        person=mark.person or _who(heard),
        role=mark.role,
        email=mark.email,
        state=HEARD if heard else mark.state,
        date=mark.date,
        note=mark.note,
        at=mark.at,
        by=mark.by,
        since=mark.since,
        over=mark.state == DECLINED and mark.date <= day,
        closes=mark.gaps,
        closed=tuple(closed),
        still_open=tuple(gap for gap in mark.gaps if gap not in closed),
        settled=tuple(
            Settled(gap=gap, highlights=tuple(known[identity] for identity in ids if identity in known))
            for gap, ids in closed.items()
        ),
        documents=tuple(
            HeardIn(document=one.document, title=one.title, kind=one.kind, date=one.date, speaker=one.name)
            for one in spoken.values()
        ),
    )


def _who(heard: Sequence[Arrival]) -> str:
    """Return who spoke where nobody was named, if it is one person."""
    names = {one.name for one in heard}
    return names.pop() if len(names) == 1 else ""


class _Quotes:
    """What was said in the documents of interviews, by document and speaker, the surest first."""

    def __init__(self, store: Store, heard: Iterable[Arrival], answered_by: Mapping[str, Sequence[str]]) -> None:
        self._answered_by = answered_by
        self._said: dict[tuple[str, str], list[Passage]] = defaultdict(list)
        for passage in store.interviews.passages({one.document for one in heard}):
            self._said[passage.document, passage.speaker].append(passage)

    def of(self, gap: Gap, heard: Iterable[Arrival]) -> list[str]:
        """Return the ids of the highlights that closed a gap."""
        said = [passage for one in heard for passage in self._said.get((one.document, one.name), ())]
        answering = set(self._answered_by.get(gap.question, ())) if gap.kind == QUESTION else set()
        fitting = [one for one in said if one.highlight in answering]
        if not fitting:
            fitting = [one for one in said if not gap.category or one.category == gap.category]
        ordered = sorted(fitting, key=lambda one: (-one.score, one.highlight))
        return list(dict.fromkeys(one.highlight for one in ordered))[:MOST_QUOTES]
