"""What means harm at a source or in a folder costs its own line, and secrets are never read as words."""

# ruff: noqa: F811 (pytest hands fixtures over by the name of a parameter)

from __future__ import annotations

import contextlib
import io
import json
import socket
import struct
import threading
import time
import zipfile
import zlib

import pytest
from pydantic import SecretStr

from icp_voice.errors import SourceError, SourcePaused, UnreadableFile
from icp_voice.ingest import formats
from icp_voice.ingest.files import SECRETS, SETTINGS, chunks, find_files
from icp_voice.ingest.formats import docx as word
from icp_voice.ingest.pull.api import Api, Bearer, Pace, Patience
from icp_voice.ingest.pull.rest import Http
from icp_voice.ingest.pull.secrets import FILE as SECRETS_FILE
from icp_voice.ingest.recorders import unframed
from icp_voice.ingest.source import Source
from icp_voice.limits import Limits
from icp_voice.settings.settings import FILE as SETTINGS_FILE
from tests.conftest import CALL
from tests.hostile import docx
from tests.opened import opened  # noqa: F401
from tests.test_sources import fill

KEY = "planted-key-4711"


def filled(workspace):
    folder = workspace.folder
    for name in ("connectors", "reports", "guides", "calls"):
        (folder / name).mkdir(exist_ok=True)
    (folder / "secrets.toml").write_text(f'[zendesk]\ntoken = "{KEY}"\n')
    (folder / "calls" / "secrets.toml").write_text(f"Ann: our key is {KEY}\nBob: fine\n")
    (folder / "connectors" / "own.py").write_text(f"# {KEY}\n")
    (folder / "reports" / "icp.md").write_text(f"# Report\n\n{KEY}\n")
    (folder / "guides" / "one.md").write_text(f"# Guide\n\n{KEY}\n")
    (folder / "hooks.db-wal").write_text(f"{KEY}\n")
    (folder / "calls" / "alder.txt").write_text(CALL)
    return folder


def test_a_workspace_that_is_added_whole_gives_its_calls_and_nothing_of_its_own(workspace):
    folder = filled(workspace)
    told: list[str] = []
    assert [path.name for path in find_files([folder], told)] == ["alder.txt"]
    assert [path.name for path in find_files([folder.parent]) if folder in path.parents] == ["alder.txt"]
    assert any("secrets" in line for line in told) and any(SETTINGS in line for line in told)
    assert (SECRETS, SETTINGS) == (SECRETS_FILE, SETTINGS_FILE)
    added = workspace.add(folder)
    assert (added.files, added.errors) == (1, [])
    workspace.store.close()
    assert all(KEY.encode() not in path.read_bytes() for path in folder.glob("voice.db*"))


def test_what_is_named_one_by_one_is_left_out_or_refused_as_well(workspace):
    folder = filled(workspace)
    link = folder.parent / "harmless.txt"
    link.symlink_to(folder / "secrets.toml")
    added = workspace.add(*sorted(folder.iterdir()), link)
    assert [error.error for error in added.errors] == ["it holds secrets"] * 2
    assert all(error.hint for error in added.errors)
    assert len(added.new) == 1


def test_a_folder_of_the_same_names_that_is_no_workspace_is_read(tmp_path):
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "alder.txt").write_text(CALL)
    assert [path.name for path in find_files([tmp_path])] == ["alder.txt"]


def test_secrets_are_refused_whatever_case_their_name_has(tmp_path):
    path = tmp_path / "Secrets.TOML"
    path.write_text("Ann: words\n")
    with pytest.raises(UnreadableFile, match="it holds secrets"):
        list(chunks(path, Limits()))


@pytest.mark.parametrize(
    "line", ["a" + " " * 4_000 + "b", "a - " * 1_500, "(2026-01-01" * 400, "Monday " + " " * 9_000]
)
def test_a_heading_of_thousands_of_spaces_takes_no_time(line):
    began = time.process_time()
    unframed([line] * 40)
    assert time.process_time() - began < 1


