"""The command line: every command the README shows exists, errors are one line, and records keep their contract."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from icp_voice.cli.main import app
from icp_voice.lock import Lock
from icp_voice.publish.records import as_csv
from icp_voice.workspace import Workspace
from tests.conftest import ACCOUNTS, CALL

ROOT = Path(__file__).resolve().parents[1]
CONTRACT = {
    "highlights": "id document file account speaker side role date turn start end text context tags theme",
    "themes": "id category name keywords accounts icp_accounts highlights quotes",
    "facts": "kind value account highlight text",
    "coverage": "account category state highlights newest speakers reason",
    "gaps": "kind account category question reason",
    "plan": "account person role email reason state date questions closes",
    "documents": "id file place kind title account account_reason date turns duplicate_of speakers",
}


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)


def program(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "icp_voice", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=cwd, env=environment, text=True, capture_output=True, check=False)


@pytest.mark.parametrize(("listing", "keys"), CONTRACT.items())
def test_the_keys_of_each_listing_are_as_written_down(demo, listing, keys):
    lines = call(listing, "--workspace", demo, "--format", "jsonl").stdout.splitlines()
    assert lines
    assert all(list(json.loads(line)) == keys.split() for line in lines)
    documented = (ROOT / "docs" / "records.md").read_text("utf-8")
    assert all(key in documented for key in keys.split())


def test_tags_of_a_highlight_say_category_score_coder_and_state(demo):
    for line in call("highlights", "-w", demo, "--format", "jsonl").stdout.splitlines():
        for tag in json.loads(line)["tags"]:
            assert list(tag) == ["category", "score", "coder", "state"]
            assert 0 <= tag["score"] <= 1 and tag["state"] in {"proposed", "confirmed", "rejected"}


def test_icp_as_json_says_rule_accounts_and_who_was_never_heard(demo):
    icp = json.loads(call("icp", "-w", demo, "--format", "json").stdout)
    assert icp["rule"] == "status = 'active' and acv_usd >= 40000"
    assert len(icp["accounts"]) == 10 and {"id", "name", "by"} <= set(icp["accounts"][0])
    names = {account["id"]: account["name"] for account in icp["accounts"]}
    assert {names[one] for one in icp["without_feedback"]} == {"Greyfen Chemicals", "Mistral Bay Seafood"}


@pytest.mark.parametrize("listing", CONTRACT)
def test_the_same_listing_as_json_jsonl_and_csv_holds_the_same_rows(demo, listing):
    as_json = json.loads(call(listing, "-w", demo, "--format", "json").stdout)
    as_jsonl = [json.loads(line) for line in call(listing, "-w", demo, "--format", "jsonl").stdout.splitlines()]
    as_csv = list(csv.DictReader(io.StringIO(call(listing, "-w", demo, "--format", "csv").stdout)))
    assert as_json == as_jsonl
    assert len(as_csv) == len(as_json) and list(as_csv[0]) == list(as_json[0])


def test_words_that_a_spreadsheet_would_run_are_defused_in_csv(workspace, write):
    workspace.add(
        write("alder.txt", "Vera Field: What is hard?\nAnn Lee: =HYPERLINK(1) is hard and slow for us.\n" * 2)
    )
    out = call("highlights", "--all", "-w", workspace.folder, "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(out)))
    assert all(not row["text"].startswith("=") for row in rows)


@pytest.mark.parametrize(
    "text", ["=1+1", "  =1+1", "\n=1+1", "\u00a0+1", "\ufeff@SUM(1)", "\x00-1+1", "\t1", "\r1", "＝1+1", "-2"]
)
def test_white_space_does_not_hide_a_formula_in_csv(text):
    assert next(csv.DictReader(io.StringIO(as_csv([{"text": text}])))) == {"text": f"'{text}"}


def test_an_old_line_end_in_a_cell_begins_no_row_of_its_own():
    assert as_csv([{"text": "we left\r=1+1", "side": "customer"}]) == 'text,side\n"we left\r=1+1",customer'


def test_numbers_and_words_stay_what_they_are_in_csv():
    row = {"n": -2, "share": -0.5, "text": "a - b = c", "mail": "ann@alder.example", "indented": "  so we left"}
    assert as_csv([row]).splitlines()[1] == "-2,-0.5,a - b = c,ann@alder.example,  so we left"


def test_who_is_icp_is_shown_while_another_process_writes(workspace):
    with Lock(workspace.folder / "voice.lock").held("run"):
        shown = program("icp", "-w", workspace.folder, cwd=workspace.folder)
        assert shown.returncode == 0 and "waiting" not in shown.stderr
        assert "3 accounts, 3 of them without any feedback" in shown.stdout


def test_add_goes_on_and_tells_what_was_not_read_in_its_table_and_exit_code(workspace, write):
    good, bad = write("alder.txt", CALL), write("broken.json", '{"icp_voice": 1')
    told = call("add", good, bad, "-w", workspace.folder)
    assert told.exit_code == 1
    assert "1 documents new" in told.stdout and "broken.json" in told.stdout
    added = json.loads(call("add", good, bad, "-w", workspace.folder, "--format", "json").stdout)
    assert [list(error) for error in added["errors"]] == [["file", "error", "hint"]]
    assert len(added["unchanged"]) == 1


def test_a_first_workspace_by_the_commands_of_the_readme(tmp_path):
    crm = tmp_path / "crm.csv"
    crm.write_text(ACCOUNTS)
    (tmp_path / "alder call.txt").write_text(CALL)
    folder = tmp_path / "acme"
    for arguments in (
        ("init", folder, "--company", "Acme", "--domain", "acme.example", "--person", "Vera Field"),
        ("accounts", "import", crm, "-w", folder),
        ("icp", "--where", "status = 'active' and acv_usd >= 40000", "-w", folder),
        ("add", tmp_path / "alder call.txt", "-w", folder),
        ("documents", "--unmatched", "-w", folder),
        ("assign", "alder call.txt", "Birch Tools", "-w", folder),
        ("run", "-w", folder),
        ("view", "save", "How", "--question", "How do customers find out about solutions?", "-w", folder),
        ("view", "show", "How", "-w", folder),
        ("report", "icp", "--out", folder / "icp.html", "-w", folder),
        ("plan", "--people", "2", "--guides", folder / "guides", "-w", folder),
    ):
        assert call(*arguments).exit_code == 0, arguments
    assert (folder / "icp.html").read_text("utf-8").startswith("<!doctype html>")
    assert Workspace(folder).document("alder call.txt").account == "A-2"


def test_every_command_that_the_readme_shows_exists():
    readme = (ROOT / "README.md").read_text("utf-8")
    code = [*re.findall(r"```sh\n(.*?)```", readme, re.S), *re.findall(r"`(icp-voice .*?)`", readme)]
    shown = set(re.findall(r"icp-voice ([a-z]+)", "\n".join(code)))
    assert len(shown) > 8
    for command in shown:
        assert call(command, "--help").exit_code == 0, command


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("highlights",), "is not a workspace. Make one with: icp-voice init"),
        (("report", "icp", "--out", "x.pdf"), "is not a workspace"),
    ],
)
def test_what_a_person_can_mend_is_one_line_and_exit_code_1(tmp_path, arguments, told):
    done = program(*arguments, cwd=tmp_path)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1 and told in done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("icp", "--where", "acv > 3"), "acv_usd"),
        (("icp", "--add", "Alder Food"), 'Did you mean "Alder Foods"'),
        (("highlights", "--category", "pain"), 'Did you mean "pain_point"'),
        (("view", "show", "x"), "There are none yet"),
        (("report", "pains"), "Known: buying-process, icp, pain-points"),
        (("report", "icp", "--out", "x.pdf"), "Name the file .html, .md or .docx"),
        (("assign", "x"), "Nothing to settle"),
        (("tag", "x", "--confirm", "praise"), 'No highlight "x"'),
        (("sync", "gong"), "No connected source"),
    ],
)
def test_a_slip_names_what_is_known(workspace, arguments, told):
    with pytest.raises(Exception, match=re.escape(told)):
        call(*arguments, "-w", workspace.folder)


def test_help_answers_at_once(tmp_path):
    program("--help", cwd=tmp_path)
    start = time.perf_counter()
    done = program("--help", cwd=tmp_path)
    assert "report" in done.stdout
    assert time.perf_counter() - start < 1.5  # measured at 0.2 s; loose, since test machines are busy


def test_the_program_loads_no_model_for_help():
    code = (
        "import sys, icp_voice.cli.main; print([m for m in ('torch', 'spacy', 'pandas', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, text=True, capture_output=True, check=True)
    assert done.stdout.strip() == "[]"
