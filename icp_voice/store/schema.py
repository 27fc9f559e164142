"""The tables, as numbered steps: a workspace of an older version is brought up to date when it is opened."""

from __future__ import annotations

import sqlite3

from sqlite_utils import Database, Migrations

from icp_voice.store import page_tables, written

migrations = Migrations("icp_voice")


def _run(db: Database, script: str) -> None:
    """Run statements one by one: `executescript` would commit the migration's own transaction first."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            db.execute(statement)
            statement = ""


@migrations()
def m001_words(db: Database) -> None:
    """Accounts, documents, and what was said in them."""
    _run(
        db,
        """
    create table meta (key text primary key, value text not null);

    create table account (
      id text primary key, name text not null, domains text not null, attributes text not null
    );
    create table contact (
      account text not null, name text not null, role text not null, email text not null,
      primary key (account, name)
    );
    -- by: 'rule' or 'hand'; held: 1 in, 0 kept out by hand
    create table account_tag (
      account text not null, tag text not null, by text not null, held integer not null,
      primary key (account, tag, by)
    );

    create table document (
      id text primary key, file text not null, key text not null, place text not null, kind text not null, title text not null,
      date text not null, url text not null, account text not null, account_reason text not null,
      hints text not null, identity text not null, attributes text not null, warnings text not null,
      fingerprint text not null, content text not null, richness integer not null
    );
    create index document_fingerprint on document (fingerprint);
    create index document_account on document (account);
    create unique index document_file on document (file, key);
    create table duplicate (
      file text not null, key text not null, place text not null, document text not null, content text not null,
      primary key (file, key)
    );
    create index duplicate_document on duplicate (document);
    create table speaker (
      document text not null, position integer not null, name text not null, side text not null, stated text not null,
      role text not null, email text not null, company text not null, reason text not null, primary key (document, position)
    ) without rowid;
    create table turn (
      document text not null, position integer not null, speaker text not null, text text not null,
      start_ms integer, end_ms integer, key text not null, primary key (document, position)
    );
    -- What a person settled about a document ("account", or "side:SPEAKER"); it outlives re-import.
    create table assignment (
      document text not null, field text not null, value text not null, primary key (document, field)
    );
    create view tagged as
      select account, tag, case when max(by = 'hand') then 'hand' else 'rule' end as by
      from account_tag group by account, tag
      having coalesce(max(case when by = 'hand' then held end), max(held)) = 1;
    """,
    )


@migrations()
def m002_understanding(db: Database) -> None:
    """Highlights, tags, vectors, themes, facts, and which step has seen what."""
    _run(
        db,
        """
    create table highlight (
      id text primary key, document text not null, turn integer not null, start integer not null, end integer not null,
      context text not null, by text not null
    );
    create index highlight_document on highlight (document, turn, start);
    -- Tags of people stay when a re-import takes their highlight away, and hold again when it returns.
    create table tag (
      highlight text not null, category text not null, coder text not null, score real not null,
      state text not null, reason text not null, primary key (highlight, category, coder)
    ) without rowid;
    create index tag_category on tag (category, state);
    -- A person's word outranks a model's.
    create view held_tag as
      select highlight, category, max(case when state = 'confirmed' then 1.0 else score end) as score
      from tag group by highlight, category
      having max(state = 'confirmed') or not max(state = 'rejected');
    create table vector (
      model text not null, text_hash text not null, vector blob not null, primary key (model, text_hash)
    ) without rowid;
    create table theme (
      id text primary key, category text not null, name text not null, keywords text not null,
      named_by text not null, hidden integer not null
    );
    create table theme_member (
      highlight text not null, category text not null, theme text, reason text not null, position integer not null,
      primary key (highlight, category)
    ) without rowid;
    create index theme_member_theme on theme_member (theme);
    create table theme_event (
      run integer not null, category text not null, kind text not null, theme text not null, size integer not null,
      before integer not null, others text not null
    );
    create table fact (
      kind text not null, value text not null, highlight text not null, start integer not null, end integer not null,
      primary key (kind, value, highlight)
    ) without rowid;
    -- version: what the step's result for this subject was made from
    create table done (
      step text not null, subject text not null, version text not null, primary key (step, subject)
    ) without rowid;
    create table view (name text primary key, filter text not null);
    """,
    )


@migrations()
def m003_search(db: Database) -> None:
    """Full-text search over turns, kept up to date by triggers."""
    _run(
        db,
        """
    create virtual table turn_search using fts5 (
      text, content='turn', content_rowid='rowid', tokenize="porter unicode61 remove_diacritics 2"
    );
    create trigger turn_added after insert on turn begin
      insert into turn_search (rowid, text) values (new.rowid, new.text);
    end;
    create trigger turn_removed after delete on turn begin
      insert into turn_search (turn_search, rowid, text) values ('delete', old.rowid, old.text);
    end;
    create trigger turn_changed after update on turn begin
      insert into turn_search (turn_search, rowid, text) values ('delete', old.rowid, old.text);
      insert into turn_search (rowid, text) values (new.rowid, new.text);
    end;
    """,
    )


@migrations()
def m004_asked(db: Database) -> None:
    """Which of our questions asked for which category."""
    _run(
        db,
        """
    create table asked (
      document text not null, turn integer not null, category text not null, primary key (document, turn, category)
    ) without rowid;
    """,
    )


@migrations()
def m005_live(db: Database) -> None:
    """Highlights know the words of their turn, so that none outlives them; people's moves between themes stay."""
    _run(
        db,
        """
    alter table highlight add column key text not null default '';
    update highlight set key = coalesce(
      (select key from turn where turn.document = highlight.document and turn.position = highlight.turn), '');
    -- A highlight holds only while its turn says the same words and a customer says them.
    create view live_highlight as
      select highlight.* from highlight
      join turn on turn.document = highlight.document and turn.position = highlight.turn and turn.key = highlight.key
      where exists (select 1 from speaker where speaker.document = turn.document and speaker.name = turn.speaker
        and speaker.side = 'customer');
    create table theme_pin (
      highlight text not null, category text not null, theme text, primary key (highlight, category)
    ) without rowid;
    """,
    )


