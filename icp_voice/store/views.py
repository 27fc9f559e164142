"""Saved views."""

from __future__ import annotations

import json
from dataclasses import asdict

from sqlite_utils import Database

from icp_voice.model import View


class Views:
    """The view table."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def put(self, view: View) -> None:
        """Save a view under its name."""
        self._db.execute(
            "insert or replace into view (name, filter) values (?, ?)",
            (view.name, json.dumps(asdict(view), sort_keys=True)),
        )

    def remove(self, name: str) -> None:
        """Forget a saved view."""
        self._db.execute("delete from view where name = ?", (name,))

    def all(self) -> list[View]:
        """Return the saved views by name."""
        return [View(**json.loads(row["filter"])) for row in self._db.query("select filter from view order by name")]
