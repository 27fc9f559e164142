"""The rule that says who is ICP: tried while it is typed, written from parts for who writes no rules, and kept."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from icp_voice.profile.rule_writer import COMPARISONS, Row, condition, write_rule
from icp_voice.web.asker import Lent
from icp_voice.web.show import page, query, went_well

router = APIRouter(prefix="/accounts/rule")
MOST = 30
ROWS = 4
Texts = Annotated[list[str] | None, Query()]
Words = Annotated[str, Form(max_length=12_000)]


@router.get("")
def show(request: Request, workspace: Lent, where: str | None = None) -> Response:
    """Show a rule with what it would do; without one, the rule that is kept."""
    kept = workspace.store.accounts.recall(f"rule:{workspace.tag}")
    rule = kept if where is None else where
    return page(
        request,
        "rule.html.j2",
        open="accounts",
        rule=rule,
        kept=kept,
        tried=workspace.preview_icp(rule, most=MOST),
        columns=workspace.account_columns(),
        by_hand=workspace.decided_by_hand(),
        tag=workspace.tag,
        comparisons=list(COMPARISONS),
        condition=condition,
        rows=ROWS,
    )


@router.get("/write")
def write(
    column: Texts = None, comparison: Texts = None, value: Texts = None, join: str = "and", where: str = ""
) -> Response:
    """Write a rule from chosen parts, and show it; what stands there already is kept in front if it is sent along."""
    parts = zip(column or [], comparison or [], value or [], strict=False)
    written = write_rule([Row(column=one, comparison=two, value=three) for one, two, three in parts], join)
    return RedirectResponse("/accounts/rule" + query(where=written or where), 303)


@router.post("")
def save(request: Request, workspace: Lent, where: Words) -> Response:
    """Keep a rule."""
    tried = workspace.preview_icp(where, most=1)
    workspace.set_icp(where=where)
    done = workspace.last_undoable()
    text = f"The rule is kept: {tried.entering:,} entered, {tried.leaving:,} left, {tried.members:,} are in."
    return went_well(request, "/accounts/rule", text, undo=done.number if done else 0)


@router.post("/remove")
def remove(request: Request, workspace: Lent) -> Response:
    """Keep no rule; what was decided by hand stays."""
    workspace.remove_icp_rule()
    done = workspace.last_undoable()
    return went_well(request, "/accounts/rule", "There is no rule any more.", undo=done.number if done else 0)
