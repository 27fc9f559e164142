"""Files that mean harm: each costs one line, the run goes on, and the process that asks keeps its memory."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path

import pytest

from icp_voice.errors import IcpVoiceError, UnreadableFile
from icp_voice.ingest.apart import clock, process, reader
from icp_voice.ingest.apart.caps import capped_documents, capped_warnings
from icp_voice.ingest.files import chunks, file_name, find_files, shown
from icp_voice.limits import MEGABYTE, Limits
from icp_voice.model import Document, Speaker, Turn
from icp_voice.publish.records import as_csv
from icp_voice.workspace import Workspace
from tests.conftest import CALL
from tests.hostile import HOSTILE, Hostile, docx_of_zeros

LIMITS = Limits(memory_mb=512, cpu_seconds=10, seconds=120, unpacked_mb=20, members=2_000)
MOST_FOR_PARENT = 40  # megabytes above what it holds after its first file
# Reads the files named, and says what each came to, and the most memory that it has held itself.
PROBE = """
import json, resource, sys, time
from pathlib import Path
from icp_voice.errors import UnreadableFile
from icp_voice.ingest.apart import clock, process, reader
from icp_voice.limits import Limits
first, *paths = map(Path, sys.argv[2:])
limits = Limits(**json.loads(sys.argv[1]))
# What getrusage tells of a process counts what the one that started it held.
peak = lambda: int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) / 1024
reader.read_documents(first, first.name, limits)
before = peak()
for path in paths:
    began, error, told = time.monotonic(), "", []
    try:
        documents = reader.read_documents(path, path.name, limits)
        told = [warning for document in documents for warning in document.warnings]
    except UnreadableFile as refused:
        documents, error = [], f"{refused.message} | {refused.hint}"
    one = {"error": error, "told": told, "documents": len(documents), "files": [one.file for one in documents][:9]}
    one["turns"] = sum(len(document.turns) for document in documents)
    del documents
    one["parent"] = peak() - before
    one["seconds"] = time.monotonic() - began
    print(json.dumps({path.name: one}), flush=True)
process.close_all()
print(json.dumps({"children": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024}))
"""


@pytest.fixture(scope="module")
def probed(tmp_path_factory):
    """What each hostile file came to, in one process that reads them all."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "a.txt").write_text(CALL)
    ours = [one for one in HOSTILE if not one.large]
    for one in ours:
        (folder / one.file).write_bytes(one.make())
    limits = json.dumps(asdict(LIMITS))
    names = ["a.txt", *(one.file for one in ours), "a.txt"]
    command = [sys.executable, "-c", PROBE, limits, *names]
    root = str(Path(__file__).parents[1])
    done = subprocess.run(command, cwd=folder, env={**os.environ, "PYTHONPATH": root}, capture_output=True, text=True)
    assert not done.stderr
    return {name: found for line in done.stdout.splitlines() for name, found in json.loads(line).items()}


@pytest.mark.parametrize("one", [one for one in HOSTILE if not one.large], ids=lambda one: one.file)
def test_a_hostile_file_is_refused_or_cut_in_one_line_and_the_parent_keeps_its_memory(probed, one: Hostile):
    found = probed[one.file]
    assert one.error in found["error"] and bool(found["error"]) == (not found["documents"])
    assert "\n" not in found["error"]
    assert any(one.told in told for told in found["told"]) or not one.told
    assert found["parent"] < MOST_FOR_PARENT
    assert found["seconds"] < LIMITS.seconds


def test_after_all_of_them_a_plain_file_is_read_and_no_process_took_more_than_it_may(probed):
    assert (probed["a.txt"]["error"], probed["a.txt"]["documents"]) == ("", 1)
    assert probed["children"] < LIMITS.memory_mb


def test_names_in_an_archive_lead_nowhere(probed):
    assert sorted(probed["travelling.zip"]["files"]) == [
        "travelling.zip/C:/Windows/evil.txt",
        "travelling.zip/a\\n\\x1b[31m\\u202eb.txt",
        "travelling.zip/abs.txt",
        "travelling.zip/evil.txt",
    ]


# A reader that misbehaves ----------------------------------------------------------------------------------------------


