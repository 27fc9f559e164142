"""What became known: the cells of the matrix that are another state than before."""

from __future__ import annotations

from dataclasses import dataclass

from icp_voice.model import CellState
from icp_voice.profile.coverage import Coverage

# From what is best known to what is not.
_ORDER = tuple(CellState)


@dataclass(frozen=True, slots=True, kw_only=True)
class CellChange:
    """One cell that is in another state than before. An account that is new among them knew nothing."""

    account: str
    category: str
    was: CellState
    now: CellState

    @property
    def closed(self) -> bool:
        """Whether enough is known now, and was not before."""
        return self.now is CellState.COVERED


def changed_cells(before: Coverage, after: Coverage) -> tuple[CellChange, ...]:
    """Return the cells that are another state than before: those that closed first, each by account and category."""
    was = {(cell.account, cell.category): cell.state for cell in before.cells}
    changed = [
        CellChange(
            account=cell.account,
            category=cell.category,
            was=was.get((cell.account, cell.category), CellState.UNKNOWN),
            now=cell.state,
        )
        for cell in after.cells
    ]
    return tuple(sorted((one for one in changed if one.was is not one.now), key=lambda one: _ORDER.index(one.now)))
