"""Which rows a merge of two accounts changes."""

from __future__ import annotations

from sqlite_utils import Database

from icp_voice.store.before import Row


def touched(db: Database, one: str, into: str) -> list[Row]:
    """Return the rows that a merge changes, by table and key, but for what rules and settling tell anew."""
    both, alone = (one, into), (one,)
    asked: tuple[tuple[str, str, tuple[str, ...]], ...] = (
        ("account_alias", "select id from account_alias where account = ?", alone),
        ("source_account", "select source, record from source_account where account = ?", alone),
        ("assignment", "select document, field from assignment where field = 'account' and value = ?", alone),
        ("interview", "select number from interview where account = ?", alone),
    )
    rows: list[Row] = [("account", (one,)), ("account", (into,))]
    rows.append(("account_alias", (one,)))
    for table, sql, values in asked:
        rows += [(table, tuple(key)) for key in db.execute(sql, values).fetchall()]
    for table, rest, among in (
        ("account_said", "field", ""),
        ("contact", "name", ""),
        ("account_tag", "tag, by", " and by = 'hand'"),
    ):
        sql = f"select distinct {rest} from {table} where account in (?, ?){among}"
        for key in db.execute(sql, both).fetchall():
            rows += [(table, (account, *key)) for account in both]
    return rows