@pytest.fixture
def evil(monkeypatch):
    """Order a reader that does whatever a file says."""
    monkeypatch.setenv("GONG_SECRET", "s3cret")
    monkeypatch.setattr(process, "_START", process._START.replace("icp_voice.ingest.apart.child", "tests.evil"))
    process.close_all()
    yield lambda order, **limits: reader.documents_in(order.encode(), "order.txt", Limits(**limits))[0].turns[0].text
    process.close_all()


@pytest.mark.parametrize(
    ("order", "limits", "error", "hint"),
    [
        ("abort", {}, "its reader crashed (SIGABRT)", "Please report this file's form."),
        ("exit", {}, "its reader crashed (exit 3)", "Please report this file's form."),
        ("sleep", {"seconds": 1}, "reading it takes longer than 1 seconds", "raise seconds under [limits]"),
        ("spin", {"cpu_seconds": 1}, "reading it takes more than 1 seconds of computing", "raise cpu_seconds under"),
        ("eat", {"memory_mb": 300}, "reading it takes more than 300 MB of memory", "raise memory_mb under [limits]"),
        ("swallow", {"memory_mb": 300}, "reading it takes more than 300 MB of memory", "raise memory_mb under"),
        ("recurse", {}, "it is nested too deep to be read", ""),
        ("pretend", {}, "its reader answered for another file", "Please report this file's form."),
        ("flood", {"cell_characters": 10**9, "characters": 10**9}, "it holds more than 256 MB of words", "Split it."),
    ],
)
def test_a_crash_or_a_limit_is_one_error_and_the_next_file_is_read(evil, order, limits, error, hint):
    assert evil("before") == "before"
    with pytest.raises(UnreadableFile) as raised:
        evil(order, **limits)
    assert raised.value.message.startswith(error) and hint in raised.value.hint
    assert evil("after") == "after"


@pytest.mark.parametrize(
    "order", ["read", "write", "look", "connect", "listen", "resolve", "run", "system", "fork", "remove"]
)
def test_a_reader_may_not_touch_files_networks_or_processes(evil, order, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnreadableFile, match=r"could not be read \((PermissionError|BlockingIOError)\)"):
        evil(order)
    assert not list(tmp_path.iterdir())
    assert evil("read code") == "True"


def test_a_reader_knows_no_secret_and_its_noise_gets_between_nothing(evil):
    assert "SECRET" not in evil("secrets")
    assert evil("noise") == "100000"


def test_one_reader_is_kept_for_many_files_and_replaced_after_a_crash(evil):
    first = evil("who")
    assert [evil("who") for _ in range(5)] == [first] * 5
    with pytest.raises(UnreadableFile):
        evil("abort")
    assert evil("who") not in (first, str(os.getpid()))


def test_a_file_that_an_earlier_one_left_no_memory_for_is_read_by_a_fresh_reader(evil, monkeypatch):
    asked = []
    ask = process.Child.ask

    def full(self, data, task):
        asked.append(self.files)
        if self.files:
            raise process.Ended("full")
        return ask(self, data, task)

    monkeypatch.setattr(process.Child, "ask", full)
    assert evil("one") == "one"
    assert evil("two") == "two"
    assert asked == [0, 1, 0]


def test_the_clock_sleeps_between_files_and_wakes_for_the_next(monkeypatch):
    monkeypatch.setattr(clock, "_TICK", 0.01)
    monkeypatch.setattr(clock, "_IDLE_TICKS", 2)
    late = threading.Event()
    one = clock.Clock(late.set)
    one.start(60)
    one.stop()
    while one._asked.is_set():
        time.sleep(0.01)
    assert not late.is_set()
    one.start(0.02)
    assert late.wait(30)
    one.close()


def test_a_reader_that_cannot_start_says_how_to_find_out(monkeypatch):
    process.close_all()
    monkeypatch.setattr(process, "_START", "raise SystemExit({path!r} and 1)")
    with pytest.raises(IcpVoiceError, match=r"does not start: it ends at once. See what this says: .*apart.child"):
        reader.documents_in(b"x", "x.txt", LIMITS)


# A run -----------------------------------------------------------------------------------------------------------------


