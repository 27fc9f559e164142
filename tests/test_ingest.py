"""What happens to files on their way in: sides, accounts, duplicates, changes, and files that cannot be read."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from icp_voice.errors import IcpVoiceError, UnknownName
from icp_voice.ingest import settle
from icp_voice.model import Side
from icp_voice.workspace import Workspace
from tests.conftest import CALL, ticket


def sides(workspace: Workspace, file: str) -> dict[str, Side]:
    return {speaker.name: speaker.side for speaker in workspace.document(file).speakers}


def test_our_people_are_us_and_those_who_talk_with_them_are_customers(workspace, write):
    workspace.add(write("alder/2026-05-12 call.txt", CALL))
    assert sides(workspace, "2026-05-12 call.txt") == {"Vera Field": Side.VENDOR, "Ann Lee": Side.CUSTOMER}


def test_speakers_whom_nothing_tells_apart_stay_unknown(workspace, write):
    workspace.add(write("talk.txt", "Odile: We met in Metz.\nWim: So we did.\nOdile: It rained.\nWim: All day long.\n"))
    assert sides(workspace, "talk.txt") == {"Odile": Side.UNKNOWN, "Wim": Side.UNKNOWN}


def test_of_two_people_the_one_who_asks_is_us(workspace, write):
    asked = "".join(f"Kim: What about topic {i}?\nLou: Topic {i} takes us hours every week.\n" for i in range(4))
    workspace.add(write("talk.txt", asked))
    assert sides(workspace, "talk.txt") == {"Kim": Side.VENDOR, "Lou": Side.CUSTOMER}


def test_a_mail_address_tells_side_and_account(workspace, write):
    workspace.add(write("t.json", ticket("The export is slow.", email="zoe@mail.birch.example", name="Zoe Q")))
    document = workspace.document("t.json")
    assert (document.account, document.account_reason) == ("A-2", "mail address of a speaker: zoe@mail.birch.example")


@pytest.mark.parametrize(
    ("file", "account"),
    [
        ("Alder Foods/call.txt", "A-1"),
        ("2026-05-12 birch tools review.txt", "A-2"),
        ("calls/dogwood-q3.txt", "A-4"),
        ("unknown/call.txt", ""),
        ("Alder Foods and Birch Tools.txt", ""),
    ],
)
def test_folder_and_file_name_tell_the_account_where_they_name_exactly_one(workspace, write, file, account):
    workspace.add(write(file, CALL))
    assert workspace.document(Path(file).name).account == account


def test_an_unmatched_document_is_listed_and_settled_by_hand_for_good(workspace, write):
    path = write("memo.txt", CALL)
    workspace.add(path)
    assert [document.file for document in workspace.documents(unmatched=True)] == ["words/memo.txt"]
    workspace.assign("memo.txt", account="Birch Tools", sides={"Ann Lee": "customer"})
    path.write_text(CALL + "Ann Lee: One more thing, the app crashes.\n", "utf-8")
    added = workspace.add(path)
    assert len(added.updated) == 1
    assert (workspace.document("memo.txt").account, workspace.documents(unmatched=True)) == ("A-2", [])


def test_a_file_added_twice_is_unchanged_and_counted_once(workspace, write):
    path = write("alder/call.txt", CALL)
    workspace.add(path)
    again = workspace.add(path)
    assert (len(again.new), len(again.unchanged), len(workspace.documents())) == (0, 1, 1)


def test_the_same_talk_under_another_name_and_in_another_format_is_one_document(workspace, write):
    cues = "".join(
        f"00:00:{2 * i:02d}.000 --> 00:00:{2 * i + 1:02d}.000\n{line}\n\n" for i, line in enumerate(CALL.splitlines())
    )
    workspace.add(write("inbox/recording.vtt", "WEBVTT\n\n" + cues), write("alder/call.txt", CALL))
    documents = workspace.documents()
    kept = [document for document in documents if not document.duplicate_of]
    assert [document.duplicate_of for document in documents if document.duplicate_of] == [kept[0].id]
    assert len(kept) == 1


def test_which_of_two_files_came_first_makes_no_difference(workspace, write, tmp_path):
    one, other = write("b/call.txt", CALL), write("a/recording.srt", _srt(CALL))
    workspace.add(one)
    workspace.add(other)
    second = Workspace.init(
        workspace.folder.parent / "ws2", company="Ours", domains=["ours.example"], people=["Vera Field"]
    )
    second.add(other)
    second.add(one)
    listed = [
        [(Path(d.file).name, d.duplicate_of or d.id, bool(d.duplicate_of)) for d in ws.documents()]
        for ws in (workspace, second)
    ]
    assert listed[0] == listed[1]


def _srt(text: str) -> str:
    return "\n".join(
        f"{i}\n00:00:{2 * i:02d},000 --> 00:00:{2 * i + 1:02d},000\n{line}\n"
        for i, line in enumerate(text.splitlines(), 1)
    )


def test_equal_words_from_two_accounts_both_count(workspace, write):
    rows = "respondent,company,comment\n1,Alder Foods,The export is far too slow.\n2,Birch Tools,The export is far too slow.\n"
    added = workspace.add(write("answers.csv", rows))
    assert len(added.new) == 2
    assert {document.account for document in workspace.documents()} == {"A-1", "A-2"}


def test_a_row_inserted_at_the_top_leaves_the_others_as_they_were(workspace, write):
    path = write("answers.csv", "comment\nThe export is slow.\nThe import is fast.\n")
    before = workspace.add(path).new
    path.write_text("comment\nThe login fails.\nThe export is slow.\nThe import is fast.\n")
    added = workspace.add(path)
    assert len(added.new) == 1
    assert {document.id for document in workspace.documents()} == {*before, *added.new}


def test_a_row_that_changed_is_updated_and_not_new(workspace, write):
    path = write("answers.csv", "comment\nThe export is slow.\nThe import is fast.\n")
    workspace.add(path)
    path.write_text("comment\nThe export is very slow.\nThe import is fast.\n")
    added = workspace.add(path)
    assert (len(added.new), len(added.updated), len(added.unchanged)) == (0, 1, 1)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("empty.txt", b"", "empty"),
        ("binary.vtt", bytes(range(256)) * 40, ""),
        ("cut.json", b'{"icp_voice": 1, "turns": [{"text": "Hel', ""),
        ("numbers.csv", b"a,b\n1,2\n3,4\n", "text"),
        ("deep.json", b"[" * 200_000, ""),
    ],
)
def test_a_file_that_cannot_be_read_costs_one_line_and_the_others_live(workspace, write, name, content, told):
    added = workspace.add(write(name, content), write("good/alder call.txt", CALL))
    assert [error.file for error in added.errors] == [f"words/{name}"]
    assert told in added.errors[0].error
    assert len(added.new) == 1


def test_a_missing_file_is_told_with_its_name(workspace):
    added = workspace.add("nowhere.txt")
    assert added.errors[0].error == "No such file or directory"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "latin-1", "cp1252"])
def test_encodings_are_told_apart(workspace, write, encoding):
    said = CALL.replace("brilliant", "très brillant, déjà vu à Orléans")
    workspace.add(write("alder.txt", said.encode(encoding)))
    assert "très brillant, déjà vu à Orléans" in workspace.document("alder.txt").turns[5].text


def test_a_turn_of_thirty_thousand_words_is_kept_whole(workspace, write):
    long = "The queue is slow today. " * 6000
    workspace.add(write("alder.txt", f"Vera Field: How is it?\nAnn Lee: {long}\nVera Field: I see.\nAnn Lee: Yes.\n"))
    assert len(workspace.document("alder.txt").turns[1].text.split()) == 30_000


def test_a_speaker_or_account_that_does_not_exist_is_named(workspace, write):
    workspace.add(write("alder.txt", CALL))
    with pytest.raises(UnknownName, match='No account "Alder Food"'):
        workspace.assign("alder.txt", account="Alder Food")
    with pytest.raises(UnknownName, match='Did you mean "Ann Lee"'):
        workspace.assign("alder.txt", sides={"Ann Li": "customer"})
    with pytest.raises(IcpVoiceError, match="Allowed: customer, vendor, unknown"):
        workspace.assign("alder.txt", sides={"Ann Lee": "client"})


def test_new_accounts_come_with_the_rows_that_name_them(workspace, write):
    rows = [{"respondent": i, "org_size": "100-1000", "text": f"The setup of part {i} is hard."} for i in range(3)]
    path = write("survey.jsonl", "\n".join(json.dumps(row) for row in rows))
    workspace.add(path, mapping={"account": "respondent", "text": "text"}, new_accounts=True)
    accounts = {account.id: account for account in workspace.store.accounts.all()}
    assert accounts["0"].attributes["org_size"] == "100-1000"
    assert {document.account for document in workspace.documents()} == {"0", "1", "2"}


def test_a_row_of_which_only_the_mail_address_is_known_makes_an_account_of_its_domain(workspace, write):
    rows = (
        "email,comment\n"
        "zoe@fir.example,The export is slow.\n"
        "Max@mail.fir.example,The import is fast.\n"
        "kim@gmail.com,The login fails.\n"
        "lou@gmail.com,The app is calm.\n"
        "bo@birch.example,The list is long.\n"
        "vera@ours.example,We noted a thing here.\n"
    )
    workspace.add(write("answers.csv", rows), new_accounts=True)
    known = {f"A-{number}" for number in range(1, 6)}
    fresh = {account.id: account.domains for account in workspace.store.accounts.all() if account.id not in known}
    assert fresh == {"fir.example": ("fir.example",), "kim@gmail.com": (), "lou@gmail.com": ()}
    assert [document.account for document in workspace.documents()] == [
        *("fir.example", "fir.example", "kim@gmail.com", "lou@gmail.com", "A-2", "")
    ]


def test_a_name_that_rows_write_in_two_ways_makes_one_account(workspace, write):
    rows = "company,email,comment\nFir Ltd,a@fir.example,The export is slow.\nfir,b@fir.example,The login fails.\n"
    workspace.add(write("answers.csv", rows), new_accounts=True)
    assert [document.account for document in workspace.documents()] == ["Fir Ltd", "Fir Ltd"]


OTHER = CALL.replace("approval queue", "invoice upload")
THIRD = CALL.replace("approval queue", "supplier list")


def listed(workspace: Workspace) -> dict[str, bool]:
    return {Path(document.file).name: bool(document.duplicate_of) for document in workspace.documents()}


def test_a_duplicate_counts_by_itself_once_its_original_says_something_else(workspace, write):
    one, copy = write("a.txt", CALL), write("b.txt", CALL)
    workspace.add(one, copy)
    assert listed(workspace) == {"a.txt": False, "b.txt": True}
    write("a.txt", OTHER)
    again = workspace.add(one, copy)
    assert listed(workspace) == {"a.txt": False, "b.txt": False}
    assert (len(again.new), len(again.updated), again.warnings) == (1, 1, [])


def test_a_duplicate_that_is_read_before_its_changed_original_counts_as_well(workspace, write):
    one, copy = write("a.txt", CALL), write("b.txt", CALL)
    workspace.add(one, copy)
    write("a.txt", OTHER)
    again = workspace.add(copy, one)
    assert listed(workspace) == {"a.txt": False, "b.txt": False}
    assert (again.files, len(again.new), len(again.updated), again.unchanged, again.warnings) == (2, 1, 1, [], [])


def test_a_duplicate_whose_original_changed_is_named_until_it_is_read_again(workspace, write):
    one, copy = write("a.txt", CALL), write("b.txt", CALL)
    workspace.add(one, copy)
    write("a.txt", OTHER)
    added = workspace.add(one)
    assert added.again == ["words/b.txt"]
    assert added.warnings == ["read again: words/b.txt (what it said as well has changed)"]
    assert listed(workspace) == {"a.txt": False}
    assert len(workspace.add(copy).new) == 1


def test_a_duplicate_counts_by_itself_once_its_original_says_what_a_third_file_says(workspace, write):
    one, copy, third = write("a.txt", CALL), write("b.txt", CALL), write("c.txt", OTHER)
    workspace.add(one, copy, third)
    write("a.txt", OTHER)
    assert workspace.add(one).again == ["words/b.txt"]
    workspace.add(copy)
    assert listed(workspace) == {"a.txt": False, "b.txt": False, "c.txt": True}


def test_a_duplicate_whose_original_keeps_its_words_stays_unchanged(workspace, write):
    one, copy = write("a.txt", CALL), write("b.txt", CALL)
    workspace.add(one, copy)
    write("a.txt", "Date: 2026-05-12\n\n" + CALL)
    added = workspace.add(one, copy)
    assert (len(added.updated), len(added.unchanged), added.again) == (1, 1, [])
    assert listed(workspace) == {"a.txt": False, "b.txt": True}


def test_words_that_moved_on_twice_within_a_file_take_no_documents_place(workspace, write):
    def rows(*said: str) -> Path:
        lines = [f'{number},interview,"{text}"' for number, text in enumerate(said, start=1)]
        return write("talks.csv", "id,kind,comment\n" + "\n".join(lines) + "\n")

    said, other, third = (" ".join(text.split()) for text in (CALL, OTHER, THIRD))
    workspace.add(rows(said))
    workspace.add(rows(other, said))
    workspace.add(rows(other, third, said))
    texts = [workspace.document(document.id).turns[-1].text for document in workspace.documents()]
    assert texts == [other, third, said]


def test_a_document_that_cannot_be_kept_costs_its_file_one_line(workspace, write):
    turns = [{"speaker": "Ann Lee", "text": "The export is slow.", "start_ms": 1}]
    path = write("late.json", json.dumps({"icp_voice": 1, "kind": "call", "turns": turns}))
    store = workspace.store.documents
    keep = type(store).put_speakers
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(store), "put_speakers", lambda *given: [keep(*given), 2**70 / 0])
        added = workspace.add(path)
    assert [(error.file, error.error) for error in added.errors] == [
        ("words/late.json", "could not be read (ZeroDivisionError)")
    ]
    assert (added.new, workspace.documents()) == ([], [])


def test_what_is_kept_is_told_anew_when_speakers_are_told_better(workspace, write, monkeypatch):
    workspace.add(write("alder.txt", CALL))
    settle.settle(workspace.store, workspace.settings)
    [document] = workspace.documents()
    workspace.store.documents.put_account(document.id, "", "told by an older version")
    assert settle.settle(workspace.store, workspace.settings) == 0
    monkeypatch.setattr(settle, "VERSION", "newer")
    assert settle.settle(workspace.store, workspace.settings) == 1
    assert workspace.document("alder.txt").account == "A-1"


def test_hidden_folders_are_left_out_and_what_cannot_be_opened_is_named(workspace, write, monkeypatch):
    write("alder/call.txt", CALL)
    write(".trash/old.txt", OTHER)
    write("locked.txt", THIRD)
    opened = os.open

    def refuse(path, *how, **more):
        if str(path).endswith("locked.txt"):
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *how, **more)

    monkeypatch.setattr(os, "open", refuse)
    added = workspace.add(workspace.folder / "words")
    assert (added.files, len(added.new)) == (2, 1)
    assert [(error.file, error.error) for error in added.errors] == [("words/locked.txt", "Permission denied")]


def test_our_own_people_are_us_even_where_a_form_takes_them_for_its_respondent(workspace, write):
    rows = "requester email,subject,description\nvera@ours.example,Slow map,Customers hate the slow map.\n"
    workspace.add(write("tickets.csv", rows))
    assert [speaker.side for speaker in workspace.documents()[0].speakers if "vera" in speaker.name] == [Side.VENDOR]


def test_words_of_nobody_named_can_be_settled_as_the_customers(workspace, write):
    workspace.add(write("untitled.txt", "The export takes two hours every single Friday and nobody knows why.\n\n" * 2))
    assert sides(workspace, "untitled.txt") == {"": Side.UNKNOWN}
    workspace.assign("untitled.txt", account="Alder Foods", sides={"": "customer"})
    assert sides(workspace, "untitled.txt") == {"": Side.CUSTOMER}


def test_accounts_that_come_again_under_other_ids_are_refused(workspace, tmp_path):
    again = tmp_path / "again.csv"
    again.write_text("Account Name,Website\nAlder Foods,alder.example\n")
    with pytest.raises(IcpVoiceError, match='"Alder Foods" is known under the id A-1, and comes as alder-foods'):
        workspace.import_accounts(again)
