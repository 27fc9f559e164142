"""What changed between two editions: themes and facts section by section, and which quotes made them change."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from icp_voice.publish.arrangement import THEME
from icp_voice.publish.difference import Changed, Comparison, Lost, Rewritten, SectionChanges
from icp_voice.publish.figures import SURE, fisher, share
from icp_voice.publish.ledger import Claim, Evidence, Ledger, Written
from icp_voice.publish.quotes import Saying
from icp_voice.publish.turned import ELSEWHERE, is_hidden, turned

Why = Callable[[Evidence], str]
Show = Callable[[Evidence, Ledger], Saying]
HOMES = {
    "pain_point": "pain_points",
    "goal": "goals_and_triggers",
    "trigger": "goals_and_triggers",
    "buying_process": "buying_process",
    "discovery_channel": "discovery",
    "why_they_buy": "why_they_buy",
    "praise": "praise",
    "churn_reason": "churn",
    "channel": "discovery",
    **dict.fromkeys(("role", "step", "criterion", "competitor", "duration", "budget"), "buying_process"),
}
Gaps = tuple[tuple[str, str], ...]
MOST_QUOTES = 5
MOST_OF = 0.5


def compare(
    then: Ledger,
    now: Ledger,
    *,
    titles: tuple[str, str],
    merged: Mapping[str, str],
    split: Mapping[str, str],
    why: Why,
    show: Show,
) -> Comparison:
    """Compare what two editions rest on.

    `merged` says into which theme a theme went and `split` from which it came; `why` a quote is gone, and `show` it.
    """
    both = _Both(then, now, show)
    came, went = set(now.members) - set(then.members), set(then.members) - set(now.members)
    opened, closed = _gaps(now, then, came), _gaps(then, now, went)
    sections: dict[str, list[Changed]] = defaultdict(list)
    for change in (*both.themes(merged, split), *both.facts()):
        sections[HOMES.get(change.of, ELSEWHERE)].append(change)
    rewritten: dict[str, list[Rewritten]] = defaultdict(list)
    for section, paragraph in _rewritten(then.paragraphs, now.paragraphs):
        rewritten[section].append(paragraph)
    names = list(dict.fromkeys([*HOMES.values(), ELSEWHERE, *rewritten]))
    return Comparison(
        before=titles[0],
        after=titles[1],
        label=now.label,
        sections=tuple(
            SectionChanges(name=name, claims=tuple(sections[name]), paragraphs=tuple(rewritten[name]))
            for name in names
            if sections[name] or rewritten[name]
        ),
        lost=tuple(both.lost(why)),
        entered=_named(came, now),
        left=_named(went, then),
        opened=opened[0],
        closed=closed[0],
        gaps_entered=opened[1],
        gaps_left=closed[1],
        cells=_cells(then, now),
        turned=turned(then, now, HOMES, show),
    )


class _Both:
    """Two ledgers with their quotes found by place: a passage that was cut anew over the same words is the same."""

    def __init__(self, then: Ledger, now: Ledger, show: Show) -> None:
        self._then, self._now, self._show = then, now, show
        self._before, self._after = _Quotes(then.quotes), _Quotes(now.quotes)

    def themes(self, merged: Mapping[str, str], split: Mapping[str, str]) -> list[Changed]:
        """Return the themes that are new, gone, renamed, merged, split or held by others."""
        then, now = _by_id(self._then.themes), _by_id(self._now.themes)
        found = []
        for id, after in now.items():
            if is_hidden(self._then, THEME, id) and id not in then:
                continue
            if id in then:
                kind = "renamed" if then[id].name != after.name else "changed"
                found.append(self._changed("theme", kind, then[id], after))
            else:
                source = split.get(id, "") or _home(after, then, self._after, self._before)
                other = then[source].name if source in then else ""
                found.append(self._changed("theme", "split" if other else "new", None, after, other))
        for id, before in then.items():
            if id not in now and not is_hidden(self._now, THEME, id):
                target = merged.get(id, "") or _home(before, now, self._before, self._after)
                other = now[target].name if target in now else ""
                found.append(self._changed("theme", "merged" if other else "gone", before, None, other))
        return _telling(found)

    def facts(self) -> list[Changed]:
        """Return the facts that are new, gone or stated by others."""
        then, now = _by_id(self._then.facts), _by_id(self._now.facts)
        found = []
        for id in dict.fromkeys([*now, *then]):
            kind = "changed" if id in then and id in now else "new" if id in now else "gone"
            found.append(self._changed("fact", kind, then.get(id), now.get(id)))
        return _telling(found)

    def lost(self, why: Why) -> list[Lost]:
        """Return the statements of the former whose every quote is gone."""
        found: list[Lost] = []
        for what, claims in (("theme", self._then.themes), ("fact", self._then.facts)):
            for claim in claims:
                of = claim.of if what == "theme" else ""
                found += self._lost(what, claim.name, HOMES.get(claim.of, ELSEWHERE), claim.quotes, of, why)
        for one in self._then.paragraphs:
            found += self._lost("paragraph", one.text, one.section, one.quotes, "", why)
        return found

    def _lost(
        self, what: str, text: str, section: str, quotes: Sequence[str], category: str, why: Why
    ) -> Iterable[Lost]:
        cited = [self._before.known[id] for id in quotes if id in self._before.known]
        if cited and not any(self._after.holds(one, category) for one in cited):
            reasons = Counter(why(one) for one in cited)
            yield Lost(what=what, text=text, section=section, reasons=tuple(sorted(reasons.items())))

    def _changed(self, what: str, kind: str, then: Claim | None, now: Claim | None, other: str = "") -> Changed:
        known = now or then
        assert known is not None
        was, is_now = _Quotes(self._before.of(then)), _Quotes(self._after.of(now))
        came = [one for one in self._after.of(now) if not was.holds(one)]
        went = [one for one in self._before.of(then) if not is_now.holds(one)]
        heard = len(self._then.heard), len(self._now.heard)
        before, after = share(then.members if then else 0, heard[0]), share(now.members if now else 0, heard[1])
        p = fisher(after, before) if all(heard) else 1.0
        return Changed(
            what=what,
            kind=kind,
            id=known.id,
            of=known.of,
            name=known.name,
            was=then.name if then and then.name != known.name else "",
            other=other,
            before=before,
            after=after,
            p=p,
            # What was merged or split off is held by as many as before, under another theme.
            sure=p < SURE and kind not in ("merged", "split"),
            came=tuple(self._show(one, self._now) for one in _first(came)),
            went=tuple(self._show(one, self._then) for one in _first(went)),
            came_count=len(came),
            went_count=len(went),
        )


class _Quotes:
    """Some quotes, found by id or by a place that overlaps."""

    def __init__(self, quotes: Iterable[Evidence]) -> None:
        self.known = {one.id: one for one in quotes}
        self._places: dict[tuple[str, str], list[Evidence]] = defaultdict(list)
        for one in self.known.values():
            if one.key:
                self._places[one.document, one.key].append(one)

    def of(self, claim: Claim | None) -> list[Evidence]:
        """Return the quotes of a theme or fact."""
        return [self.known[id] for id in claim.quotes if id in self.known] if claim else []

    def match(self, quote: Evidence) -> Evidence | None:
        """Return the quote that is the same, or says some of the same words in the same place."""
        same = self.known.get(quote.id)
        near = self._places.get((quote.document, quote.key), ())
        return same or next((one for one in near if one.start < quote.end and quote.start < one.end), None)

    def holds(self, quote: Evidence, category: str = "") -> bool:
        """Tell whether a quote is among these, and carries a category."""
        found = self.match(quote)
        return found is not None and (not category or category in found.categories)


def _home(claim: Claim, others: Mapping[str, Claim], here: _Quotes, there: _Quotes) -> str:
    """Return the theme of the other edition that holds most of a theme's quotes, if one holds more than half of them."""
    holders = {quote: id for id, other in others.items() if other.of == claim.of for quote in other.quotes}
    matches = [found for one in here.of(claim) if (found := there.match(one))]
    counts = Counter(holders[found.id] for found in matches if found.id in holders)
    best = counts.most_common(1)
    return best[0][0] if best and best[0][1] > MOST_OF * len(claim.quotes) else ""


