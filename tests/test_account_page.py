"""One account's page and the matrix in pages, on a store filled by hand."""

from __future__ import annotations

from collections import Counter

import pytest

from icp_voice.errors import IcpVoiceError, UnknownName
from icp_voice.model import Account, CellState, Fact, Side, Tag, Theme
from icp_voice.profile.account_page import Membership
from icp_voice.store.account_rows import DocumentRow, FactRow, ThemeRow
from icp_voice.store.documents import turn_keys
from icp_voice.store.highlights import Span
from icp_voice.workspace import Workspace
from tests.conftest import ticket

CODED = ("pain_point", "praise")


@pytest.fixture
def alder(workspace: Workspace, write) -> list[str]:
    """Two documents of Alder Foods by two people, and one of Birch Tools; return the ids of their highlights."""
    said = [("ann@alder.example", "Ann Lee", "2026-05-01"), ("al@alder.example", "Al Fox", "2026-05-09")]
    said.append(("bo@birch.example", "Bo Ek", "2026-05-03"))
    ids = []
    for number, (email, name, date) in enumerate(said):
        text = f"Sentence number {number} of {name}."
        added = workspace.add(write(f"{number}.json", ticket(text, email=email, name=name, date=date)))
        document = workspace.store.documents.get(added.new[0])
        assert document is not None
        [key] = turn_keys(document.turns)
        with workspace.store.transaction():
            span = Span(id=f"h{number}{key}", turn=0, start=0, end=len(text), context="", key=key)
            workspace.store.highlights.put(document.id, [span])
            tags = [Tag(category=category, score=0.9, coder="model:test") for category in CODED]
            workspace.store.tags.put("model:test", {span.id: tags})
        ids.append(span.id)
    return ids


def test_a_page_shows_all_there_is_of_one_account(workspace, alder):
    with workspace.store.transaction():
        fact = Fact(kind="channel", value="colleague", highlight=alder[0], start=0, end=8)
        workspace.store.facts.put([alder[0]], [fact])
        theme = Theme(id="t1", category="praise", name="Quick matching", keywords=(), highlights=tuple(alder))
        workspace.store.db.execute(
            "insert into theme values (?, ?, ?, '[]', 'model', 0)", (theme.id, theme.category, theme.name)
        )
        workspace.store.db.conn.executemany(
            "insert into theme_member values (?, 'praise', 't1', '', ?)", [(one, i) for i, one in enumerate(alder)]
        )
    page = workspace.account_page("alder.example", most=1)
    assert (page.account.name, page.account.tags) == ("Alder Foods", ("ICP",))
    assert page.icp == Membership(
        held=True, by="rule", reason="status = 'active' (active) and acv_usd >= 40000 (90000)", near=""
    )
    newest = max(workspace.documents(), key=lambda one: one.date)
    assert page.documents == (
        DocumentRow(newest.id, newest.title, "ticket", "2026-05-09", newest.file, newest.place, 1),
    )
    assert (page.document_count, page.highlights, page.categories) == (2, 2, (("pain_point", 2), ("praise", 2)))
    assert page.themes == (ThemeRow("t1", "praise", "Quick matching", 2),)
    assert page.facts == (FactRow("channel", "colleague", 1, alder[0]),)
    assert [
        (one.person.name, one.person.role, one.person.heard, one.person.last, one.state) for one in page.people
    ] == [
        ("Al Fox", "", 1, "2026-05-09", ""),
        ("Ann Lee", "Controller", 1, "2026-05-01", ""),
    ]
    assert [cell.state for cell in page.cells if cell.category == "praise"] == [CellState.COVERED]
    assert page.gaps == tuple(gap for gap in workspace.gaps() if gap.account == "A-1")
    assert [one.id for one in workspace.account_page("A-1", start=1).documents] != [newest.id]


def test_what_is_rejected_or_no_customers_is_not_counted(workspace, alder):
    workspace.reject(alder[0], "praise")
    page = workspace.account_page("A-1")
    assert (page.highlights, page.categories) == (2, (("pain_point", 2), ("praise", 1)))
    document = next(one for one in workspace.documents() if one.date == "2026-05-09")
    workspace.assign(document.id, sides={"Al Fox": Side.VENDOR})
    page = workspace.account_page("A-1")
    assert (page.highlights, page.categories, [row.highlights for row in page.documents]) == (
        1,
        (("pain_point", 1),),
        [0, 1],
    )
    assert [one.person.name for one in page.people] == ["Ann Lee"]


