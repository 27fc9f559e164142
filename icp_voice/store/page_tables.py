"""What pages count and page by: a copy, without any words, of where highlights stand, made anew document by document.

Triggers note each document of which something changed; `refresh` makes the copy of those anew before anything is read
from it. So reading fifty of a hundred thousand highlights costs as little after a correction as before it.
"""

from __future__ import annotations

import json
import sqlite3

from sqlite_utils import Database

from icp_voice.store.search import word_count

AT_ONCE = 1_000
PATIENCE_MS = 1_000
TABLES = """
-- depth: length of place, by which places are ordered; heard: whether a customer speaks; passages, coded: how many
-- highlights, and how many of them carry a category
create table page_document (
  id text primary key, file text not null, depth integer not null, place text not null, account text not null,
  kind text not null, source text not null, date text not null, heard integer not null, passages integer not null,
  coded integer not null
) without rowid;
create unique index page_document_place on page_document (file, depth, place, id);
create unique index page_document_date on page_document (date desc, file, depth, place, id);
create index page_document_account on page_document (account);
-- first, last: which of its turn's words it spans (last no more); score: of its surest category, null without any
create table page_highlight (
  id text primary key, document text not null, turn integer not null, start integer not null, first integer not null,
  last integer not null, score real
) without rowid;
create unique index page_highlight_place on page_highlight (document, turn, start, id, score);
create index page_highlight_score on page_highlight (score desc, id) where score is not null;
create table page_tag (
  id text not null, category text not null, score real not null, document text not null, primary key (id, category)
) without rowid;
create index page_tag_category on page_tag (category, score desc, id, document);
create table page_count (
  document text not null, category text not null, number integer not null, primary key (document, category)
) without rowid;
create table page_stale (document text primary key) without rowid;
insert into page_stale select id from document;
create index theme_member_place on theme_member (theme, position, highlight);
create index turn_speaker on turn (speaker, document, position);
create index source_record_file on source_record (file);
-- The role of a person who does not say it each time: as the CRM or any document gives it.
create view known_role as
  select account, name, max(role) as role from (
    select account, name, role from contact where role <> ''
    union all select document.account, speaker.name, speaker.role from speaker
      join document on document.id = speaker.document where speaker.role <> '' and document.account <> ''
  ) group by account, name;
create trigger document_page_delete after delete on document begin
  delete from page_tag where id in (select id from page_highlight where document = old.id);
  delete from page_highlight where document = old.id;
  delete from page_count where document = old.id;
  delete from page_document where id = old.id;
  delete from page_stale where document = old.id;
end;
"""
# table -> the documents that a changed row of it concerns, and the columns whose change counts
WATCHED = {
    "document": ("select {row}.id", " of id, file, place, account, kind, date"),
    "turn": ("select {row}.document", ""),
    "speaker": ("select {row}.document", ""),
    "highlight": ("select {row}.document", " of id, document, turn, start, end, key"),
    "tag": ("select document from highlight where id = {row}.highlight", ""),
    "source_record": ("select id from document where file = {row}.file", ""),
}
AMONG = "(select value from json_each(:documents))"
FORGET = (
    f"delete from page_tag where id in (select id from page_highlight where document in {AMONG})",
    f"delete from page_highlight where document in {AMONG}",
    f"delete from page_count where document in {AMONG}",
    f"delete from page_document where id in {AMONG}",
)
MAKE = (
    f"""insert into page_highlight (id, document, turn, start, first, last)
    select live.id, live.document, live.turn, live.start, word_count(substr(turn.text, 1, live.start)),
      word_count(substr(turn.text, 1, live.end))
    from live_highlight as live join turn on turn.document = live.document and turn.position = live.turn
    where live.document in {AMONG}""",
    # As the view held_tag reckons it, which would look at all tags for this.
    f"""insert into page_tag (id, category, score, document)
    select tag.highlight, tag.category, max(case when tag.state = 'confirmed' then 1.0 else tag.score end), document
    from page_highlight cross join tag on tag.highlight = page_highlight.id
    where page_highlight.document in {AMONG} group by tag.highlight, tag.category
    having max(tag.state = 'confirmed') or not max(tag.state = 'rejected')""",
    f"""update page_highlight set score = (select max(score) from page_tag where page_tag.id = page_highlight.id)
    where document in {AMONG}""",
    f"""insert into page_count (document, category, number) select highlight.document, page_tag.category, count(*)
    from page_highlight as highlight cross join page_tag on page_tag.id = highlight.id
    where highlight.document in {AMONG} group by highlight.document, page_tag.category""",
    f"""insert into page_document (id, file, depth, place, account, kind, source, date, heard, passages, coded)
    select id, file, length(place), place, account, kind,
      coalesce((select min(source) from source_record where source_record.file = document.file), 'files'), date,
      exists (select 1 from speaker where speaker.document = document.id and speaker.side = 'customer' and exists
        (select 1 from turn where turn.document = document.id and turn.speaker = speaker.name)),
      (select count(*) from page_highlight where page_highlight.document = document.id),
      (select count(score) from page_highlight where page_highlight.document = document.id)
    from document where id in {AMONG}""",
    f"delete from page_stale where document in {AMONG}",
)


def triggers() -> list[str]:
    """Return the triggers that note the documents of which something changed."""
    rows = {"insert": ("new",), "delete": ("old",), "update": ("old", "new")}
    return [
        f"create trigger {table}_page_{event}d after {event}{columns if event == 'update' else ''} on {table} begin "
        + " ".join(f"insert or ignore into page_stale {documents.format(row=row)};" for row in rows[event])
        + " end"
        for table, (documents, columns) in WATCHED.items()
        for event in rows
        if (table, event) != ("document", "delete")
    ]


def refresh(db: Database) -> None:
    """Make anew what is no longer right; while a run writes for long, what stands there is good enough to be shown."""
    while True:
        rows = db.execute("select document from page_stale order by document limit ?", (AT_ONCE,)).fetchall()
        if not rows or not _made(db, [row[0] for row in rows]):
            return


def _made(db: Database, documents: list[str]) -> bool:
    db.conn.create_function("word_count", 1, word_count, deterministic=True)
    given = {"documents": json.dumps(documents)}
    own = not db.conn.in_transaction
    waits = db.execute("pragma busy_timeout").fetchone()[0]
    try:
        if own:
            db.execute(f"pragma busy_timeout = {PATIENCE_MS}")
            db.conn.execute("begin immediate")
        for statement in (*FORGET, *MAKE):
            db.conn.execute(statement, given)
        if own:
            db.conn.execute("commit")
    except sqlite3.OperationalError as error:
        if not own or "locked" not in str(error):
            raise
        if db.conn.in_transaction:
            db.conn.rollback()
        return False
    finally:
        db.execute(f"pragma busy_timeout = {waits}")
    return True
