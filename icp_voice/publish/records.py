"""The machine-readable forms: one plain dict per noun. Their keys are a contract, written down in docs/records.md."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from icp_voice.ingest.add import Added
from icp_voice.ingest.connected import Connected
from icp_voice.model import Answer, Cell, Document, Fact, Gap, Highlight, Interview, Quote, Theme, View
from icp_voice.profile.icp import Icp
from icp_voice.profile.interviews import InterviewState
from icp_voice.profile.theme_history import ThemeChange
from icp_voice.profile.unassigned import Unassigned
from icp_voice.store.deliveries import Delivery
from icp_voice.store.editions import Edition

Record = dict[str, Any]
# Spreadsheets skip white space before a formula, and some read the wide signs of Asian keyboards as the narrow ones.
FORMULA = re.compile(r"[\t\r\n]|[\s\x00-\x1f\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠]")


def highlight_record(highlight: Highlight) -> Record:
    """One highlight: its place, its words, its tags; `theme` is that of its surest category."""
    held = [tag for tag in highlight.tags if tag.category in highlight.categories]
    surest = sorted(held, key=lambda tag: (-tag.score, tag.category))
    return {
        "id": highlight.id,
        "document": highlight.document,
        "file": highlight.file,
        "account": highlight.account,
        "speaker": highlight.speaker,
        "side": str(highlight.side),
        "role": highlight.role,
        "date": highlight.date,
        "turn": highlight.turn,
        "start": highlight.start,
        "end": highlight.end,
        "text": highlight.text,
        "context": highlight.context,
        "tags": [
            {"category": tag.category, "score": tag.score, "coder": tag.coder, "state": str(tag.state)}
            for tag in highlight.tags
        ],
        "theme": next((highlight.themes[tag.category] for tag in surest if tag.category in highlight.themes), None),
    }


def theme_record(theme: Theme, highlights: Mapping[str, Highlight], *, most_quotes: int = 5) -> Record:
    """One theme with the ids of its accounts and highlights, and its best quotes from different accounts."""
    return {
        "id": theme.id,
        "category": theme.category,
        "name": theme.name,
        "keywords": list(theme.keywords),
        "accounts": list(theme.accounts),
        "icp_accounts": list(theme.icp_accounts),
        "highlights": list(theme.highlights),
        "quotes": [
            {"highlight": quote.id, "account": quote.account, "text": quote.text}
            for quote in from_different_accounts([highlights[one] for one in theme.highlights], most_quotes)
        ],
    }


def from_different_accounts(highlights: Sequence[Highlight], most: int) -> list[Highlight]:
    """Return up to `most` highlights, each account once before any speaks twice, else in the order given."""
    turn: dict[str, int] = {}
    ranked = []
    for place, highlight in enumerate(highlights):
        turn[highlight.account] = turn.get(highlight.account, 0) + 1
        ranked.append((turn[highlight.account], place, highlight))
    return [highlight for *_, highlight in sorted(ranked, key=lambda one: one[:2])[:most]]


def change_record(change: ThemeChange) -> Record:
    """One line of what became of the themes; `number` is that of a person's decision, 0 for what a run did."""
    return {
        "at": change.at,
        "by": change.by,
        "number": change.number,
        "category": change.category,
        "kind": change.kind,
        "theme": change.theme,
        "name": change.name,
        "size": change.size,
        "before": change.before,
        "others": list(change.others),
        "undone": change.undone,
        "text": change.text,
    }


def unassigned_record(one: Unassigned) -> Record:
    """One highlight without a theme in a category, and why."""
    return {
        "highlight": one.highlight.id,
        "category": one.category,
        "reason": one.reason,
        "account": one.highlight.account,
        "text": one.highlight.text,
    }


def fact_record(fact: Fact, highlights: Mapping[str, Highlight]) -> Record:
    """One fact with the words of the highlight that states it."""
    text = highlights[fact.highlight].text
    return {
        "kind": fact.kind,
        "value": fact.value,
        "account": fact.account,
        "highlight": fact.highlight,
        "text": text,
    }


def icp_record(icp: Icp) -> Record:
    """Who is ICP, by which rule, who came near, and of whom nothing was heard."""
    return {
        "rule": icp.rule,
        "accounts": [{"id": one.id, "name": one.name, "by": one.by, "reason": one.reason} for one in icp.accounts],
        "without_feedback": list(icp.without_feedback),
        "near_misses": [{"id": one.id, "name": one.name, "reason": one.reason} for one in icp.near_misses],
        "kept_out": list(icp.kept_out),
    }


def cell_record(cell: Cell) -> Record:
    """One account x category."""
    return {
        "account": cell.account,
        "category": cell.category,
        "state": str(cell.state),
        "highlights": cell.highlights,
        "newest": cell.newest,
        "speakers": cell.speakers,
        "reason": cell.reason,
    }


def gap_record(gap: Gap) -> Record:
    """One gap."""
    return {
        "kind": gap.kind,
        "account": gap.account,
        "category": gap.category,
        "question": gap.question,
        "reason": gap.reason,
    }


