"""What a source says of its records and accounts, and what becomes of people's work on them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from icp_voice.model import View
from icp_voice.workspace import Workspace

DIARY = '''"""A source that says what its book says."""

import json
from pathlib import Path

from icp_voice.model import Account, Contact, Document, Kind, Side, Speaker, Turn
from icp_voice.settings.checked import Checked

TITLE = "Diary"


class Settings(Checked):
    path: Path


def documents(settings, since, client):
    book = json.loads(settings.path.read_text("utf-8"))
    for one in book.get("accounts", []):
        people = [Contact(**contact) for contact in one.pop("contacts", [])]
        client.account(Account(**{**one, "domains": tuple(one.get("domains", []))}), people)
    for one in book.get("records", []):
        def mapped(*, file, left, one=one):
            ann = Speaker(name="Ann Lee", side=Side.CUSTOMER)
            turns = tuple(Turn(text=text, speaker="Ann Lee") for text in one["says"])
            hints = tuple(one.get("hints", ["Alder Foods"]))
            return Document(file=file, turns=turns, speakers=(ann,), kind=Kind.TICKET, hints=hints, identity=one["id"])
        yield from client.record(one["id"], mapped, version=one["says"], moment=one.get("moment", ""))
    for record in book.get("gone", []):
        client.gone(record)
    if "listed" in book:
        client.listed([one["id"] for one in book.get("records", [])], *book["listed"])
'''
SLOW = "The approval queue is terribly slow at month end, we sit there until nine every evening."
LOUD = "The export crashes every single time, which costs us half a day each week."
KIND = "The matching is brilliant, it saves us two days every month."


@pytest.fixture
def diary(workspace: Workspace) -> Any:
    """A workspace, and what writes a book for its own source and syncs it."""
    (workspace.folder / "connectors").mkdir()
    (workspace.folder / "connectors" / "diary.py").write_text(DIARY, "utf-8")
    book = workspace.folder / "book.json"
    with (workspace.folder / "icp-voice.toml").open("a") as settings:
        settings.write(f"\n[connectors.diary]\npath = {json.dumps(str(book))}\n")
    opened = Workspace(workspace.folder)

    def sync(**told: Any) -> Any:
        book.write_text(json.dumps(told), "utf-8")
        added = opened.sync()["diary"]
        assert added.errors == []
        return added

    return opened, sync


def one(identity: str, *says: str, **more: Any) -> dict[str, Any]:
    return {"id": identity, "says": says or (SLOW.replace("month end", f"the end of month {identity}"),), **more}


# -- accounts -------------------------------------------------------------------------------------------------------


def test_accounts_that_a_source_brings_are_put_in_with_attributes_and_the_rule_is_applied(diary):
    workspace, sync = diary
    big = {"id": "001F", "name": "Fir Glass", "domains": ["fir.example"]}
    big["attributes"] = {"status": "active", "acv_usd": 88_000}
    sync(accounts=[big, {**big, "id": "001G", "name": "Gorse Mills", "domains": [], "attributes": {"acv_usd": 1}}])
    known = {account.id: account for account in workspace.store.accounts.all()}
    assert known["001F"].attributes["acv_usd"] == 88_000 and "ICP" in known["001F"].tags
    assert "ICP" not in known["001G"].tags


def test_what_was_tagged_by_hand_outlives_what_a_source_says(diary):
    workspace, sync = diary
    workspace.set_icp(add=["A-4"], remove=["A-1"])
    sync(accounts=[{"id": "001A", "name": "Alder Foods", "attributes": {"status": "active", "acv_usd": 99_000}}])
    tags = {account.id: account.tags for account in workspace.store.accounts.all()}
    assert ("ICP" in tags["A-4"], "ICP" in tags["A-1"]) == (True, False)


def test_a_company_that_is_known_under_another_id_stands_there_once_and_answers_to_both(diary):
    workspace, sync = diary
    before = len(workspace.store.accounts.all())
    account = {"id": "001A", "name": "ALDER FOODS", "domains": ["alder.food"], "attributes": {"tier": "gold"}}
    account["contacts"] = [{"account": "001A", "name": "Cleo Marsh", "role": "CFO", "email": "cleo@alder.food"}]
    sync(accounts=[account], records=[one("1", hints=["001A"])])
    known = {one.id: one for one in workspace.store.accounts.all()}
    assert len(known) == before
    assert set(known["A-1"].domains) == {"alder.food", "alder.example"}
    assert (known["A-1"].attributes["tier"], known["A-1"].attributes["status"]) == ("gold", "active")
    assert [document.account for document in workspace.documents()] == ["A-1"]
    assert "Cleo Marsh" in {contact.name for contact in workspace.store.accounts.contacts() if contact.account == "A-1"}


def test_documents_that_came_before_their_account_find_it_when_it_comes(diary):
    workspace, sync = diary
    sync(records=[one("1", hints=["Fir Glass"])])
    assert [document.account for document in workspace.documents()] == [""]
    sync(accounts=[{"id": "001F", "name": "Fir Glass"}], records=[one("1", hints=["Fir Glass"])])
    assert [document.account for document in workspace.documents()] == ["001F"]


# -- what is gone ---------------------------------------------------------------------------------------------------


def test_what_a_complete_listing_of_a_span_lacks_is_gone_and_what_lies_outside_stays(diary):
    workspace, sync = diary
    days = {"1": "2026-05-01T09:00:00Z", "2": "2026-05-10T09:00:00Z", "3": "2026-05-20T09:00:00Z"}
    sync(records=[one(identity, moment=moment) for identity, moment in days.items()])
    span = ["2026-05-10T09:00:00Z", "2026-05-20T09:00:00Z"]
    assert sync(records=[one("9", moment="2026-05-11T09:00:00Z")], listed=span).gone == ["diary://2"]
    assert sorted(document.file for document in workspace.documents()) == ["diary://1", "diary://3", "diary://9"]
    assert sync(records=[one("9", moment="2026-05-11T09:00:00Z")], listed=span).gone == []


def test_a_record_that_is_gone_twice_or_was_never_known_is_told_once_or_not_at_all(diary):
    _, sync = diary
    sync(records=[one("1")])
    assert sync(gone=["1", "77"]).gone == ["diary://1"]
    assert sync(gone=["1"]).gone == []


def test_a_record_without_words_any_more_is_no_longer_heard(diary):
    workspace, sync = diary
    sync(records=[one("1"), one("2")])
    book = [{"id": "1", "says": []}, one("2")]
    (workspace.folder / "connectors" / "diary.py").write_text(
        DIARY.replace("            ann =", "            one['says'] or _nobody()\n            ann =")
        + "\n\ndef _nobody():\n    from icp_voice.errors import UnreadableFile\n    raise UnreadableFile('no words')\n",
        "utf-8",
    )
    added = sync(records=book)
    assert [document.file for document in workspace.documents()] == ["diary://2"]
    assert "1 record without a customer's words left out" in added.warnings


# -- people's work --------------------------------------------------------------------------------------------------


def quotes(workspace: Workspace) -> dict[str, str]:
    return {highlight.text: highlight.id for highlight in workspace.highlights(View(coded=False))}


def decided(workspace: Workspace, text: str) -> dict[str, str]:
    highlight = next(one for one in workspace.highlights(View(coded=False)) if one.text == text)
    return {tag.category: tag.state for tag in highlight.tags if tag.state != "proposed"}


def reported(workspace: Workspace, folder: Path) -> str:
    """Return what all reports and guides say, in every form."""
    return "".join(path.read_text("utf-8") for path in workspace.write_reports(folder))


@pytest.mark.slow
def test_an_update_a_deletion_and_a_return_keep_what_people_decided_and_no_report_quotes_what_is_gone(diary, tmp_path):
    workspace, sync = diary
    sync(records=[one("1", SLOW, LOUD), one("2", KIND)])
    workspace.run()
    workspace.confirm(quotes(workspace)[SLOW], "feature_request", by="vera")
    workspace.confirm(quotes(workspace)[LOUD], "churn_reason", by="vera")
    identity = workspace.document("diary://1").id
    workspace.assign(identity, account="A-2")

    changed = LOUD.replace("crashes", "hangs")
    updated = sync(records=[one("1", SLOW, changed), one("2", KIND)])
    assert updated.updated == [identity]
    workspace.run()
    assert set(quotes(workspace)) == {SLOW, changed, KIND}
    assert decided(workspace, SLOW) == {"feature_request": "confirmed"}
    assert decided(workspace, changed) == {}
    said = reported(workspace, tmp_path / "changed")
    assert SLOW in said and changed in said and LOUD not in said

    assert sync(gone=["1"]).gone == ["diary://1"]
    for again in (False, True):
        if again:
            workspace.run()
        assert set(quotes(workspace)) == {KIND}
        said = reported(workspace, tmp_path / f"gone {again}")
        assert "approval queue" not in said and "hangs every single time" not in said

    returned = sync(records=[one("1", SLOW, changed)])
    assert len(returned.new) == 1
    workspace.run()
    assert decided(workspace, SLOW) == {"feature_request": "confirmed"}
    assert workspace.document("diary://1").account == "A-2"
