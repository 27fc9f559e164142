"""Documents with their speakers and turns, the duplicates of them, and what people settled about them."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlite_utils import Database

from icp_voice.model import Document, Kind, Side, Speaker, Turn
from icp_voice.store.redactions import Redactions, veiled


@dataclass(frozen=True, slots=True)
class Kept:
    """What is needed to tell whether a document that arrives is known: where it came from and what it held."""

    id: str
    file: str
    key: str
    place: str
    fingerprint: str
    content: str
    richness: int


@dataclass(frozen=True, slots=True)
class Print:
    """How a document is recognised: `fingerprint` of its words, `content` of everything, `key` within its file."""

    key: str
    fingerprint: str
    content: str
    richness: int


class Documents:
    """The document, speaker, turn, duplicate and assignment tables."""

    def __init__(self, db: Database, redactions: Redactions | None = None) -> None:
        self._db = db
        self._redactions = redactions or Redactions(db)

    # -- what is known ------------------------------------------------------------------------------------------

    def of_file(self, file: str) -> dict[str, Kept]:
        """Return key -> document for all that came from `file`."""
        return {kept.key: kept for kept in self._kept("file = ?", file)}

    def below(self, file: str) -> list[Kept]:
        """Return what came from a file, or from the files inside of it where it is an archive."""
        return [
            *self._kept("file = ?", file),
            *self._kept("substr(file, 1, length(?1)) = ?1 and file > ?1", f"{file}/"),
        ]

    def of_fingerprint(self, fingerprint: str) -> Kept | None:
        """Return the document with the same words, if there is one."""
        return next(self._kept("fingerprint = ?", fingerprint), None)

    def duplicates_of_file(self, file: str) -> dict[str, str]:
        """Return key -> content hash for all in `file` that says the same as a document which still says it."""
        rows = self._db.query(
            "select duplicate.key, duplicate.content from duplicate join document on document.id = duplicate.document"
            " and document.fingerprint = duplicate.fingerprint where duplicate.file = ?",
            (file,),
        )
        return {row["key"]: row["content"] for row in rows}

    def has(self, document: str) -> bool:
        """Tell whether a document with this id is kept."""
        return bool(self._db.execute("select 1 from document where id = ?", (document,)).fetchone())

    def turn_keys(self, document: str) -> list[str]:
        """Return what the turns of a document are known by, in their order."""
        rows = self._db.execute("select key from turn where document = ? order by position", (document,))
        return [row[0] for row in rows.fetchall()]

    def _kept(self, where: str, value: str) -> Iterator[Kept]:
        columns = "id, file, key, place, fingerprint, content, richness"
        for row in self._db.query(f"select {columns} from document where {where} order by key", (value,)):
            yield Kept(**row)

    # -- writing ------------------------------------------------------------------------------------------------

    def put(self, document: Document, mark: Print) -> None:
        """Write a document with its speakers and turns, in place of what was kept under its id."""
        for table in ("speaker", "turn"):
            self._db.execute(f"delete from {table} where document = ?", (document.id,))
        self._db.execute(
            "insert or replace into document (id, file, key, place, kind, title, date, url, account, account_reason,"
            " hints, identity, attributes, warnings, fingerprint, content, richness)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                document.id,
                document.file,
                mark.key,
                document.place,
                document.kind,
                document.title,
                document.date,
                document.url,
                document.account,
                document.account_reason,
                _json(document.hints),
                document.identity,
                _json(dict(document.attributes)),
                _json(document.warnings),
                mark.fingerprint,
                mark.content,
                mark.richness,
            ),
        )
        self.put_speakers(document.id, document.speakers)
        self._db.conn.executemany(
            "insert into turn (document, position, speaker, text, start_ms, end_ms, key) values (?, ?, ?, ?, ?, ?, ?)",
            [
                (document.id, position, turn.speaker, turn.text, turn.start_ms, turn.end_ms, key)
                for position, (turn, key) in enumerate(zip(document.turns, turn_keys(document.turns), strict=True))
            ],
        )
        # Highlights move with the words of their turn; those whose words are gone hold no more.
        self._db.execute(
            "update highlight set turn = (select position from turn where turn.document = highlight.document"
            " and turn.key = highlight.key) where document = :document"
            " and key in (select key from turn where document = :document)",
            {"document": document.id},
        )

    def put_speakers(self, document: str, speakers: Iterable[Speaker]) -> None:
        """Write who speaks in a document."""
        self._db.execute("delete from speaker where document = ?", (document,))
        self._db.conn.executemany(
            "insert into speaker (document, position, name, side, stated, role, email, company, reason)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (document, position, who.name, who.side, who.stated, who.role, who.email, who.company, who.reason)
                for position, who in enumerate(speakers)
            ],
        )

    def put_account(self, document: str, account: str, reason: str) -> None:
        """Write whose words a document holds."""
        self._db.execute(
            "update document set account = ?, account_reason = ? where id = ?", (account, reason, document)
        )

    def put_what(self, document: str, kind: Kind, date: str) -> None:
        """Write what sort of document it is and when it was."""
        self._db.execute("update document set kind = ?, date = ? where id = ?", (kind, date, document))

    def put_duplicate(self, file: str, mark: Print, *, place: str, document: str) -> None:
        """Remember that `file` holds once more what `document` holds."""
        self._db.execute(
            "insert or replace into duplicate (file, key, place, document, content, fingerprint)"
            " values (?, ?, ?, ?, ?, ?)",
            (file, mark.key, place, document, mark.content, mark.fingerprint),
        )

    def forget_duplicate(self, file: str, key: str) -> None:
        """Forget that something in `file` was a duplicate."""
        self._db.execute("delete from duplicate where file = ? and key = ?", (file, key))

    def forget_duplicates_of(self, document: str) -> list[str]:
        """Forget all duplicates of a document whose words change or go; return the files that hold them still."""
        rows = self._db.execute("select distinct file from duplicate where document = ? order by file", (document,))
        files = [row[0] for row in rows.fetchall()]
        self._db.execute("delete from duplicate where document = ?", (document,))
        return files

    def remove(self, document: str) -> list[str]:
        """Take a document away, with its turns; people's tags on it are kept in case it returns.

        Its duplicates are forgotten; return the files that hold them still.
        """
        for table, column in (("speaker", "document"), ("turn", "document"), ("document", "id")):
            self._db.execute(f"delete from {table} where {column} = ?", (document,))
        return self.forget_duplicates_of(document)

    def assign(self, document: str, field: str, value: str) -> None:
        """Keep what a person settled: `field` is "account" or "side:" and a speaker's name."""
        self._db.execute("insert or replace into assignment values (?, ?, ?)", (document, field, value))

    def assignments(self) -> dict[str, dict[str, str]]:
        """Return document id -> field -> value for all that people settled."""
        settled: dict[str, dict[str, str]] = defaultdict(dict)
        for row in self._db.query("select document, field, value from assignment"):
            settled[row["document"]][row["field"]] = row["value"]
        return settled

    # -- reading ------------------------------------------------------------------------------------------------

    def count(self) -> int:
        """Return the number of documents, duplicates not among them."""
        return int(self._db.execute("select count(*) from document").fetchone()[0])

    def newest_date(self) -> str:
        """Return the date of the newest document, or an empty string: what "old" is measured from."""
        return str(self._db.execute("select coalesce(max(date), '') from document").fetchone()[0])

    def ids(self) -> list[str]:
        """Return the ids of all documents, by file and place."""
        return [row["id"] for row in self._db.query("select id from document order by file, key")]

    def all(
        self, *, turns: bool = False, only: Collection[str] | None = None, fill_roles: bool = True, bare: bool = False
    ) -> list[Document]:
        """Return the documents by file and place, with their speakers; with their turns if asked.

        `only` names the ids of those that are wanted. A speaker without a role gets the one that is known elsewhere,
        unless `fill_roles` is off. What is redacted is hidden; `bare` is for whoever understands or keeps words, and
        for those who may see them.
        """
        among = "in (select value from json_each(:only))"
        chosen = ("", "") if only is None else (f"where id {among}", f"where document {among}")
        given = {"only": json.dumps(list(only or ()))}
        speakers: dict[str, list[Speaker]] = defaultdict(list)
        for row in self._db.query(f"select * from speaker {chosen[1]} order by document, position", given):
            speakers[row["document"]].append(_speaker(row))
        spoken: dict[str, list[Turn]] = defaultdict(list)
        if turns:
            for row in self._db.query(f"select * from turn {chosen[1]} order by document, position", given):
                spoken[row["document"]].append(_turn(row))
        rows = list(self._db.query(f"select * from document {chosen[0]} order by file, length(place), place", given))
        accounts = None if only is None else {row["account"] for row in rows}
        roles = self.known_roles(accounts) if fill_roles else {}
        found = [
            _document(row, _with_roles(speakers[row["id"]], row["account"], roles), spoken[row["id"]]) for row in rows
        ]
        if bare:
            return found
        veil, aliases = self._redactions.veil(only), self._redactions.aliases()
        return [aliases.over(veiled(document, veil)) for document in found]

    def get(self, document: str, *, bare: bool = False) -> Document | None:
        """Return one document with its turns."""
        return next(iter(self.all(turns=True, only=[document], bare=bare)), None)

    def versions(self, *made_by: object) -> dict[str, str]:
        """Return document id -> what its passages are made from: its content, who stands on which side, and `made_by`."""
        rows = self._db.execute(
            "select id, content, coalesce((select group_concat(said, '|') from (select name || speaker.side as said"
            " from speaker where document = document.id order by position)), '') from document"
        )
        mark = short_hash(*made_by)
        return {identity: short_hash(content, who, mark) for identity, content, who in rows.fetchall()}

    def known_roles(self, accounts: Collection[str] | None = None) -> dict[tuple[str, str], str]:
        """Return (account, name) -> role, as the CRM or any document gives it: people do not say it each time.

        `accounts` names those whose people are wanted.
        """
        among = "" if accounts is None else " and account in (select value from json_each(:accounts))"
        rows = self._db.execute(
            f"select account, name, role from contact where role <> ''{among} union all"
            " select document.account, speaker.name, speaker.role from speaker"
            f" join document on document.id = speaker.document where speaker.role <> '' and document.account <> ''{among}"
            " order by 1, 2, 3",
            {"accounts": json.dumps(sorted(accounts or ()))},
        )
        return {(account, name): role for account, name, role in rows.fetchall()}

    def turn_counts(self) -> dict[str, int]:
        """Return document id -> number of turns."""
        rows = self._db.query("select document, count(*) as turns from turn group by document")
        return {row["document"]: row["turns"] for row in rows}

    def duplicates(self) -> list[Document]:
        """Return what was recognised as a duplicate: `duplicate_of` is the document that counts."""
        rows = self._db.query(
            "select duplicate.file, duplicate.place, duplicate.key, duplicate.document, document.kind, document.account,"
            " document.date, document.title from duplicate join document on document.id = duplicate.document"
            " order by duplicate.file, duplicate.place"
        )
        return [
            Document(
                id=short_hash(row["document"], row["file"], row["key"]),
                file=row["file"],
                place=row["place"],
                kind=Kind(row["kind"]),
                account=row["account"],
                date=row["date"],
                title=row["title"],
                turns=(),
                duplicate_of=row["document"],
            )
            for row in rows
        ]