def test_a_heading_with_many_spaces_is_still_one():
    kept, stated = unframed(["Weekly   sync (2026/05/12  10:00)   -   Transcript", "Ann: hello"])
    assert (kept, stated.about.title, stated.about.date) == ([1], "Weekly sync", "2026-05-12")


@pytest.mark.parametrize("error", [OSError, zlib.error, struct.error, AssertionError, EOFError, StopIteration])
def test_whatever_a_members_parser_raises_costs_that_member_only(monkeypatch, error):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", CALL)
        archive.writestr("b.txt", CALL.replace("slow", "sluggish"))
        archive.writestr("secrets.toml", f"Ann: {KEY}\nBob: fine\n")
    parse = formats.parse

    def odd(source):
        if source.file.endswith("a.txt"):
            raise error("x")
        return parse(source)

    monkeypatch.setattr(formats, "parse", odd)
    found = parse(Source(file="calls.zip", data=packed.getvalue()))
    assert [one.file for one in found] == ["calls.zip/b.txt"]
    refused = [line for line in found[0].warnings if "left out" in line]
    assert refused == [
        f"a.txt left out: could not be read ({error.__name__})",
        "secrets.toml left out: it holds secrets",
    ]


ODD_IDS = [
    ("requester_id", "abc"),
    ("organization_id", {"id": 1}),
    ("requester_id", [1]),
    ("id", "abc"),
    ("id", {"a": 1}),
]


@pytest.mark.parametrize(("field", "value"), ODD_IDS)
def test_a_ticket_with_an_odd_id_costs_its_own_line_and_the_cursor_goes_on(opened, field, value):
    fake, connected = opened("zendesk")
    fill(fake, 1, 3)
    fake.tickets[2][field] = value
    added = connected.sync()["zendesk"]
    assert (len(added.new), [one.error for one in added.errors]) == (2, ["an id in it is no number"])
    again = connected.sync()["zendesk"]
    assert (again.new, again.errors) == ([], [])
    fake.violations.clear()  # what is answered here is against the vendor's own contract


def test_a_comment_with_an_odd_author_costs_its_ticket_only(opened):
    fake, connected = opened("zendesk")
    fill(fake, 1, 3)
    fake.said[2][0]["author_id"] = {"id": 5}
    added = connected.sync()["zendesk"]
    assert (len(added.new), [one.file for one in added.errors]) == (2, ["zendesk://2"])
    fake.violations.clear()  # what is answered here is against the vendor's own contract


@pytest.mark.parametrize("value", ["yesterday", {"at": 1}, [1], 1e300])
def test_a_conversation_with_an_odd_time_costs_its_own_line_and_stays_listed(opened, monkeypatch, value):
    fake, connected = opened("intercom")
    fill(fake, 1, 3)
    connected.sync()
    search = fake.search

    def odd(request):
        found = search(request)
        body = found.get_json()
        for one in body["conversations"]:
            one["updated_at"] = value if one["id"] == "2" else one["updated_at"]
        found.set_data(json.dumps(body))
        return found

    fake.update(1, "The new board is slow as well, and we asked twice.")
    fake.touched(2)
    monkeypatch.setattr(type(fake), "search", lambda self, request: odd(request))
    added = connected.sync()["intercom"]
    assert ([one.file for one in added.errors], added.gone) == (["intercom://2"], [])
    assert len(added.updated) == 1
    fake.violations.clear()  # what is answered here is against the vendor's own contract


@contextlib.contextmanager
def dripping(first: bytes):
    """Serve `first` and then one byte after another, each soon enough for a socket's own time limit."""
    server = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        with contextlib.suppress(OSError):
            while not over.is_set():
                taken, _ = server.accept()
                with taken, contextlib.suppress(OSError):
                    taken.recv(65536)
                    taken.sendall(first)
                    while not over.wait(0.05):
                        taken.sendall(b"x")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}"
    over.set()
    server.close()
    thread.join(2)


