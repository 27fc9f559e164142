"""Researchers come and go with their work: what is written, what is read, and that nothing shifts on the way."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from exchange_samples import PAIN, SOURCE, project, selection, source, taguette, talk
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from typer.testing import CliRunner

from icp_voice.cli.main import app
from icp_voice.errors import IcpVoiceError, UnknownName, UnreadableFile
from icp_voice.ingest.exchange import kinds
from icp_voice.ingest.exchange.alignment import Alignment
from icp_voice.ingest.exchange.reading import document_of
from icp_voice.ingest.source import Source
from icp_voice.limits import Limits
from icp_voice.model import Document, Side, Speaker, Tag, TagState, Turn, View
from icp_voice.publish.exchange import project_file
from icp_voice.store.documents import Print, short_hash, turn_keys
from icp_voice.store.highlights import Span
from icp_voice.store.layout import layout
from icp_voice.workspace import Workspace

WORDS = ["The queue 🐌 is slow at month end.", "the café closes 👩‍👩‍👧 and nobody eats"]


def fresh(folder: Path) -> Workspace:
    return Workspace.init(folder, company="Ours")


def coded(workspace: Workspace) -> set[tuple[str, str, str, str]]:
    """Return (words, category, coder, state) of everything that people decided."""
    tags = workspace.store.tags.coded()
    found = {one.id: one for one in workspace.highlights(View(coded=False))}
    return {
        (found[identity].text, tag.category, tag.coder, tag.state)
        for identity, of in tags.items()
        for tag in of
        if tag.coder.startswith("person:")
    }


def put(workspace: Workspace, document: Document, spans: list[tuple[int, int, int]], *, by: str = "Ann") -> None:
    """Keep a document as it is, and what a person coded in it."""
    store = workspace.store
    keys = turn_keys(document.turns)
    with store.transaction():
        store.documents.put(document, Print("", document.id, document.id, 0))
        for turn, start, end in spans:
            span = Span(short_hash(document.id, keys[turn], start, end), turn, start, end, "", keys[turn])
            store.highlights.mark(document.id, [span])
            store.tags.bring(by, [(span.id, Tag(category="praise", score=1.0, coder=by, state=TagState.CONFIRMED))])


# ---- other programs ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "origin", "more"),
    [
        ("two", "NVivo 14", {"folder": "Sources", "brace": True}),
        ("one", "ATLAS.ti 24", {"bom": True}),
        ("two utf16", "MAXQDA 2024", {}),
        ("two", "QualCoder 3.6", {}),
        ("one", "a program nobody knows", {}),
    ],
)
def test_passages_stand_where_people_marked_them_however_a_program_counts(
    tmp_path: Path, count: str, origin: str, more: dict[str, object]
) -> None:
    path = tmp_path / "study.qdpx"
    path.write_bytes(talk(count if "nobody" not in origin else "two", origin=origin, **more))  # type: ignore[arg-type]
    workspace = fresh(tmp_path / "ws")
    brought = workspace.import_coded(path)
    assert coded(workspace) == {
        (WORDS[0], "pain_point", "person:Ann Coder", "confirmed"),
        (WORDS[1], "pain_point", "person:Ben Coder", "confirmed"),
    }
    assert brought.coders == ["Ann Coder", "Ben Coder"] and not brought.left and not brought.added


def test_a_sub_code_counts_as_the_category_above_it_and_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.qdpx").write_bytes(talk("two", origin="QualCoder"))
    workspace = fresh(tmp_path / "ws")
    brought = workspace.import_coded(tmp_path / "a.qdpx")
    assert brought.categories == {"Pain points and needs/Slow approvals": "pain_point"}
    reasons = {tag.reason for of in workspace.store.tags.coded().values() for tag in of}
    assert reasons == {"said by a person", "coded as Pain points and needs/Slow approvals"}


def test_a_user_decides_what_a_code_means_or_leaves_it_out(tmp_path: Path) -> None:
    (tmp_path / "a.qdpx").write_bytes(talk("two", origin="QualCoder"))
    workspace = fresh(tmp_path / "ws")
    with pytest.raises(UnknownName, match='No code "slwo"'):
        workspace.import_coded(tmp_path / "a.qdpx", mapping={"slwo": "praise"})
    with pytest.raises(IcpVoiceError, match="no name of a category"):
        workspace.import_coded(tmp_path / "a.qdpx", mapping={"Slow approvals": "No Name!"})
    workspace.import_coded(tmp_path / "a.qdpx", mapping={"slow approvals": "goal"})
    assert {category for _, category, _, _ in coded(workspace)} == {"pain_point", "goal"}
    other = fresh(tmp_path / "other")
    brought = other.import_coded(tmp_path / "a.qdpx", skip=["Slow approvals"])
    assert {words for words, *_ in coded(other)} == {WORDS[0]}
    assert brought.left == {"codings with codes that were left out or are too small": 1}


def test_a_passage_over_several_turns_is_split_and_what_cannot_be_kept_is_counted(tmp_path: Path) -> None:
    text = "Interviewer: Why?\n\nParticipant: It is slow.\n\nInterviewer: Really?\n\nParticipant: Yes, every day."
    start, end = text.index("It is"), len(text)
    marks = selection(start, end, PAIN) + selection(0, 11, PAIN) + selection(5, 9_000, PAIN) + selection(9, 3, PAIN)
    marks += selection(start, end, "9" * 8 + "-0000-4000-8000-000000000009")
    (tmp_path / "a.qdpx").write_bytes(project(source(marks), {f"{SOURCE}.txt": text.encode()}))
    workspace = fresh(tmp_path / "ws")
    brought = workspace.import_coded(tmp_path / "a.qdpx")
    assert {words for words, *_ in coded(workspace)} == {"It is slow.", "Yes, every day."}
    assert any("1 passages in what our own people say" in note for note in brought.notes)
    assert any("over several turns" in note for note in brought.notes)
    assert brought.left["passages on names, times or headings, where nobody speaks"] == 1
    assert brought.left["passages outside their text"] == 2
    assert brought.left["codings with a code or case that is not in the codebook"] == 1


def test_an_unknown_code_becomes_a_category_that_learns_from_its_passages(tmp_path: Path) -> None:
    workspace = fresh(tmp_path / "ws")
    brought = workspace.import_coded(taguette(tmp_path / "taguette.sqlite3"))
    assert coded(workspace) == {
        ("The café queue 🐌 is slow.", "pain_point", "person:eve", "confirmed"),
        ("We wait & wait.", "waiting_long", "person:eve", "confirmed"),
    }
    assert brought.added == ["waiting_long"]
    category = workspace.codebook["waiting_long"]
    assert category.definition == "They wait for something." and category.examples[0] == "We wait & wait."
    assert workspace.import_coded(tmp_path / "taguette.sqlite3").codings == 0


def test_taguettes_passages_are_found_by_their_words_where_their_place_is_wrong(tmp_path: Path) -> None:
    workspace = fresh(tmp_path / "ws")
    brought = workspace.import_coded(taguette(tmp_path / "t.sqlite3", shift=3))
    assert {words for words, *_ in coded(workspace)} == {"The café queue 🐌 is slow.", "We wait & wait."}
    assert any("found by their words" in note for note in brought.notes)


# ---- there and back --------------------------------------------------------------------------------------------------

MARKS = (
    "a",
    "é",
    "e\u0301",
    "🐌",
    "👩‍👩‍👧",
    "𝔘",
    "\r\n",
    "\n",
    "\t",
    " ",
    "\u0627\u0644",
    "ש",
    ":",
    "Ann: ",
    "ß",
    "\n\n",
    "[0:01]",
    "\r",
)
SIGNS = st.sampled_from(MARKS)
TEXTS = st.lists(SIGNS, min_size=1, max_size=25).map("".join).filter(lambda text: bool(text.strip()))


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data(), texts=st.lists(TEXTS, min_size=1, max_size=5))
def test_what_goes_out_comes_back_at_the_same_places(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, texts: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("trip")
    times = st.none() | st.integers(0, 10_000_000)
    turns = tuple(Turn(text=text, speaker="Zoë", start_ms=data.draw(times)) for text in texts)
    spans = []
    for number, text in enumerate(texts):
        start = data.draw(st.integers(0, len(text) - 1))
        end = data.draw(st.integers(start + 1, len(text)))
        if text[start:end] not in ("\r", "\n") and not (text[end - 1] == "\r" and text[end : end + 1] == "\n"):
            spans.append((number, start + (text[start - 1 : start + 1] == "\r\n"), end))
    spans = [span for span in spans if span[1] < span[2]]
    speaker = Speaker(name="Zoë", side=Side.CUSTOMER, stated=Side.CUSTOMER, reason="the file says so")
    one, other = fresh(folder / "one"), fresh(folder / "other")
    put(one, Document(id="d1", file="talk.txt", turns=turns, speakers=(speaker,)), spans)
    one.export(folder / "out.qdpx")
    other.import_coded(folder / "out.qdpx")
    places = [(h.turn, h.start, h.end, h.text) for h in one.highlights()]
    assert [(h.turn, h.start, h.end, h.text) for h in other.highlights()] == places
    assert coded(other) == coded(one) and len(places) == len(set(spans))
    assert one.import_coded(folder / "out.qdpx").codings == 0
    assert len(one.documents()) == 1


@settings(max_examples=200, deadline=None, derandomize=True)
@given(texts=st.lists(TEXTS, min_size=1, max_size=6))
def test_a_layout_finds_each_turn_and_nothing_else(texts: list[str]) -> None:
    turns = tuple(Turn(text=text, speaker="A") for text in texts)
    laid = layout(Document(file="x", turns=turns))
    for number, text in enumerate(texts):
        assert laid.pieces(laid.place(number, 0), laid.place(number, len(text))) == [(number, 0, len(text))]
    assert [turn for turn, _, _ in laid.pieces(0, len(laid.text))] == list(range(len(turns)))


def test_words_are_found_in_a_transcript_whatever_the_reader_took_away() -> None:
    text = "Notes\n\n[0:01] Ann:  It is\tslow.\nAnn: And **dear** too.\n\nBen: ok 🐌 then\n"
    document = document_of("x.txt", text, Limits())
    found = Alignment(text, document.turns)
    for words in ("slow.", "It", "too.", "🐌 then"):
        at = text.index(words)
        [(turn, start, end)] = found.pieces(at, at + len(words))
        assert document.turns[turn].text[start:end] == words


def test_a_project_goes_back_to_a_workspace_that_knows_its_documents(tmp_path: Path, copy: Path) -> None:
    workspace = Workspace(copy)
    first, second = workspace.highlights()[:2]
    workspace.confirm(first.id, first.categories[0], by="Ann")
    workspace.reject(second.id, second.categories[0], by="Ben")
    workspace.export(tmp_path / "a.qdpx")
    brought = workspace.import_coded(tmp_path / "a.qdpx")
    assert not brought.new and brought.codings == 0 and not brought.added
    other = fresh(tmp_path / "ws")
    other.import_coded(tmp_path / "a.qdpx")
    assert coded(other) == coded(workspace)
    assert {state for *_, state in coded(other)} == {"confirmed", "rejected"}


def test_the_same_workspace_is_the_same_bytes_and_is_what_the_standard_describes(tmp_path: Path, demo: Path) -> None:
    refi = pytest.importorskip("pyrefiqda")
    workspace = Workspace(demo)
    data = project_file(workspace.store, workspace.codebook, "Ours")
    assert data == project_file(workspace.store, workspace.codebook, "Ours")
    (tmp_path / "a.qdpx").write_bytes(data)
    read = refi.RefiProject.load(tmp_path / "a.qdpx", str(tmp_path / "out"))
    refi.RefiProject.save(read, tmp_path / "b.qdpx")
    assert elements(data) == elements((tmp_path / "b.qdpx").read_bytes())
    texts = {
        f"internal://{path.name}": path.read_text("utf-8") for path in (tmp_path / "out" / "sources").glob("*.txt")
    }
    selections = [(one, marked) for one in read.sources.text_source for marked in one.plain_text_selection]
    assert len(selections) == len(workspace.highlights())
    for one, marked in selections:
        words = texts[one.plain_text_path][marked.start_position : marked.end_position]
        assert " ".join(words.split()).startswith(marked.name.rstrip("…"))


def elements(data: bytes) -> list[tuple[str, tuple[str, ...]]]:
    """Return every element with its attributes in the order of the file: that of the schema, if it is kept."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = etree.fromstring(archive.read("project.qde"))
    return [(str(one.tag), tuple(sorted(one.attrib))) for one in root.iter()]


