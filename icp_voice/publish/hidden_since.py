"""What was redacted after an edition was frozen is hidden in the names that it keeps: of themes, facts, titles, people."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from icp_voice.store import Store
from icp_voice.store.redactions import Aliases
from icp_voice.store.veil import Veil

# What people wrote themselves, or what is no text to be read: it stays.
OWN = frozenset({"text", "id", "document", "key", "turn", "anchor", "by", "at"})
FACT = ": "


def hidden_since(store: Store, shown: Any, basis: Mapping[str, Any]) -> Any:
    """Return the JSON of an edition's page, or of its ledger, without what is hidden now; `basis` is the ledger's."""
    veil, aliases = store.redactions.veil(), store.redactions.aliases()
    names = {**_themes(store, veil, basis), **_facts(veil, basis), **_titles(store, veil)} if veil else {}
    names = {was: now for was, now in names.items() if was and was != now}
    accounts = {name: id for id, name in basis.get("names", {}).items()}
    return _Taken(names, aliases, accounts).of(shown) if names or aliases else shown


def _themes(store: Store, veil: Veil, basis: Mapping[str, Any]) -> dict[str, str]:
    return {
        one["name"]: store.themes.shown_words(veil, one["id"], (one["name"],))[0]
        for one in basis.get("themes", ())
        if one.get("name")
    }


def _facts(veil: Veil, basis: Mapping[str, Any]) -> dict[str, str]:
    """Return what facts say -> what may be read of it, under their bare value and under the id made of it."""
    places = {one["id"]: one for one in basis.get("quotes", ())}
    found: dict[str, str] = {}
    for one in basis.get("facts", ()):
        value, kind = str(one.get("name", "")), str(one.get("of", ""))
        for document in dict.fromkeys(places[id]["document"] for id in one.get("quotes", ()) if id in places):
            words = veil.words_of(document)
            if words.touches(value):
                shown = words.mask(value)
                found |= {value: shown, f"{kind}{FACT}{value}": f"{kind}{FACT}{shown}"}
    return found


def _titles(store: Store, veil: Veil) -> dict[str, str]:
    rows = store.db.execute(
        "select id, title, file from document where id in (select value from json_each(?))",
        (json.dumps(sorted(veil.spans)),),
    ).fetchall()
    return {
        name: veil.phrases(document, name)
        for document, title, file in rows
        for name in (title, file.rsplit("/", 1)[-1])
    }


class _Taken:
    """Takes names out of JSON values: whole texts, who said a quote, and who is named in a reason.

    `accounts` tells which account a row is about: its name -> its id.
    """

    def __init__(self, names: Mapping[str, str], aliases: Aliases, accounts: Mapping[str, str]) -> None:
        self._names, self._aliases, self._accounts = names, aliases, accounts

    def of(self, value: Any, account: str = "") -> Any:
        """Return a value without them; `account` is whom it is about, as far as that is known."""
        if isinstance(value, str):
            return self._names.get(value, value)
        if isinstance(value, list):
            return [self.of(one, account) for one in value]
        if isinstance(value, dict):
            about = self._accounts.get(str(value.get("name", "")), account)
            return {
                name: one if name in OWN and not self._fact(one) else self.of(one, about) for name, one in value.items()
            } | (self._who(value) | self._reason(value, about))
        return value

    def _fact(self, value: Any) -> bool:
        """Tell whether a value is the id of a fact, which is made of what it says."""
        return isinstance(value, str) and FACT in value

    def _who(self, value: Mapping[str, Any]) -> dict[str, str]:
        if "who" not in value or "document" not in value:
            return {}
        return {"who": self._aliases.of(value.get("account_id") or value["document"], value["who"])}

    def _reason(self, value: Mapping[str, Any], account: str) -> dict[str, str]:
        """Return a reason ("8 highlights by ...") in which nobody is named who is called by a number now."""
        reason = value.get("reason")
        if not self._aliases or not isinstance(reason, str):
            return {}
        of_all = {name: alias for called in self._aliases.names.values() for name, alias in called.items()}
        called = self._aliases.names.get(account) or of_all
        names = "|".join(re.escape(name) for name in sorted(called, key=len, reverse=True))
        return {"reason": re.sub(rf"(?<!\w)(?:{names})(?!\w)", lambda found: called[found[0]], reason)}
