"""What still has to be researched: accounts never heard, cells not known, one-sided evidence, open questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from icp_voice.errors import RuleError
from icp_voice.model import Account, Answer, Cell, CellState, Gap, View
from icp_voice.profile.coverage import Coverage, matrix
from icp_voice.profile.coverage import coverage as coverage_of
from icp_voice.profile.icp import BUILT_IN
from icp_voice.profile.known import NOTHING, Known, knowledge_of
from icp_voice.profile.rule_parser import parse_rule
from icp_voice.settings import Category, Codebook, Settings
from icp_voice.store import Store

NO_FEEDBACK = "no feedback"
STALE = "stale"
ONE_VOICE = "one voice"
ONE_ROLE = "one role"
THIN = "thin category"
QUESTION = "question"
KINDS = {
    CellState.UNKNOWN: "unknown",
    CellState.UNANSWERED: "asked but unanswered",
    CellState.WEAK: "weak",
    CellState.STALE: STALE,
}


def gaps(
    store: Store, settings: Settings, codebook: Codebook, coverage: Coverage, ask: Callable[[View], Answer]
) -> list[Gap]:
    """Return all gaps: accounts first, then cells, categories, churned accounts, and questions put to the data."""
    return [*_standing(store, settings, codebook, coverage), *question_gaps(store.views.all(), ask)]


def cell_of(gap: Gap) -> tuple[str, str, str]:
    """Return what a gap is about, whatever its state: a weak cell and an unknown one are the same cell."""
    kind = "" if gap.account and gap.category else gap.kind
    return kind, gap.account, gap.question if gap.kind == QUESTION else gap.category


def standing_gaps(store: Store, settings: Settings, codebook: Codebook) -> tuple[Gap, ...]:
    """Return the gaps that no question is needed for; they are reckoned once per state of the store."""
    measured = settings.coverage
    key = (measured.tag, measured.churned, measured.stale_after_days, measured.fewest_accounts)
    categories = tuple((one.name, one.question, one.expected_of, one.enough) for one in codebook)
    return knowledge_of(store).kept(
        store,
        ("gaps", store.documents.newest_date(), store.redactions.privacy.names, *key, categories),
        lambda: tuple(_standing(store, settings, codebook, coverage_of(store, settings, codebook))),
    )


def _standing(store: Store, settings: Settings, codebook: Codebook, coverage: Coverage) -> list[Gap]:
    known, aliases = knowledge_of(store).all(store), store.redactions.aliases()
    found: list[Gap] = []
    for account in coverage.accounts:
        of_account = known.get(account.id, NOTHING)
        called = replace(of_account, voices=frozenset(aliases.of(account.id, name) for name in of_account.voices))
        found += gaps_of(account, coverage.of_account(account.id), codebook, called)
    found += _of_categories(settings, codebook, coverage, known)
    found += _of_churned(store, settings, codebook)
    return found


def gaps_of(account: Account, cells: Iterable[Cell], codebook: Codebook, known: Known) -> Iterator[Gap]:
    """Yield the gaps of one ICP account, whose cells these are."""
    if not known.heard:
        yield Gap(
            kind=NO_FEEDBACK, account=account.id, reason=f"{account.name} is ICP, and nobody there was ever heard"
        )
        return
    listed = list(cells)
    spoken = [cell for cell in listed if cell.highlights]
    if spoken and all(cell.state is CellState.STALE for cell in spoken):
        newest = max(cell.newest for cell in spoken)
        yield Gap(kind=STALE, account=account.id, reason=f"all that {account.name} said is old, the newest of {newest}")
    else:
        expected = {category.name for category in codebook if category.expected_of == "icp"}
        yield from (_of_cell(cell, codebook) for cell in listed if cell.category in expected and cell.state in KINDS)
    if len(known.voices) == 1:
        [voice] = known.voices
        yield Gap(kind=ONE_VOICE, account=account.id, reason=f"{account.name} was heard through {voice} alone")


def _of_cell(cell: Cell, codebook: Codebook) -> Gap:
    return Gap(
        kind=KINDS[cell.state],
        account=cell.account,
        category=cell.category,
        question=codebook[cell.category].question,
        reason=cell.reason,
    )


def _of_categories(
    settings: Settings, codebook: Codebook, coverage: Coverage, known: Mapping[str, Known]
) -> Iterator[Gap]:
    wanted = min(settings.coverage.fewest_accounts, len(coverage.accounts))
    heard = Counter(cell.category for cell in coverage.cells if cell.highlights)
    for category in codebook:
        if category.expected_of != "icp" or not coverage.accounts:
            continue
        if heard[category.name] < wanted:
            told = f"{heard[category.name]} of {len(coverage.accounts)} ICP accounts said anything; {wanted} are wanted"
            yield Gap(kind=THIN, category=category.name, question=category.question, reason=told)
        elif role := _only_role(coverage, known, category):
            told = f"all that is known was said by one role: {role}"
            yield Gap(kind=ONE_ROLE, category=category.name, question=category.question, reason=told)


def _only_role(coverage: Coverage, known: Mapping[str, Known], category: Category) -> str:
    """Return the role of the speakers if all that is known of a category comes from one and the same, else nothing."""
    roles: Counter[str] = Counter()
    for account in coverage.accounts:
        cell = known.get(account.id, NOTHING).cells.get(category.name)
        for role, highlights in cell.roles if cell else ():
            roles[role] += highlights
    same = {role.casefold() for role in roles}
    return min(roles) if sum(roles.values()) >= 3 and len(same) == 1 else ""


def _of_churned(store: Store, settings: Settings, codebook: Codebook) -> Iterator[Gap]:
    categories = [category for category in codebook if category.expected_of == "churned"]
    churned = churned_accounts(store, settings)
    names = {account.id: account.name for account in churned}
    for cell in matrix(store, settings, categories, churned).cells:
        if not cell.highlights:
            name = names[cell.account]
            question = codebook[cell.category].question
            told = f"{name} left, and has not said why" if cell.state is CellState.UNKNOWN else f"{name}: {cell.reason}"
            yield Gap(
                kind=KINDS[cell.state], account=cell.account, category=cell.category, question=question, reason=told
            )


def churned_accounts(store: Store, settings: Settings) -> list[Account]:
    """Return the accounts that left, by the rule in the settings; none where the CRM does not tell."""
    rule = parse_rule(settings.coverage.churned)

    def find() -> list[Account]:
        try:
            rule.check(sorted(store.accounts.columns() | BUILT_IN))
        except RuleError:
            return []
        return [account for account in store.accounts.all() if rule.matches(account)]

    return knowledge_of(store).kept(store, ("churned", settings.coverage.churned), find)


def question_gaps(views: Iterable[View], ask: Callable[[View], Answer]) -> Iterator[Gap]:
    """Yield the questions of saved views that the data does not answer."""
    for view in views:
        if view.question:
            answer = ask(view)
            if not answer.answered:
                yield Gap(kind=QUESTION, category=answer.category, question=view.question, reason=answer.reason)