def test_a_codebook_goes_out_and_comes_back_with_its_examples(tmp_path: Path) -> None:
    one, other = fresh(tmp_path / "one"), fresh(tmp_path / "other")
    one.import_coded(taguette(tmp_path / "t.sqlite3"))
    one.export(tmp_path / "book.qdc")
    brought = other.import_coded(tmp_path / "book.qdc")
    assert brought.added == ["waiting_long"]
    assert other.codebook["waiting_long"].examples == one.codebook["waiting_long"].examples
    assert other.codebook["waiting_long"].question == one.codebook["waiting_long"].question


# ---- what people marked stays ----------------------------------------------------------------------------------------


def test_what_a_person_marked_outlives_what_a_model_marks(tmp_path: Path) -> None:
    workspace = fresh(tmp_path / "ws")
    (tmp_path / "a.qdpx").write_bytes(talk("two", origin="QualCoder"))
    workspace.import_coded(tmp_path / "a.qdpx")
    store = workspace.store
    mine = store.highlights.select(View(coded=False))
    document = store.documents.all(turns=True)[0]
    key = turn_keys(document.turns)[mine[0].turn]
    whole = len(document.turns[mine[0].turn].text)
    store.highlights.put(
        document.id, [Span("m1", mine[0].turn, 0, whole, "", key), Span("m2", mine[0].turn, 40, whole, "", key)]
    )
    assert {one.id for one in store.highlights.select(View(coded=False))} == {*(one.id for one in mine), "m2"}
    store.highlights.put(document.id, [])
    store.highlights.drop_orphans()
    assert store.highlights.select(View(coded=False)) == mine