@migrations()
def m006_duplicates(db: Database) -> None:
    """Duplicates know the words they were recognised by; those of older workspaces are looked at anew when read."""
    _run(db, "alter table duplicate add column fingerprint text not null default '';")


@migrations()
def m007_theme_decisions(db: Database) -> None:
    """Keep what people decide about themes as a list that can be taken back; the ledger knows dates and names."""
    _run(
        db,
        """
    alter table theme_event add column at text not null default '';
    alter table theme_event add column names text not null default '{}';
    -- detail: JSON of what was decided and what was there before
    create table theme_decision (
      number integer primary key, at text not null, by text not null, category text not null, kind text not null,
      theme text not null, detail text not null, undone integer not null default 0
    );
    insert into theme_decision (at, by, category, kind, theme, detail)
      select '', 'me', category, 'moved', coalesce(theme, ''), json_object('highlights', json_array(highlight))
      from theme_pin order by category, highlight;
    """,
    )


@migrations()
def m009_first_said(db: Database) -> None:
    """Keep what a model said of a tag before a person did: it learns from people, and is no coder of its own then."""
    _run(
        db,
        """
    create table first_said (
      highlight text not null, category text not null, coder text not null, score real not null,
      primary key (highlight, category)
    ) without rowid;
    """,
    )


@migrations()
def m010_moved(db: Database) -> None:
    """Count the writes that change which passages there are, whose they are or where they stand: tags do not."""
    watched = {
        "highlight": " of document, turn, start, end, key",
        "turn": "",
        "speaker": "",
        "document": " of file, place, account",
        "account": " of name",
        "contact": " of role",
    }
    db.execute("create table moved (number integer not null)")
    db.execute("insert into moved values (0)")
    for table, columns in watched.items():
        for event in ("insert", "delete", f"update{columns}"):
            db.execute(
                f"create trigger {table}_moved_{event.split()[0]} after {event} on {table}"
                " begin update moved set number = number + 1; end"
            )