def test_a_bomb_and_a_crash_cost_a_run_one_line_each(workspace, write, evil):
    write("a.txt", "It is slow at month end.")
    for order in ("abort", "eat"):
        write(f"{order}.txt", order)
    write("z.txt", "It is fast at night, we like it.")
    settings = workspace.folder / "icp-voice.toml"
    settings.write_text(settings.read_text().replace("# memory_mb = 2048", "memory_mb = 300"))
    added = Workspace(workspace.folder).add(workspace.folder / "words")
    assert (added.files, len(added.new)) == (4, 2)
    assert [(Path(one.file).name, one.error) for one in added.errors] == [
        ("abort.txt", "its reader crashed (SIGABRT)"),
        ("eat.txt", "reading it takes more than 300 MB of memory"),
    ]


def test_accounts_are_read_under_the_same_limits(workspace, tmp_path):
    bomb = tmp_path / "accounts.xlsx"
    bomb.write_bytes(docx_of_zeros(3))
    with pytest.raises(UnreadableFile, match=r"^accounts.xlsx: "):
        workspace.import_accounts(bomb)
    with pytest.raises(UnreadableFile, match=r"^none.csv: No such file or directory"):
        workspace.import_accounts(tmp_path / "none.csv")


# What is no plain file -------------------------------------------------------------------------------------------------


def test_links_pipes_and_sockets_in_a_folder_are_left_out_with_a_reason(workspace, tmp_path, monkeypatch):
    folder = tmp_path / "in"
    (folder / "table.csv").mkdir(parents=True)
    (folder / "table.csv" / "call.txt").write_text(CALL)
    os.mkfifo(folder / "pipe.txt")
    (folder / "loop").symlink_to(folder)
    (folder / "passwd.txt").symlink_to("/etc/passwd")
    (folder / "broken.txt").symlink_to(tmp_path / "nowhere")
    monkeypatch.chdir(folder)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.txt")
        added = workspace.add(folder)
    assert (added.files, len(added.new), added.errors) == (1, 1, [])
    assert [told.removeprefix(f"{folder}/") for told in added.warnings] == [
        "loop: left out, it is a link; add what it leads to",
        "broken.txt: left out, it is a link; add what it leads to",
        "passwd.txt: left out, it is a link; add what it leads to",
        "pipe.txt: left out, it is a named pipe",
        "socket.txt: left out, it is a socket",
    ]


def test_a_pipe_a_device_or_a_folder_that_is_named_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path, what in ((tmp_path / "pipe", "a named pipe"), (Path("/dev/zero"), "a device"), (tmp_path, "a folder")):
        with pytest.raises(UnreadableFile, match=f"it is {what}, not a file"):
            list(chunks(path, LIMITS))


def test_a_file_that_is_named_by_a_link_is_read(tmp_path):
    (tmp_path / "a.txt").write_text(CALL)
    (tmp_path / "b.txt").symlink_to(tmp_path / "a.txt")
    assert b"".join(chunks(tmp_path / "b.txt", LIMITS)) == CALL.encode()


def test_a_file_that_grows_shrinks_or_changes_while_it_is_read_is_refused(tmp_path):
    path = tmp_path / "a.txt"
    for change in (
        lambda: os.truncate(path, 9 * MEGABYTE),
        lambda: os.truncate(path, MEGABYTE),
        lambda: os.utime(path, (1, 1)),
    ):
        path.write_bytes(b"x" * 3 * MEGABYTE)
        reading = chunks(path, LIMITS)
        next(reading)
        change()
        with pytest.raises(UnreadableFile, match="it changed while it was read"):
            list(reading)


def test_a_file_of_gigabytes_is_refused_unread(tmp_path):
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(5 * 1024 * MEGABYTE)
    with pytest.raises(UnreadableFile, match="larger than 200 MB") as raised:
        next(chunks(path, Limits()))
    assert raised.value.hint == "Split it, or raise file_mb under [limits] in icp-voice.toml."