def short_hash(*parts: object) -> str:
    """Return 12 hexadecimal digits that stand for these parts (48 bits)."""
    return hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()[:12]


def turn_keys(turns: Iterable[Turn]) -> list[str]:
    """Return one key per turn that stays the same while its words do, wherever the turn moves in the document."""
    seen: Counter[str] = Counter()
    keys = []
    for turn in turns:
        keys.append(short_hash(turn.text, seen[turn.text]))
        seen[turn.text] += 1
    return keys


def _document(row: Mapping[str, Any], speakers: list[Speaker], turns: list[Turn]) -> Document:
    return Document(
        id=row["id"],
        file=row["file"],
        place=row["place"],
        kind=Kind(row["kind"]),
        title=row["title"],
        date=row["date"],
        url=row["url"],
        account=row["account"],
        account_reason=row["account_reason"],
        hints=tuple(json.loads(row["hints"])),
        identity=row["identity"],
        attributes=json.loads(row["attributes"]),
        warnings=tuple(json.loads(row["warnings"])),
        speakers=tuple(speakers),
        turns=tuple(turns),
    )


def _with_roles(speakers: list[Speaker], account: str, roles: Mapping[tuple[str, str], str]) -> list[Speaker]:
    """Give speakers the role that is known of them elsewhere where their document does not tell."""
    return [who if who.role else replace(who, role=roles.get((account, who.name), "")) for who in speakers]


def _speaker(row: Mapping[str, Any]) -> Speaker:
    return Speaker(
        name=row["name"],
        side=Side(row["side"]),
        stated=Side(row["stated"]),
        role=row["role"],
        email=row["email"],
        company=row["company"],
        reason=row["reason"],
    )


def _turn(row: Mapping[str, Any]) -> Turn:
    return Turn(text=row["text"], speaker=row["speaker"], start_ms=row["start_ms"], end_ms=row["end_ms"])


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