@migrations()
def m008_sources(db: Database) -> None:
    """Which records of a connected source are known, in which version, and which are gone there."""
    _run(
        db,
        """
    -- moment: when it happened, as the source orders its records; gone: '' or why the source no longer shows it
    create table source_record (
      source text not null, record text not null, file text not null, version text not null, moment text not null,
      gone text not null, primary key (source, record)
    ) without rowid;
    create index source_record_moment on source_record (source, moment);
    -- An account that is known under another id than the one a source gives it.
    create table source_account (
      source text not null, record text not null, account text not null, primary key (source, record)
    ) without rowid;
    """,
    )


@migrations()
def m011_returning(db: Database) -> None:
    """Under which id a document was known whose source took it away: so it finds people's work when it returns."""
    _run(
        db,
        """
    create table source_gone (
      file text not null, key text not null, document text not null, primary key (file, key)
    ) without rowid;
    """,
    )


@migrations()
def m012_editions(db: Database) -> None:
    """Keep how people arranged the ICP document, and its editions: what they show and what they rest on, without words."""
    _run(
        db,
        """
    create table arrangement (
      number integer primary key autoincrement, at text not null, by text not null, action text not null,
      part text not null, target text not null, value text not null, undone integer not null default 0
    );
    -- paper, ledger: JSON; quotes in it are places in turns
    create table edition (
      number integer primary key, id text not null unique, name text not null, note text not null, at text not null,
      by text not null, counts text not null, paper text not null, ledger text not null
    );
    """,
    )


@migrations()
def m013_changes(db: Database) -> None:
    """Who did what and when, what was taken back, and what a person left for later when asked to decide."""
    _run(
        db,
        """
    -- detail: JSON of ids and counts, and of what was there before; touches: one person's word on one tag;
    -- undone: 1 once it was taken back
    create table change (
      number integer primary key autoincrement, at text not null, by text not null, verb text not null,
      subject text not null, detail text not null, touches text not null, undone integer not null default 0
    );
    create index change_by on change (by, number);
    create index change_touches on change (touches, number) where touches != '';
    create table skipped (
      by text not null, highlight text not null, category text not null, turn integer not null,
      primary key (by, highlight, category)
    ) without rowid;
    """,
    )


@migrations()
def m013_corrections(db: Database) -> None:
    """Keep what was there before people's decisions, so that each can be taken back, and find what is undecided."""
    _run(
        db,
        """
    create index change_subject on change (subject, number);
    -- What a person had said of a tag before they decided (held: whether anything), and what was known of its passage.
    create table tag_before (
      number integer primary key, highlight text not null, category text not null, coder text not null,
      held integer not null, score real not null, state text not null, reason text not null,
      made text not null, first integer not null
    );
    create index tag_before_highlight on tag_before (highlight);
    create index tag_people on tag (highlight, category) where coder >= 'person:' and coder < 'person;';
    create index tag_open on tag (category, score) where state = 'proposed';
    -- Passages of a model that lie under a person's, and passages that a person made and took away again.
    create table put_aside (
      id text primary key, document text not null, turn integer not null, start integer not null, end integer not null,
      context text not null, by text not null, key text not null
    ) without rowid;
    create index put_aside_document on put_aside (document);
    """,
    )


