"""A file is shown before anything of it is kept, and what a person changes in the preview is what is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from icp_voice.errors import IcpVoiceError, UnreadableFile
from icp_voice.ingest.choices import Choices
from icp_voice.ingest.fates import Fate
from icp_voice.ingest.look import mapping_of
from icp_voice.ingest.preview import Preview
from icp_voice.model import Side
from icp_voice.store.names import safe_name, with_number
from icp_voice.store.uploads import Staged
from icp_voice.workspace import Workspace
from tests.conftest import CALL

VTT = """WEBVTT

00:00:01.000 --> 00:00:04.000
<v Vera Field>How did you first hear of us?

00:00:05.000 --> 00:00:09.000
<v Ann Lee>A colleague at my last job told me about it.
"""
SURVEY = """Company,Person,Mail,Remark,Score
Alder Foods,Ann Lee,ann@alder.example,The approval queue is slow at month end for all of us.,3
Birch Tools,Bo Ek,bo@birch.example,Matching is brilliant and saves us two days each month.,9
"""
CRM = """Account ID,Account Name,Website,Industry,Employees,Status
A-1,Alder Foods,alder.example,Food,120,active
A-9,Fir Optics,fir.example,Optics,80,active
"""


def upload(workspace: Workspace, **files: str | bytes) -> str:
    """Upload files whose names are given with __ for the dot; return the batch."""
    return upload_as(workspace, {name.replace("__", "."): words for name, words in files.items()})


def upload_as(workspace: Workspace, files: dict[str, str | bytes]) -> str:
    batch = workspace.uploads.open(by="anna").id
    for name, words in files.items():
        with workspace.uploads.add(batch, name) as writer:
            writer.write(words.encode() if isinstance(words, str) else words)
    return batch


def only(workspace: Workspace, batch: str) -> Staged:
    (staged,) = workspace.uploads.batch(batch).files
    return staged


def preview(workspace: Workspace, batch: str, number: int = 1) -> Preview:
    return workspace.preview_upload(batch, number)


def test_a_transcript_is_shown_with_speakers_account_and_first_turns(workspace: Workspace) -> None:
    shown = preview(workspace, upload_as(workspace, {"Alder Foods/2026-05-12 call.vtt": VTT}))
    assert (shown.format, shown.purpose, shown.fates) == ("WebVTT transcript", "documents", {Fate.NEW: 1})
    (first,) = shown.documents
    assert (first.document.kind, first.document.date) == ("call", "2026-05-12")
    assert (first.account_name, first.confidence) == ("Alder Foods", "likely")
    assert first.document.account_reason == "folder: alder foods"
    assert [(one.name, one.side, one.reason) for one in shown.speakers] == [
        ("Vera Field", Side.VENDOR, "one of our people"),
        ("Ann Lee", Side.CUSTOMER, "talks with our people"),
    ]
    assert [turn.text for turn in first.document.turns] == [
        "How did you first hear of us?",
        "A colleague at my last job told me about it.",
    ]


def test_a_preview_keeps_nothing(workspace: Workspace) -> None:
    preview(workspace, upload(workspace, call__vtt=VTT))
    assert workspace.documents() == []
    assert len(workspace.store.accounts.all()) == 5


def test_what_cannot_be_read_says_why_and_what_to_do(workspace: Workspace) -> None:
    shown = preview(workspace, upload(workspace, picture__png=b"\x89PNG\r\n\x1a\n" + bytes(50)))
    assert shown.error == "not a file of words: it is a PNG image, not text"
    assert shown.hint.startswith("Known formats: WebVTT")


def test_the_columns_of_a_table_are_shown_with_samples_and_meanings(workspace: Workspace) -> None:
    shown = preview(workspace, upload(workspace, survey__csv=SURVEY))
    assert shown.format == "CSV table"
    assert [(one.name, one.meaning) for one in shown.columns] == [
        ("Company", "account"),
        ("Person", "attribute"),
        ("Mail", "attribute"),
        ("Remark", "text"),
        ("Score", "attribute"),
    ]
    assert shown.columns[4].samples == ("3", "9")
    assert {"text", "account", "speaker", "email"} <= set(shown.fields)


def test_columns_chosen_by_hand_are_read_so_and_kept_so(workspace: Workspace) -> None:
    batch = upload(workspace, survey__csv=SURVEY)
    fields = preview(workspace, batch).fields
    meanings = [("Company", "attribute"), ("Person", "speaker"), ("Mail", "email"), ("Remark", "text"), ("Score", "")]
    workspace.choose_upload(batch, 1, Choices(mapping=mapping_of(meanings, fields)))
    shown = preview(workspace, batch)
    assert [one.meaning for one in shown.columns] == ["attribute", "speaker", "email", "text", "attribute"]
    assert shown.documents[0].document.speakers[0].email == "ann@alder.example"
    workspace.keep(batch)
    assert {one.speakers[0].name for one in workspace.documents()} == {"Ann Lee", "Bo Ek"}
    assert workspace.documents()[0].attributes["company"] == "Alder Foods"


def test_a_table_without_words_can_still_be_mapped(workspace: Workspace) -> None:
    table = "Ref,Wert\n1,Schnell und gut\n2,Langsam\n"
    batch = upload(workspace, odd__csv=table)
    shown = preview(workspace, batch)
    assert shown.error == "no column with text"
    assert [one.name for one in shown.columns] == ["Ref", "Wert"]
    workspace.choose_upload(batch, 1, Choices(mapping={"text": "Wert"}, purpose="documents"))
    assert preview(workspace, batch).fates == {Fate.NEW: 2}


def test_a_list_of_accounts_is_offered_as_such(workspace: Workspace) -> None:
    shown = preview(workspace, upload(workspace, crm__csv=CRM))
    assert shown.purpose == "accounts"
    assert shown.accounts is not None
    assert (shown.accounts.accounts, shown.accounts.new, shown.accounts.changed) == (2, 1, 1)
    assert [(one.name, one.meaning) for one in shown.columns][:3] == [
        ("Account ID", "id"),
        ("Account Name", "name"),
        ("Website", "domain"),
    ]


def test_a_list_of_accounts_is_counted_as_its_import_counts_it(workspace: Workspace) -> None:
    file = workspace.folder.parent / "crm.csv"
    file.write_text(CRM)
    workspace.import_accounts(file)
    workspace.put_account("A-9", name="Fir Optics of Kassel", attributes={"Industry": "Optics"})
    told = preview(workspace, upload(workspace, crm__csv=CRM)).accounts
    found = workspace.preview_accounts(file)
    assert told is not None
    assert (told.new, told.changed) == (found.new, found.changed) == (0, 0)


def test_accounts_that_come_under_other_ids_are_refused_before_they_are_kept(workspace: Workspace) -> None:
    batch = upload(workspace, crm__csv=CRM.replace("A-", "B-"))
    told = preview(workspace, batch)
    assert "is known under the id A-" in told.error
    assert [one.error for one in workspace.keep(batch)] == [told.error.removeprefix("uploads/")]


@pytest.mark.parametrize("table", [SURVEY, "id,subject,description,requester\n1,Slow,It is slow again today,Ann\n"])
def test_what_people_said_is_no_list_of_accounts(workspace: Workspace, table: str) -> None:
    assert preview(workspace, upload(workspace, table__csv=table)).purpose == "documents"


def test_accounts_of_the_same_drop_are_known_to_its_transcripts(workspace: Workspace) -> None:
    batch = upload_as(workspace, {"Fir Optics call.vtt": VTT, "crm.csv": CRM})
    assert preview(workspace, batch).documents[0].document.account == "A-9"
    assert "A-9" not in {one.id for one in workspace.store.accounts.all()}
    results = workspace.keep(batch)
    assert [(one.file, one.purpose, one.new) for one in results] == [
        ("crm.csv", "accounts", 1),
        ("Fir Optics call.vtt", "documents", 1),
    ]
    assert workspace.documents()[0].account == "A-9"


def test_what_is_changed_by_hand_is_kept_and_outlives_another_version(workspace: Workspace) -> None:
    batch = upload(workspace, talk__txt=CALL)
    choices = Choices(account="Elm Textiles", kind="interview", date="2026-03-04", sides={"Ann Lee": "unknown"})
    workspace.choose_upload(batch, 1, choices)
    first = preview(workspace, batch).documents[0]
    assert (first.document.account, first.confidence, first.document.kind) == ("A-5", "settled", "interview")
    workspace.keep(batch)

    def kept() -> tuple[str, str, str, Side]:
        (one,) = workspace.documents()
        sides = {speaker.name: speaker.side for speaker in one.speakers}
        return one.account, one.kind, one.date, sides["Ann Lee"]

    assert kept() == ("A-5", "interview", "2026-03-04", Side.UNKNOWN)
    again = upload(workspace, talk__txt=CALL + "Ann Lee: And the export broke twice last week.\n")
    assert preview(workspace, again).fates == {Fate.UPDATED: 1}
    workspace.keep(again)
    assert kept() == ("A-5", "interview", "2026-03-04", Side.UNKNOWN)
    workspace.import_accounts(next(workspace.folder.parent.glob("accounts.csv")))
    assert kept() == ("A-5", "interview", "2026-03-04", Side.UNKNOWN)


def test_choices_for_words_that_are_known_already_hold_too(workspace: Workspace) -> None:
    workspace.keep(upload(workspace, talk__txt=CALL))
    again = upload(workspace, talk__txt=CALL)
    workspace.choose_upload(again, 1, Choices(account="A-2", kind="interview"))
    (result,) = workspace.keep(again)
    assert (result.new, result.unchanged) == (0, 1)
    (document,) = workspace.documents()
    assert (document.account, document.kind) == ("A-2", "interview")


def test_a_new_account_is_made_with_the_customers_domain(workspace: Workspace) -> None:
    words = CALL.replace("Ann Lee:", "Kim Poe <kim@pine.example>:")
    batch = upload(workspace, talk__txt=words)
    workspace.choose_upload(batch, 1, Choices(new_account="Pine Works"))
    assert preview(workspace, batch).documents[0].account_name == "Pine Works"
    workspace.keep(batch)
    (document,) = workspace.documents()
    account = next(one for one in workspace.store.accounts.all() if one.id == document.account)
    assert account.name == "Pine Works"


def test_choices_that_are_not_allowed_are_refused(workspace: Workspace) -> None:
    batch = upload(workspace, talk__txt=CALL)
    for choices in (
        Choices(kind="opera"),
        Choices(sides={"Ann Lee": "enemy"}),
        Choices(date="soon"),
        Choices(account="Nobody Inc"),
        Choices(account="A-1", new_account="Other"),
    ):
        with pytest.raises(IcpVoiceError):
            workspace.choose_upload(batch, 1, choices)


def test_the_same_words_are_told_as_known(workspace: Workspace) -> None:
    long = CALL * 2
    workspace.keep(upload(workspace, talk__txt=long))
    shown = preview(workspace, upload(workspace, other__txt=long))
    assert shown.fates == {Fate.DUPLICATE: 1}
    assert shown.documents[0].known_as == "uploads/talk.txt"
    assert preview(workspace, upload(workspace, talk__txt=long)).fates == {Fate.UNCHANGED: 1}


def test_another_version_updates_and_the_old_original_goes(workspace: Workspace) -> None:
    workspace.keep(upload(workspace, talk__txt=CALL))
    before = workspace.uploads.original("uploads/talk.txt")
    assert before is not None
    again = upload(workspace, talk__txt=CALL + "Ann Lee: And the export broke twice.\n")
    shown = preview(workspace, again)
    assert (shown.name_known, shown.same_name) == (True, "update")
    workspace.keep(again)
    after = workspace.uploads.original("uploads/talk.txt")
    assert after is not None and after.read_text().endswith("twice.\n")
    assert not before.exists()
    assert len(workspace.documents()) == 1


def test_another_talk_of_the_same_name_is_kept_beside_it(workspace: Workspace) -> None:
    workspace.keep(upload(workspace, transcript__txt=CALL))
    other = "Vera Field: What made you look?\nBo Ek: Our old tool was switched off in March.\n"
    batch = upload(workspace, transcript__txt=other)
    shown = preview(workspace, batch)
    assert (shown.name_known, shown.same_name, shown.fates) == (True, "both", {Fate.NEW: 1})
    assert shown.file == "uploads/transcript (2).txt"
    workspace.keep(batch)
    assert [one.file for one in workspace.documents()] == ["uploads/transcript (2).txt", "uploads/transcript.txt"]


def test_a_person_decides_what_a_known_name_means(workspace: Workspace) -> None:
    workspace.keep(upload(workspace, transcript__txt=CALL))
    batch = upload(workspace, transcript__txt="Vera Field: What made you look?\nBo Ek: Our tool was switched off.\n")
    workspace.choose_upload(batch, 1, Choices(same_name="update"))
    workspace.keep(batch)
    assert [one.file for one in workspace.documents()] == ["uploads/transcript.txt"]


def test_files_of_one_name_from_two_folders_do_not_collide(workspace: Workspace) -> None:
    other = "Vera Field: What made you look?\nBo Ek: Our old tool was switched off in March.\n"
    workspace.keep(upload_as(workspace, {"Alder Foods/transcript.txt": CALL, "Birch Tools/transcript.txt": other}))
    assert {(one.file, one.account) for one in workspace.documents()} == {
        ("uploads/Alder Foods/transcript.txt", "A-1"),
        ("uploads/Birch Tools/transcript.txt", "A-2"),
    }


def test_a_bad_file_costs_the_others_nothing_and_waits_for_other_choices(workspace: Workspace) -> None:
    batch = upload_as(workspace, {"bad.png": b"\x89PNG" + bytes(40), "talk.txt": CALL, "odd.csv": "Ref,Wert\n1,Gut\n"})
    results = {one.file: one.error for one in workspace.keep(batch)}
    assert results["talk.txt"] == "" and results["bad.png"] and results["odd.csv"]
    assert len(workspace.documents()) == 1
    assert {one.name: one.state for one in workspace.uploads.batch(batch).files} == {
        "bad.png": "failed",
        "talk.txt": "kept",
        "odd.csv": "failed",
    }
    workspace.choose_upload(batch, 3, Choices(mapping={"text": "Wert"}, purpose="documents"))
    workspace.uploads.remove(batch, 1)
    assert [(one.file, one.new) for one in workspace.keep(batch)] == [("odd.csv", 1)]


def test_a_file_that_is_to_be_skipped_is_not_kept(workspace: Workspace) -> None:
    batch = upload(workspace, talk__txt=CALL)
    workspace.choose_upload(batch, 1, Choices(skip=True))
    assert workspace.keep(batch) == []
    assert workspace.documents() == []


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/abs/olute.txt", "abs/olute.txt"),
        ("C:\\Users\\me\\call.vtt", "Users/me/call.vtt"),
        ("a\x00b\u202egpj.txt", "abgpj.txt"),
        ("x" * 300 + ".vtt", "x" * 116 + ".vtt"),
        ("", "file"),
        ("..", "file"),
        (" . / .. /call.txt", "call.txt"),
        ("\udc80\udcff.txt", "file"),
    ],
)
def test_names_of_strangers_lead_nowhere(given: str, name: str) -> None:
    try:
        assert safe_name(given) == name
    except UnreadableFile as refused:  # nothing but an ending is left of it: a hidden file
        assert given.startswith("\udc80") and "hidden" in refused.message


@pytest.mark.parametrize("name", ["calls/secrets.toml", "SECRETS.TOML.bak", ".env", "calls/.DS_Store", "Thumbs.db"])
def test_secrets_and_hidden_files_are_not_taken(workspace: Workspace, name: str) -> None:
    with pytest.raises(UnreadableFile, match="left out"):
        upload_as(workspace, {name: "x"})


def test_hostile_names_stay_inside_the_folder_of_uploads(workspace: Workspace) -> None:
    before = {path for path in workspace.folder.parent.rglob("*") if workspace.folder / "uploads" not in path.parents}
    batch = upload_as(workspace, {"../../../x.txt": CALL, "x.txt": CALL, "y" * 300 + "/x.txt": CALL, "a\x00.txt": CALL})
    workspace.keep(batch)
    after = {path for path in workspace.folder.parent.rglob("*") if workspace.folder / "uploads" not in path.parents}
    assert after - before <= {workspace.folder / "uploads"}
    assert sorted(path.name for path in (workspace.folder / "uploads" / batch).iterdir()) == [
        "0001",
        "0002",
        "0003",
        "0004",
    ]


def test_the_same_name_twice_in_a_drop_is_two_files(workspace: Workspace) -> None:
    batch = workspace.uploads.open(by="anna").id
    for words in (CALL, "Bo Ek: Something else.\n"):
        with workspace.uploads.add(batch, "call.txt") as writer:
            writer.write(words.encode())
    assert [one.name for one in workspace.uploads.batch(batch).files] == ["call.txt", "call (2).txt"]


def test_numbers_stand_before_the_ending() -> None:
    assert with_number("a/call.vtt", {"a/call.vtt", "a/call (2).vtt"}.__contains__) == "a/call (3).vtt"
    assert with_number("README", {"README"}.__contains__) == "README (2)"


def test_a_file_that_is_too_large_leaves_nothing_behind(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = workspace.uploads.open(by="anna").id
    monkeypatch.setattr(workspace.uploads, "file_mb", 1)
    with pytest.raises(UnreadableFile, match="larger than 1 MB"), workspace.uploads.add(batch, "big.txt") as writer:
        for _ in range(20):
            writer.write(bytes(100_000))
    assert workspace.uploads.batch(batch).files == ()
    assert list((workspace.folder / "uploads" / batch).iterdir()) == []


def test_an_upload_has_room_for_so_much_and_no_more(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("icp_voice.store.uploads.MOST_FILES", 2)
    monkeypatch.setattr("icp_voice.store.uploads.MOST_OPEN", 1)
    with pytest.raises(IcpVoiceError, match="at most 2 files"):
        upload_as(workspace, {"a.txt": "a", "b.txt": "b", "c.txt": "c"})
    with pytest.raises(IcpVoiceError, match="1 uploads wait"):
        workspace.uploads.open(by="anna")


def test_what_nobody_keeps_is_swept_after_a_week_and_what_is_kept_stays(workspace: Workspace) -> None:
    kept, left = upload(workspace, talk__txt=CALL), upload(workspace, other__txt="Bo Ek: Another thing.\n")
    workspace.keep(kept)
    day = 86_400.0
    import time

    assert workspace.uploads.sweep(time.time() + 6 * day) == 0
    assert workspace.uploads.sweep(time.time() + 8 * day) == 1
    assert [path.name for path in (workspace.folder / "uploads").iterdir() if path.is_dir()] == [kept]
    assert workspace.uploads.original("uploads/talk.txt") is not None
    with pytest.raises(IcpVoiceError, match="No upload"):
        workspace.uploads.batch(left)


def test_the_original_of_words_that_are_erased_can_be_thrown_away(workspace: Workspace) -> None:
    workspace.keep(upload(workspace, talk__txt=CALL))
    original = workspace.uploads.original("uploads/talk.txt")
    assert original is not None and workspace.uploads.forget("uploads/talk.txt")
    assert not original.exists()


def test_only_the_owner_may_look_into_uploads(workspace: Workspace) -> None:
    upload(workspace, talk__txt=CALL)
    assert (workspace.folder / "uploads").stat().st_mode & 0o077 == 0


def test_uploads_are_not_read_as_files_of_a_folder(workspace: Workspace) -> None:
    upload(workspace, talk__txt=CALL)
    assert workspace.add(workspace.folder).files == 0


def test_preview_on_the_command_line(workspace: Workspace, tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from icp_voice.cli.main import app

    (tmp_path / "Alder Foods call.vtt").write_text(VTT)
    (tmp_path / "crm.csv").write_text(CRM)
    found = CliRunner().invoke(
        app, ["preview", str(tmp_path / "Alder Foods call.vtt"), str(tmp_path / "crm.csv"), "-w", str(workspace.folder)]
    )
    assert found.exit_code == 0
    assert "WebVTT transcript" in found.stdout and "Ann Lee (customer" in found.stdout
    assert "2 accounts, 1 new, 1 changed" in found.stdout
    assert workspace.documents() == []


def test_an_upload_can_be_thrown_out_again_with_its_words(workspace: Workspace) -> None:
    workspace.keep(upload(workspace, talk__txt=CALL))
    original = workspace.uploads.original("uploads/talk.txt")
    assert original is not None
    (document,) = workspace.documents()
    assert workspace.remove_upload("uploads/talk.txt") == [document.id]
    assert workspace.documents() == [] and not original.exists()
    with pytest.raises(IcpVoiceError, match="No upload is kept"):
        workspace.remove_upload("uploads/talk.txt")


def test_what_another_upload_says_as_well_counts_once_the_first_is_thrown_out(workspace: Workspace) -> None:
    workspace.keep(upload(workspace, a__txt=CALL * 2))
    workspace.keep(upload(workspace, b__txt=CALL * 2))
    workspace.remove_upload("uploads/a.txt")
    assert [(one.file, one.duplicate_of) for one in workspace.documents()] == [("uploads/b.txt", "")]


def test_all_of_an_archive_is_thrown_out(workspace: Workspace) -> None:
    import io
    import zipfile

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("Alder Foods/a.txt", CALL)
        archive.writestr("b.txt", "Vera Field: And you?\nBo Ek: It is slow.\n")
    (result,) = workspace.keep(upload(workspace, calls__zip=packed.getvalue()))
    assert (result.file, result.new) == ("calls.zip", 2)
    assert workspace.documents()[0].file == "uploads/calls.zip/Alder Foods/a.txt"
    assert len(workspace.remove_upload("uploads/calls.zip")) == 2
    assert workspace.documents() == []
