"""The first page: key figures, one line per guiding question, and what is known of whom."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from icp_voice.model import Account, CellState
from icp_voice.publish.figures import Share
from icp_voice.publish.material import ACCOUNT, Material
from icp_voice.publish.quotes import Saying, best
from icp_voice.publish.themed import by_score, shown_themes
from icp_voice.settings import Category

MOST_ACCOUNTS = 40
MOST_NAMED = 3
SIGNS = {
    CellState.COVERED: "✓",
    CellState.WEAK: "◐",
    CellState.STALE: "↺",
    CellState.UNANSWERED: "?",
    CellState.UNKNOWN: "–",
}
MEANINGS = {
    CellState.COVERED: "covered",
    CellState.WEAK: "weak: too little said",
    CellState.STALE: "stale: all of it is old",
    CellState.UNANSWERED: "asked, but unanswered",
    CellState.UNKNOWN: "unknown: nobody asked",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A key figure: the number, of how many, and what it counts."""

    value: str
    of: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One guiding question: the themes that answer it best, each with who holds it, or a quote where none formed."""

    category: Category
    known: Share
    themes: tuple[tuple[str, Share], ...]
    quote: tuple[Saying, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Square:
    """One cell of the matrix."""

    state: str
    key: str
    sign: str
    highlights: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One account of the matrix."""

    name: str
    squares: tuple[Square, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Account x category: `expected` counts the first columns, of which silence is a gap."""

    categories: tuple[Category, ...]
    expected: int
    rows: tuple[Row, ...]
    more: int
    legend: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """Everything on the first page."""

    figures: tuple[Figure, ...]
    known: tuple[Known, ...]
    matrix: Matrix | None


def glance(material: Material) -> Glance:
    """Key figures, short answers, matrix."""
    return Glance(
        figures=_figures(material),
        known=tuple(_known(material, category) for category in material.codebook),
        matrix=_matrix(material),
    )


def _figures(material: Material) -> tuple[Figure, ...]:
    group, method = material.group, material.method
    kinds = ", ".join(f"{count:,} {kind}{'s' if count != 1 else ''}" for kind, count in method.kinds[:3])
    expected = {one.name for one in material.codebook if one.expected_of == "icp"}
    cells = [cell for cell in material.coverage.cells if cell.category in expected]
    covered = sum(cell.state is CellState.COVERED for cell in cells)
    interviews = material.plan.interviews
    closed = len({gap for interview in interviews for gap in interview.closes})
    by_account = group.unit == ACCOUNT
    figures = [
        Figure(value=f"{len(group.heard):,}", of=f"{len(group.members):,}", label=f"{group.label} heard"),
        Figure(value=f"{len(material.documents):,}", of="", label="documents", note=kinds),
        Figure(value=f"{method.customers:,}", of="", label="customers heard", note="people by name"),
        Figure(value=f"{method.coded:,}", of=f"{method.passages:,}", label="passages say something that counts"),
        Figure(value=f"{covered:,}", of=f"{len(cells):,}", label="cells of the matrix covered"),
        Figure(
            value=f"{len(material.gaps):,}",
            of="",
            label="gaps" if len(material.gaps) != 1 else "gap",
            note=f"{len(interviews)} interviews would close {closed}" if interviews else "",
        ),
    ]
    # Without accounts there is no matrix, and so there are no cells and no gaps of accounts.
    return tuple(figures) if by_account else tuple(figures[1:4])


def _known(material: Material, category: Category) -> Known:
    said = material.of_category(category.name)
    themes = [one for one in shown_themes(material, category.name) if one.members.n][:MOST_NAMED]
    named = tuple((theme.name, theme.members) for theme in themes)
    quote = () if themes else best(material, by_score(said, category.name), 1)
    return Known(category=category, known=material.members_in(said), themes=named, quote=quote)


def _matrix(material: Material) -> Matrix | None:
    accounts = material.coverage.accounts
    if not accounts:
        return None
    categories = sorted(material.codebook, key=lambda one: one.expected_of != "icp")
    cells = {(cell.account, cell.category): cell for cell in material.coverage.cells}
    said = Counter(highlight.account for highlight in material.highlights.values())
    chosen: list[Account] = list(accounts)
    if len(chosen) > MOST_ACCOUNTS:
        loudest = sorted(chosen, key=lambda one: (-said[one.id], one.name, one.id))[:MOST_ACCOUNTS]
        chosen = sorted(loudest, key=lambda one: (one.name, one.id))
    rows = []
    for account in chosen:
        of_account = [cells[account.id, category.name] for category in categories]
        squares = tuple(
            Square(
                state=str(cell.state),
                key=cell.state.name.lower(),
                sign=SIGNS[cell.state],
                highlights=cell.highlights,
                reason=cell.reason,
            )
            for cell in of_account
        )
        rows.append(Row(name=account.name, squares=squares))
    return Matrix(
        categories=tuple(categories),
        expected=sum(one.expected_of == "icp" for one in categories),
        rows=tuple(rows),
        more=len(accounts) - len(chosen),
        legend=tuple((state.name.lower(), SIGNS[state], MEANINGS[state]) for state in CellState),
    )