@pytest.mark.parametrize(
    "first",
    [
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX-Long: ",
        b"HT",
    ],
)
def test_an_answer_that_drips_is_cut_when_its_time_is_over(first):
    patience = Patience(attempts=3, backoff=0.01, connect=1, read=1, whole=0.5)
    with dripping(first) as base_url:
        api = Api(base_url=base_url, auth=Bearer(SecretStr("k")), paces=(Pace(per_second=1000),))
        http = Http("vendor", api, patience=patience)
        began = time.monotonic()
        with pytest.raises(SourceError, match="an answer took longer than"):
            http.get("/things", key="things")
        http.close()
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "9" * 400},
        {"Retry-After": "99999999999999"},
        {"RateLimit-Reset": "9" * 400},
        {"Retry-After": "Fri, 31 Dec 99999 23:59:59 GMT"},
    ],
)
def test_a_vendor_that_asks_for_endless_patience_pauses_the_run(httpserver, headers):
    httpserver.expect_request("/things").respond_with_data("{}", status=429, headers=headers)
    api = Api(base_url=httpserver.url_for("").rstrip("/"), auth=Bearer(SecretStr("k")), paces=(Pace(per_second=1000),))
    http = Http("vendor", api, patience=Patience(attempts=2, backoff=0.01, budget=2))
    with pytest.raises(SourcePaused):
        http.get("/things", key="things")
    http.close()


def test_a_time_inside_an_answer_that_is_no_time_pauses_the_run(httpserver):
    stated = '{"code": "too_many_requests", "metadata": {"retryAfter": %s}}'
    error = f'{{"errors": [{{"extensions": {stated}}}]}}'
    httpserver.expect_request("/things").respond_with_data(error % ("9" * 4000), content_type="application/json")
    api = Api(base_url=httpserver.url_for("").rstrip("/"), auth=Bearer(SecretStr("k")), paces=(Pace(per_second=1000),))
    http = Http("vendor", api, patience=Patience(attempts=2, backoff=0.01, budget=2))
    with pytest.raises(SourcePaused):
        http.get("/things", key="things")
    http.close()


TYPE = '<!DOCTYPE z [<!ENTITY j "planted">]>'
MAIN = '{head}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>'
IMAGE = '<Default Extension="svg" ContentType="image/svg+xml"/>'


def repacked(change) -> bytes:
    """Return a Word file whose parts were changed: `change(name, data)` gives the new name and data."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx())) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            new.writestr(*change(name, old.read(name)))
        new.writestr("word/media/drawing.svg", f"{TYPE}<svg/>")
    return packed.getvalue()


def main_as(data: bytes, ending: str = "xml", more: str = IMAGE):
    def change(name: str, old: bytes) -> tuple[str, bytes]:
        if name == "word/document.xml":
            return f"word/document.{ending}", data
        old = old.replace(b"document.xml", f"document.{ending}".encode())
        return name, old.replace(b"</Types>", f"{more}</Types>".encode())

    return repacked(change)


@pytest.mark.parametrize("encoding", ["utf-7", "UTF-7", "cp037", "iso-8859-1"])
def test_a_word_file_in_an_encoding_that_hides_its_document_type_is_refused(encoding):
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    body = MAIN.format(head=TYPE, text="&j;")
    hidden = body.encode("utf-7").replace(b"<!D", b"+ADwAIQ-D") if encoding.lower() == "utf-7" else body.encode()
    data = (head + body).encode("cp037") if encoding == "cp037" else head.encode() + hidden
    with pytest.raises(UnreadableFile, match=r"an encoding that Office never writes|declares a document type"):
        word.parse(Source(file="a.docx", data=main_as(data)))


@pytest.mark.parametrize("ending", ["png", "svg", "bin"])
@pytest.mark.parametrize("more", [IMAGE, ""])
def test_a_word_file_whose_text_is_called_a_picture_is_looked_into(ending, more):
    data = main_as(MAIN.format(head=TYPE, text="&j;").encode(), ending, more)
    with pytest.raises(UnreadableFile, match="declares a document type"):
        word.parse(Source(file="a.docx", data=data))


def test_a_word_file_with_a_picture_that_has_a_document_type_is_read():
    found = word.parse(Source(file="a.docx", data=main_as(MAIN.format(head="", text="It is slow, Ann said.").encode())))
    assert "It is slow, Ann said." in found[0].turns[0].text