def test_why_an_account_is_outside_is_told_with_the_one_condition_it_nearly_holds(workspace):
    assert workspace.account_page("A-4").icp == Membership(
        held=False,
        by="rule",
        reason="does not hold: acv_usd >= 40000 (39500)",
        near="fails only acv_usd >= 40000 (39500)",
    )
    workspace.set_icp(add=["A-4"], remove=["A-1"])
    assert workspace.account_page("A-4").icp == Membership(held=True, by="hand", reason="put in by hand", near="")
    assert workspace.account_page("A-1").icp == Membership(held=False, by="hand", reason="kept out by hand", near="")


def test_a_person_shows_the_state_of_their_interview(workspace, alder):
    workspace.mark_interview("A-5", "Ed Fry", "scheduled", date="2026-06-01")
    [person] = workspace.account_page("A-5").people
    assert (person.person.name, person.person.heard, person.state, person.date) == (
        "Ed Fry",
        0,
        "scheduled",
        "2026-06-01",
    )
    workspace.mark_interview("A-5", "Ed Fry", "none")
    assert [one.state for one in workspace.account_page("A-5").people] == [""]


def test_an_account_that_nobody_knows_is_told(workspace):
    with pytest.raises(UnknownName, match="Alder Foods"):
        workspace.account_page("Alder Food")


def many(workspace: Workspace, count: int) -> None:
    with workspace.store.transaction():
        workspace.store.accounts.put(
            Account(id=f"B-{number:02}", name=f"Firm {number:02}", attributes={"status": "active", "acv_usd": 50000})
            for number in range(count)
        )
    workspace.set_icp(where="acv_usd >= 40000 and status = 'active'")


def test_pages_of_the_matrix_hold_every_account_once_and_totals_count_all_of_it(workspace, alder):
    many(workspace, 30)
    whole = workspace.coverage()
    pages = [workspace.coverage_page(start=start, most=10) for start in range(0, 40, 10)]
    assert [row.account.id for page in pages for row in page.rows] == [one.id for one in whole.accounts]
    assert {(page.total, page.of) for page in pages} == {(33, 33)}
    counted: Counter[tuple[str, CellState]] = Counter((cell.category, cell.state) for cell in whole.cells)
    assert {
        (category, state): count for category, states in pages[0].totals.items() for state, count in states.items()
    } == counted
    assert all(row.cells == tuple(whole.of_account(row.account.id)) for page in pages for row in page.rows)


def test_the_matrix_is_sorted_and_filtered(workspace, alder):
    many(workspace, 3)
    by_gaps = [row.open for row in workspace.coverage_page(sort="gaps").rows]
    assert by_gaps == sorted(by_gaps, reverse=True)
    assert [row.account.id for row in workspace.coverage_page(sort="newest").rows][:2] == ["A-1", "A-2"]
    assert [row.account.id for row in workspace.coverage_page(sort="oldest").rows][-2:] == ["A-2", "A-1"]
    weak = workspace.coverage_page(state="weak", category="praise")
    assert ([row.account.id for row in weak.rows], weak.total, weak.of) == (["A-2"], 1, 6)
    assert workspace.coverage_page(state="covered").total == 1
    assert workspace.coverage_page(category="pain_point").total == 2
    with pytest.raises(IcpVoiceError, match="Allowed: name, gaps, newest, oldest"):
        workspace.coverage_page(sort="size")
    with pytest.raises(UnknownName, match="weak"):
        workspace.coverage_page(state="week")


def test_what_is_redacted_and_names_that_are_hidden_do_not_show(workspace, alder):
    document = next(one for one in workspace.documents() if one.date == "2026-05-01")
    with workspace.store.transaction():
        fact = Fact(kind="person", value="Ann Lee", highlight=alder[0], start=21, end=28)
        workspace.store.facts.put([alder[0]], [fact])
    assert [one.value for one in workspace.account_page("A-1").facts] == ["Ann Lee"]
    workspace.redact(document.id, 0, 21, 28)
    assert [one.value for one in workspace.account_page("A-1").facts] == ["███ ███"]
    workspace.change_settings({"privacy.hide_speakers": True})
    page = workspace.account_page("A-1")
    assert "Al Fox" not in repr(page)
    assert [(one.person.name, one.person.heard) for one in page.people] == [("Speaker 1", 1), ("Ann Lee", 0)]