def _telling(found: Iterable[Changed]) -> list[Changed]:
    """Return what changed, the surest and widest first; same figures of the same quotes are no change."""
    kept = [
        one for one in found if one.kind != "changed" or one.came_count or one.went_count or one.before.n != one.after.n
    ]
    return sorted(kept, key=lambda one: (one.what, not one.sure, -abs(one.after.n - one.before.n), one.name, one.id))


def _first(quotes: Iterable[Evidence]) -> list[Evidence]:
    return sorted(quotes, key=lambda one: (one.date, one.document, one.start, one.id), reverse=True)[:MOST_QUOTES]


def _by_id(claims: Iterable[Claim]) -> dict[str, Claim]:
    return {claim.id: claim for claim in claims}


def _named(ids: Iterable[str], of: Ledger) -> tuple[str, ...]:
    return tuple(sorted(of.names.get(id, id) for id in ids))


def _gaps(of: Ledger, beside: Ledger, moved: Collection[str]) -> tuple[Gaps, Gaps]:
    """Return the gaps of one that the other does not have: the kind, and what it is about.

    Those of accounts that `moved` (entered, or left) stand apart: nobody opened or closed them.
    """
    found: tuple[list[tuple[str, str]], list[tuple[str, str]]] = ([], [])
    for kind, account, category, question in sorted(set(of.gaps) - set(beside.gaps)):
        about = (of.names.get(account, account), of.categories.get(category, category), question)
        found[account in moved].append((kind, ", ".join(part for part in about if part)))
    return tuple(found[0]), tuple(found[1])


def _cells(then: Ledger, now: Ledger) -> tuple[tuple[str, str, str, str], ...]:
    before = {(account, category): state for account, category, state in then.cells}
    return tuple(
        (now.names.get(account, account), now.categories.get(category, category), before[account, category], state)
        for account, category, state in now.cells
        if before.get((account, category), state) != state
    )


def _rewritten(then: Iterable[Written], now: Iterable[Written]) -> Iterable[tuple[str, Rewritten]]:
    before, after = {one.id: one for one in then}, {one.id: one for one in now}
    for id in dict.fromkeys([*after, *before]):
        if id not in before:
            yield after[id].section, Rewritten(kind="new", id=id, text=after[id].text)
        elif id not in after:
            yield before[id].section, Rewritten(kind="gone", id=id, text=before[id].text)
        elif before[id].text != after[id].text:
            yield after[id].section, Rewritten(kind="changed", id=id, text=after[id].text)