def test_what_a_person_decided_here_stands_before_what_comes(tmp_path: Path) -> None:
    workspace = fresh(tmp_path / "ws")
    (tmp_path / "a.qdpx").write_bytes(talk("two", origin="QualCoder"))
    workspace.import_coded(tmp_path / "a.qdpx")
    chosen = next(one for one in workspace.highlights() if one.text == WORDS[0])
    workspace.reject(chosen.id, "pain_point", by="Ann Coder")
    workspace.import_coded(tmp_path / "a.qdpx")
    assert (WORDS[0], "pain_point", "person:Ann Coder", "rejected") in coded(workspace)


def test_add_knows_such_files_and_says_how_they_come_in(tmp_path: Path) -> None:
    workspace = fresh(tmp_path / "ws")
    (tmp_path / "a.qdpx").write_bytes(talk("two", origin="QualCoder"))
    added = workspace.add(tmp_path / "a.qdpx", taguette(tmp_path / "t.sqlite3"))
    assert [one.hint for one in added.errors] == ["Bring it in with: icp-voice import FILE"] * 2
    assert not added.new


def test_the_commands_bring_and_hand_out(tmp_path: Path) -> None:
    workspace = fresh(tmp_path / "ws")
    (tmp_path / "a.qdpx").write_bytes(talk("two", origin="QualCoder"))
    run = CliRunner().invoke(
        app, ["import", str(tmp_path / "a.qdpx"), "--map", "Slow approvals=goal", "-w", str(workspace.folder)]
    )
    assert run.exit_code == 0, run.output
    assert "1 documents new, 0 known; 2 passages, 2 codings new, by Ann Coder, Ben Coder" in run.output
    run = CliRunner().invoke(app, ["export", str(tmp_path / "b.qdpx"), "-w", str(workspace.folder)])
    assert run.exit_code == 0 and kinds.kind_of(Source(file="b", data=(tmp_path / "b.qdpx").read_bytes()))
    with pytest.raises(IcpVoiceError, match="Name the file"):
        workspace.export(tmp_path / "b.docx")


