"""Views: whether every name in a filter is known, so that a slip of the pen is an error and not an empty list."""

from __future__ import annotations

import re
from dataclasses import asdict, replace

from icp_voice.errors import IcpVoiceError, UnknownName, unknown
from icp_voice.model import Kind, View
from icp_voice.profile.icp import find_account
from icp_voice.profile.theme_names import theme_in_view
from icp_voice.settings import Codebook
from icp_voice.store import Store
from icp_voice.store.filter import FILES
from icp_voice.surrogates import replace_surrogates_in

DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?$")


def checked(store: Store, codebook: Codebook, tag: str, view: View) -> View:
    """Return the view with its account and theme as ids, or raise naming what is not known.

    What is no character in its texts is replaced: a command line hands on bytes that are no UTF-8 as lone surrogates.
    """
    view = View(**replace_surrogates_in(asdict(view)))
    if view.category:
        codebook[view.category]
    if view.kind and view.kind not in set(Kind):
        raise unknown("kind of document", view.kind, list(Kind))
    if view.account_tag and view.account_tag != tag:
        raise unknown("account tag", view.account_tag, [tag])
    columns = store.accounts.columns() if view.attributes else set()
    for name in view.attributes:
        if name not in columns:
            raise unknown("account attribute", name, columns)
    if view.source and view.source != FILES and view.source not in store.sources.counts():
        raise unknown("source", view.source, [FILES, *sorted(store.sources.counts())])
    if view.document and not store.documents.has(view.document):
        raise UnknownName(f'No document "{view.document}".', hint="Name it by its id: icp-voice documents.")
    if view.words and not store.search.stems(view.words):
        raise IcpVoiceError(f'"{view.words}" holds no word.', hint="Name words that were said.")
    for day in (view.since, view.until):
        if day and not DATE.match(day):
            raise IcpVoiceError(f'"{day}" is not a date.', hint="Write it as 2026, 2026-05 or 2026-05-12.")
    until = view.until + "-99" * (view.until.count("-") < 2) if view.until else ""
    account = find_account(store, view.account).id if view.account else ""
    theme = theme_in_view(store, view.theme) if view.theme else ""
    return replace(view, account=account, theme=theme, until=until)
