"""Small projects written as each program writes them, as far as its exports are known."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from pathlib import Path

HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<Project xmlns="urn:QDA-XML:project:1.0" name="P" origin="{origin}">'
ANN, BEN = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"
SLOW, PAIN, SOURCE = (f"{digit}" * 8 + "-0000-4000-8000-000000000001" for digit in "345")
USERS = f'<Users><User guid="{ANN}" name="Ann Coder"/><User guid="{BEN}" name="Ben Coder"/></Users>'
CODES = (
    f'<CodeBook><Codes><Code guid="{PAIN}" name="Pain points and needs" isCodable="true" color="#FF0000">'
    f'<Code guid="{SLOW}" name="Slow approvals" isCodable="true"/></Code></Codes></CodeBook>'
)
TALK = (
    "Interviewer: What is hard, Zoë?\r\n\r\nParticipant: The queue 🐌 is slow at month end. We wait until nine.\r\n\r\n"
    "Interviewer: And then?\r\n\r\nParticipant: Then the café closes 👩‍👩‍👧 and nobody eats."
)


def project(body: str, texts: dict[str, bytes], *, origin: str = "X", folder: str = "sources") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.qde", HEAD.format(origin=origin) + USERS + CODES + body + "</Project>")
        for name, data in texts.items():
            archive.writestr(f"{folder}/{name}", data)
    return packed.getvalue()


def selection(
    start: int, end: int, code: str, *, name: str = "", user: str = ANN, inside: str = "", brace: bool = False
) -> str:
    target = f"{{{code.upper()}}}" if brace else code
    return (
        f'<PlainTextSelection guid="{SOURCE}" name="{name}" startPosition="{start}" endPosition="{end}"'
        f' creatingUser="{user}">{inside}<Coding guid="{SOURCE}"><CodeRef targetGUID="{target}"/></Coding></PlainTextSelection>'
    )


def marked(words: str, count: str, code: str, **more: object) -> str:
    """Mark words of the talk as a program counts that goes by `count`."""
    before = TALK[: TALK.index(words)]

    def size(text: str) -> int:
        text = text.replace("\r\n", "\n") if "one" in count else text
        return len(text.encode("utf-16-le")) // 2 if "utf16" in count else len(text)

    return selection(size(before), size(before + words), code, **more)  # type: ignore[arg-type]


def source(selections: str) -> str:
    return (
        f'<Sources><TextSource guid="{SOURCE}" name="Talk with Zoë" plainTextPath="internal://{SOURCE}.txt">'
        f"{selections}</TextSource></Sources>"
    )


def talk(count: str, *, origin: str, folder: str = "sources", bom: bool = False, brace: bool = False) -> bytes:
    words = ("The queue 🐌 is slow at month end.", "the café closes 👩‍👩‍👧 and nobody eats")
    name = words[1] if "utf16" in count else ""
    body = marked(words[0], count, PAIN, brace=brace) + marked(words[1], count, SLOW, user=BEN, name=name)
    text = TALK.encode("utf-8-sig" if bom else "utf-8")
    return project(source(body), {f"{SOURCE}.txt": text}, origin=origin, folder=folder)


PAGE = "<p>Interviewer: What is hard?</p><p>Participant: The <b>café</b> queue 🐌 is slow.<br>We wait &amp; wait.</p>"
PLAIN = "Interviewer: What is hard?Participant: The café queue 🐌 is slow.We wait & wait."


def taguette(path: Path, *, shift: int = 0, extra: str = "", view: bool = False) -> Path:
    database = sqlite3.connect(path)
    database.executescript(
        """
        create table users (login varchar(30) not null primary key, hashed_password varchar(192));
        create table projects (id integer not null primary key, name varchar(200), description text);
        create table documents (id integer not null primary key, name varchar(200), description text, filename text,
          project_id integer, text_direction varchar(13), contents text);
        create table commands (id integer not null primary key, user_login varchar(30), project_id integer,
          document_id integer, payload text);
        create table tags (id integer not null primary key, project_id integer, path varchar(200), description text);
        create table highlight_tags (highlight_id integer, tag_id integer);
        """
    )
    kind = "view highlights as select 1 as id, 1 as document_id, 0 as start_offset, 5 as end_offset, '' as snippet"
    columns = "id integer primary key, document_id integer, start_offset integer, end_offset integer, snippet text"
    database.execute(f"create {kind}" if view else f"create table highlights ({columns})")
    database.execute("insert into projects values (1, 'Study', '')")
    database.execute("insert into documents values (1, 'Talk', '', 'talk.docx', 1, 'LEFT_TO_RIGHT', ?)", (PAGE,))
    database.execute(
        "insert into tags values (1, 1, 'pain_point', ''), (2, 1, 'waiting.long', 'They wait for something.')"
    )
    words = ("The café queue 🐌 is slow.", "We wait & wait.")
    for number, said in enumerate(words, start=1):
        start = len(PLAIN[: PLAIN.index(said)].encode()) + shift
        if not view:
            snippet = said.replace("&", "&amp;")
            database.execute(
                "insert into highlights values (?, 1, ?, ?, ?)", (number, start, start + len(said.encode()), snippet)
            )
        database.execute("insert into highlight_tags values (?, ?)", (number, number))
        payload = json.dumps({"type": "highlight_add", "highlight_id": number})
        database.execute("insert into commands values (?, 'eve', 1, 1, ?)", (number, payload))
    if extra:
        database.executescript(extra)
    database.commit()
    database.close()
    return path
