"""What still has to be researched: accounts never heard, cells not known, one-sided evidence, open questions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from icp_voice.errors import RuleError
from icp_voice.model import Account, Answer, Cell, CellState, Gap, View
from icp_voice.profile.coverage import Coverage, matrix, voices
from icp_voice.profile.icp import BUILT_IN, heard_accounts
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
    heard = heard_accounts(store)
    spoken = voices(store)
    found: list[Gap] = []
    for account in coverage.accounts:
        found += _of_account(
            account, coverage, codebook, heard=account.id in heard, voices=spoken.get(account.id, set())
        )
    found += _of_categories(store, settings, codebook, coverage)
    found += _of_churned(store, settings, codebook)
    found += _of_questions(store.views.all(), ask)
    return found


def _of_account(
    account: Account, coverage: Coverage, codebook: Codebook, *, heard: bool, voices: set[str]
) -> Iterator[Gap]:
    if not heard:
        yield Gap(
            kind=NO_FEEDBACK, account=account.id, reason=f"{account.name} is ICP, and nobody there was ever heard"
        )
        return
    cells = coverage.of_account(account.id)
    spoken = [cell for cell in cells if cell.highlights]
    if spoken and all(cell.state is CellState.STALE for cell in spoken):
        newest = max(cell.newest for cell in spoken)
        yield Gap(kind=STALE, account=account.id, reason=f"all that {account.name} said is old, the newest of {newest}")
    else:
        expected = {category.name for category in codebook if category.expected_of == "icp"}
        yield from (_of_cell(cell, codebook) for cell in cells if cell.category in expected and cell.state in KINDS)
    if len(voices) == 1:
        yield Gap(
            kind=ONE_VOICE, account=account.id, reason=f"{account.name} was heard through {next(iter(voices))} alone"
        )


def _of_cell(cell: Cell, codebook: Codebook) -> Gap:
    return Gap(
        kind=KINDS[cell.state],
        account=cell.account,
        category=cell.category,
        question=codebook[cell.category].question,
        reason=cell.reason,
    )


def _of_categories(store: Store, settings: Settings, codebook: Codebook, coverage: Coverage) -> Iterator[Gap]:
    wanted = min(settings.coverage.fewest_accounts, len(coverage.accounts))
    for category in codebook:
        if category.expected_of != "icp" or not coverage.accounts:
            continue
        known = [cell for cell in coverage.of(category.name) if cell.highlights]
        if len(known) < wanted:
            told = f"{len(known)} of {len(coverage.accounts)} ICP accounts said anything; {wanted} are wanted"
            yield Gap(kind=THIN, category=category.name, question=category.question, reason=told)
        elif role := _only_role(store, settings.coverage.tag, category):
            told = f"all that is known was said by one role: {role}"
            yield Gap(kind=ONE_ROLE, category=category.name, question=category.question, reason=told)


def _only_role(store: Store, tag: str, category: Category) -> str:
    """Return the role of the speakers if all that is known of a category comes from one and the same, else nothing."""
    said = store.highlights.select(View(account_tag=tag, category=category.name))
    roles = {highlight.role.casefold() for highlight in said}
    return said[0].role if len(said) >= 3 and len(roles) == 1 and said[0].role else ""


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
    try:
        rule.check(sorted(store.accounts.columns() | BUILT_IN))
    except RuleError:
        return []
    return [account for account in store.accounts.all() if rule.matches(account)]


def _of_questions(views: Iterable[View], ask: Callable[[View], Answer]) -> Iterator[Gap]:
    for view in views:
        if view.question:
            answer = ask(view)
            if not answer.answered:
                yield Gap(kind=QUESTION, category=answer.category, question=view.question, reason=answer.reason)