@migrations()
def m015_interviews(db: Database) -> None:
    """Keep whom we asked for an interview, when a document arrived, and which accounts were written about since."""
    _run(
        db,
        """
    -- since: day of the first mark; arrived: number of the latest document by then; gaps: JSON of those it is to close
    create table interview (
      number integer primary key, account text not null, since text not null, arrived integer not null, gaps text not null
    );
    -- What holds of an interview is its latest mark that was not taken back; contact: whether the mark made the contact.
    create table interview_mark (
      number integer primary key, interview integer not null, person text not null, role text not null,
      email text not null, state text not null, date text not null, note text not null, at text not null,
      by text not null, contact integer not null, undone integer not null default 0
    );
    create index interview_mark_interview on interview_mark (interview);
    create table arrival (document text primary key, number integer not null, at text not null) without rowid;
    create index arrival_number on arrival (number);
    insert into arrival select id, 0, '' from document;
    create trigger document_arrived after insert on document
      when not exists (select 1 from arrival where document = new.id)
    begin
      insert into arrival select new.id, coalesce(max(number), 0) + 1, strftime('%Y-%m-%dT%H:%M:%SZ', 'now') from arrival;
    end;
    -- number grows with every write that changes what is known of an account
    create table counted (account text primary key, number integer not null) without rowid;
    create index counted_number on counted (number);
    create index fact_highlight on fact (highlight);
    """,
    )
    itself = "select {row}.id as account"
    of_account = "select {row}.account as account"
    of_document = "select account from document where id = {row}.document"
    of_highlight = (
        "select document.account from highlight join document on document.id = highlight.document"
        " where highlight.id = {row}.highlight"
    )
    watched = {
        "account": (itself, "name, attributes"),
        "account_tag": (of_account, ""),
        "contact": (of_account, ""),
        "document": (of_account, "file, place, account, date, title, kind"),
        "speaker": (of_document, ""),
        "turn": (of_document, ""),
        "asked": (of_document, ""),
        "highlight": (of_document, ""),
        "tag": (of_highlight, ""),
        "fact": (of_highlight, ""),
    }
    for table, (account, columns) in watched.items():
        for event in ("insert", "delete", "update"):
            rows = {"insert": ("new",), "delete": ("old",), "update": ("old", "new")}[event]
            of = f" of {columns}" if columns and event == "update" else ""
            upserts = "".join(
                " insert into counted select account, (select coalesce(max(number), 0) + 1 from counted)"
                f" from ({account.format(row=row)}) where true on conflict (account) do update set number = excluded.number;"
                for row in rows
            )
            db.execute(f"create trigger {table}_counted_{event} after {event}{of} on {table} begin{upserts} end")


@migrations()
def m014_redactions(db: Database) -> None:
    """Keep which spans of turns are hidden, proposed to be, or shown again; a turn is known by the key of its words."""
    _run(
        db,
        """
    create table redaction (
      id text primary key, document text not null, key text not null, start integer not null, end integer not null,
      why text not null, state text not null, by text not null, at text not null
    ) without rowid;
    create index redaction_document on redaction (document, key);
    """,
    )


@migrations()
def m016_pages(db: Database) -> None:
    """Keep ready what pages count and page by, and note of which documents something changed."""
    _run(db, page_tables.TABLES)
    for trigger in page_tables.triggers():
        db.execute(trigger)


@migrations()
def m017_accounts(db: Database) -> None:
    """Keep what a person typed of an account, which no import undoes, and what accounts that were merged were called."""
    _run(
        db,
        """
    -- field: 'name', 'domains' or 'attribute:NAME'; value: JSON, null where a person took the attribute away
    create table account_said (
      account text not null, field text not null, value text not null, primary key (account, field)
    ) without rowid;
    create table account_alias (
      id text primary key, name text not null, domains text not null, account text not null
    ) without rowid;
    create index account_alias_account on account_alias (account);
    """,
    )


@migrations()
def m018_written(db: Database) -> None:
    """Count the writes, so that what was made of the store can be kept until there is another."""
    written.set_up(db)


@migrations()
def m019_before_change(db: Database) -> None:
    """Keep what stood in a view, an account or a person of one before somebody changed it, so that it can come back."""
    # rows: JSON, a list of table, key, what stood there, what came (null: nothing)
    db.execute("create table before_change (number integer primary key, rows text not null)")


@migrations()
def m020_hiding(db: Database) -> None:
    """Count how often words were hidden, so that nothing that was made before is shown afterwards."""
    written.count_hiding(db)