def test_names_are_kept_so_that_they_can_be_shown(workspace, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    names = [b"a\nnew.txt", b"\x1b[31mred.txt", "\u202egnp.txt".encode(), b"caf\xe9.txt", "café.txt".encode()]
    for number, name in enumerate(names):
        Path(os.fsdecode(os.path.join(os.fsencode(folder), name))).write_text(CALL.replace("slow", f"slow {number}"))
    (folder / ("x" * 251 + ".txt")).write_text(CALL)
    added = workspace.add(folder)
    assert (len(added.new), added.errors) == (6, [])
    assert sorted(Path(one.file).name for one in workspace.documents()) == sorted(
        ["a\\nnew.txt", "\\x1b[31mred.txt", "\\u202egnp.txt", "caf\\xe9.txt", "café.txt", "x" * 251 + ".txt"]
    )
    assert len(workspace.add(folder).unchanged) == 6


def test_a_name_longer_than_a_system_allows_or_with_a_nul_is_an_error_of_its_own(workspace):
    added = workspace.add("x" * 5000, "a\0b.txt")
    assert [one.error for one in added.errors] == ["File name too long", "cannot be opened"]


def test_files_are_found_in_one_order_whatever_their_bytes(tmp_path):
    for name in (b"b", b"a", b"\xff", "é".encode()):
        Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), name))).touch()
    assert [os.fsencode(path.name) for path in find_files([tmp_path])] == [b"a", b"b", "é".encode(), b"\xff"]
    assert file_name(tmp_path / "a", tmp_path) == "a"
    assert shown("a\u200fb — c") == "a\u200fb — c"


# What comes out --------------------------------------------------------------------------------------------------------


def spoken(*texts: str, file: str = "a.txt", **more: object) -> Document:
    return Document(file=file, turns=tuple(Turn(text=text, speaker="Ann") for text in texts), **more)  # type: ignore[arg-type]


HINT = "Split it, or raise {} under [limits] in icp-voice.toml."


def test_what_is_over_a_limit_is_cut_and_told():
    ann = Speaker(name="Ann")
    two = [spoken("one", "two", speakers=(ann,)), spoken("three", speakers=(ann,))]
    assert capped_documents(two, Limits()) == two
    [first] = capped_documents(two, Limits(documents=1))
    assert first.warnings == (f"cut after 1 documents: 2 documents in it. {HINT.format('documents')}",)
    [first] = capped_documents(two, Limits(turns=2))
    assert (len(first.turns), first.warnings) == (
        2,
        (f"cut after 2 turns: there are more in it. {HINT.format('turns')}",),
    )
    [first] = capped_documents([spoken("0123456789 and more")], Limits(cell_characters=11))
    told = f"cut after 11 characters of a turn: a turn is longer. {HINT.format('cell_characters')}"
    assert (first.turns[0].text, first.warnings) == ("0123456789", (told,))
    [first] = capped_documents([spoken(*["0123456"] * 100)], Limits(characters=100))
    told = f"cut after 100 characters: there are more in it. {HINT.format('characters')}"
    assert (len(first.turns), first.warnings) == (5, (told,))


def test_attributes_speakers_and_titles_count_as_characters_too():
    silent = spoken("more", speakers=(Speaker(name="x" * 101),))
    [kept] = capped_documents([silent], Limits(characters=100))
    assert (len(kept.turns), kept.speakers) == (1, ())
    for large in ({"title": "x" * 101}, {"attributes": {"a": "x" * 101}}):
        small = spoken("words")
        [kept] = capped_documents([small, spoken("more", **large)], Limits(characters=100))
        assert kept.turns == small.turns
        assert kept.warnings == (f"cut after 100 characters: there are more in it. {HINT.format('characters')}",)


def test_many_warnings_are_told_by_their_number():
    few = capped_warnings([f"line {number}" for number in range(1000)])
    assert (len(few), few[0], few[-1]) == (50, "line 0", "and 951 more notes")
    assert capped_warnings(["x" * 2000]) == ("x" * 1000 + " ...",)


@pytest.mark.parametrize(
    "said", ["=1+1", "'=1+1", "''\t@x", "  -2+3", "'tis slow", "it's = 3", "\r\nslow", "＝cmd", "", "'", "-", "slow"]
)
def test_a_text_that_a_spreadsheet_would_run_is_held_and_comes_back_as_it_was(said):
    [[_], [held, _]] = csv.reader(
        io.StringIO(f"text\n{as_csv([{'text': said, 'end': 1}]).split(chr(10), 1)[1]}", newline="")
    )
    assert not re.match(r"\s*[=+\-@＝]|[\t\r\n]", held)
    assert re.sub(r"^'('*(?:\s*[=+\-@＝＋－＠]|[\t\r\n]))", r"\1", held) == said