# ---- files that mean harm --------------------------------------------------------------------------------------------

TYPED = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


def packed(**files: bytes | str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (packed(project_qde=TYPED + "<Project>&e;</Project>"), "document type"),
        (packed(project_qde=(TYPED + "<Project/>").encode("utf-16")), "document type"),
        (packed(project_qde="<Project><Users>"), "breaks at line 1"),
        (packed(project_qde=b"<Project/>" + b" " * 30_000_000), "zip bomb"),
        (packed(project_qde="<Project>" + "<a>" * 5_000 + "</a>" * 5_000 + "</Project>"), "breaks"),
        ((TYPED + "<CodeBook><Codes/></CodeBook>").encode(), "document type"),
        (b"SQLite format 3\x00 highlight_tags start_offset" + b"\xff" * 5_000, "damaged"),
    ],
)
def test_a_file_that_means_harm_is_refused(tmp_path: Path, data: bytes, told: str) -> None:
    (tmp_path / "x.bin").write_bytes(data)
    with pytest.raises(UnreadableFile, match=told):
        fresh(tmp_path / "ws").import_coded(tmp_path / "x.bin")


def test_a_path_that_leads_out_of_the_project_is_never_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("Participant: secret words")
    for path in ("internal://../secret.txt", f"absolute://{tmp_path}/secret.txt", f"relative://{tmp_path}/secret.txt"):
        body = f'<Sources><TextSource guid="{SOURCE}" name="x" plainTextPath="{path}"/></Sources>'
        (tmp_path / "a.qdpx").write_bytes(project(body, {"../../evil.txt": b"evil"}))
        workspace = fresh(tmp_path / f"ws{len(path)}{path[0]}")
        brought = workspace.import_coded(tmp_path / "a.qdpx")
        assert brought.left == {"sources whose plain text is not in the project": 1}
        assert not workspace.documents() and not (tmp_path.parent / "evil.txt").exists()


def test_views_in_place_of_tables_are_refused_and_triggers_never_run(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match='"highlights" is no table'):
        fresh(tmp_path / "one").import_coded(taguette(tmp_path / "v.sqlite3", view=True))
    trigger = "create trigger t after insert on tags begin delete from tags; end; create view tagged as select 1;"
    path = taguette(tmp_path / "t.sqlite3", extra=trigger)
    before = path.read_bytes()
    workspace = fresh(tmp_path / "two")
    assert workspace.import_coded(path).highlights == 2
    assert path.read_bytes() == before and not list(tmp_path.glob("t.sqlite3-*"))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(at=st.integers(0, 40_000), with_=st.binary(min_size=1, max_size=40), which=st.sampled_from(["t", "q"]))
def test_a_damaged_file_is_read_or_refused_and_nothing_else(at: int, with_: bytes, which: str) -> None:
    good = GOOD[which]
    at %= len(good)
    data = good[:at] + with_ + good[at + len(with_) :]
    try:
        kinds.read(Source(file="x", data=data))
    except UnreadableFile:
        pass


def _good() -> dict[str, bytes]:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        return {"t": taguette(Path(folder) / "t.sqlite3").read_bytes(), "q": talk("two", origin="QualCoder")}


GOOD = _good()