def document_record(document: Document, turns: int) -> Record:
    """One document, or one duplicate of another."""
    return {
        "id": document.id,
        "file": document.file,
        "place": document.place,
        "kind": str(document.kind),
        "title": document.title,
        "account": document.account,
        "account_reason": document.account_reason,
        "date": document.date,
        "turns": turns,
        "duplicate_of": document.duplicate_of or None,
        "speakers": [
            {"name": speaker.name, "side": str(speaker.side), "role": speaker.role, "reason": speaker.reason}
            for speaker in document.speakers
        ],
    }


def interview_record(interview: Interview) -> Record:
    """One pick of the interview plan."""
    return {
        "account": interview.account,
        "person": interview.person,
        "role": interview.role,
        "email": interview.email,
        "reason": interview.reason,
        "state": interview.state,
        "date": interview.date,
        "questions": list(interview.questions),
        "closes": [gap_record(gap) for gap in interview.closes],
    }


def interview_state_record(interview: InterviewState) -> Record:
    """Return what became of an interview: its gaps, and by which highlights those that are closed were."""
    return {
        "number": interview.number,
        "account": interview.account,
        "account_name": interview.account_name,
        "person": interview.person,
        "role": interview.role,
        "email": interview.email,
        "state": interview.state,
        "date": interview.date,
        "note": interview.note,
        "at": interview.at,
        "by": interview.by,
        "closed": [
            {**gap_record(one.gap), "highlights": [highlight.id for highlight in one.highlights]}
            for one in interview.settled
        ],
        "still_open": [gap_record(gap) for gap in interview.still_open],
        "documents": [one.document for one in interview.documents],
    }


def quote_record(quote: Quote) -> Record:
    """One highlight of an answer with its score."""
    return {"score": round(quote.score, 3), **highlight_record(quote.highlight)}


def answer_record(answer: Answer) -> Record:
    """Return an answer with its quotes, or why there is none."""
    return {
        "question": answer.question,
        "answered": answer.answered,
        "reason": answer.reason,
        "category": answer.category,
        "accounts": answer.accounts,
        "of_accounts": answer.of_accounts,
        "summary": [
            {"text": one.text, "highlight": one.highlight.id, "start": one.start, "end": one.end}
            for one in answer.summary
        ],
        "quotes": [quote_record(quote) for quote in answer.quotes],
    }


def view_record(view: View) -> Record:
    """One saved view."""
    return {
        "name": view.name,
        "account_tag": view.account_tag,
        "account": view.account,
        "category": view.category,
        "kind": view.kind,
        "theme": view.theme,
        "since": view.since,
        "until": view.until,
        "attributes": dict(view.attributes),
        "source": view.source,
        "document": view.document,
        "speaker": view.speaker,
        "role": view.role,
        "words": view.words,
        "question": view.question,
    }


def added_record(added: Added) -> Record:
    """Return what became of files that were added."""
    return {
        "files": added.files,
        "new": added.new,
        "updated": added.updated,
        "unchanged": added.unchanged,
        "duplicates": added.duplicates,
        "warnings": added.warnings,
        "errors": [{"file": one.file, "error": one.error, "hint": one.hint} for one in added.errors],
    }


def synced_record(name: str, added: Added) -> Record:
    """Return what became of one source that was synced."""
    return {"source": name, **added_record(added), "gone": added.gone, "paused_until": added.paused or None}


def connector_record(one: Connected) -> Record:
    """Return one source that can be connected; of its secrets only where they stand."""
    return asdict(one)


def delivery_record(one: Delivery) -> Record:
    """Return one delivery that is not done; of its words nothing. Times are ISO 8601, in UTC."""
    return {
        "id": one.id,
        "source": one.source,
        "records": list(one.records),
        "came": _instant(one.came),
        "state": one.state,
        "attempts": one.attempts,
        "next": _instant(one.due) if one.state == "waiting" else None,
        "reason": one.reason,
    }


def _instant(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def edition_record(one: Edition) -> Record:
    """Return one edition, without what it shows."""
    return asdict(one)


def as_json(value: object) -> str:
    """Write one value as JSON."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def as_jsonl(records: Iterable[Record]) -> str:
    """Write one record per line."""
    return "\n".join(json.dumps(record, ensure_ascii=False) for record in records)


def as_csv(records: Sequence[Record]) -> str:
    """Write a table; lists and groups as JSON, and no text that a spreadsheet would run as a formula."""
    columns = list(dict.fromkeys(key for record in records for key in record))
    rows = ([_cell(record.get(key, "")) for key in columns] for record in records)
    return "\n".join(_row(cells) for cells in (columns, *rows))


def _row(cells: Sequence[Any]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)  # only so is a lone "\r" quoted, which would begin a row
    return out.getvalue().removesuffix("\r\n")


def _cell(value: Any) -> Any:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    # What has an apostrophe there already gets one more, so that taking one away always gives the value again.
    if isinstance(value, str) and FORMULA.match(value.lstrip("'")):
        return "'" + value
    return value
