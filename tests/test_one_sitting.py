"""One workspace, filled in one sitting from all eight systems and from every export format, and what its reports say."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from html import escape
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from icp_voice.ingest import sync
from icp_voice.ingest.pull.api import Patience
from icp_voice.model import View
from icp_voice.workspace import Workspace
from tests.fakes import all_fakes
from tests.test_sources import connect

EXPORTS = Path(__file__).parent / "data" / "exports"
SAID = {
    "fireflies": "The approval queue is terribly slow at month end and we sit there until nine every evening.",
    "gong": "Exports time out on us whenever the account is large, so we cut them up by hand every Friday.",
    "hubspot": "The importer rejects our supplier files and I retype two hundred rows by hand each week.",
    "intercom": "The app logs me out every morning and I lose whatever I had typed the day before.",
    "salesforce": "We cannot split the report by plant, so I copy it into a spreadsheet and it takes me hours.",
    "slack": "Search never finds an invoice by its number and we waste half an hour on each one.",
    "zendesk": "Duplicate suppliers keep coming back after every sync and nobody can merge them.",
    "zoom": "Nobody understands the permissions, and our auditors complain about it every single year.",
}


@pytest.fixture
def servers() -> Iterator[dict[str, HTTPServer]]:
    """One server on the loopback for each system."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(HTTPServer(host="127.0.0.1", port=0)) for name in SAID}


def test_all_systems_and_all_exports_in_one_sitting(
    workspace: Workspace, servers: dict[str, HTTPServer], monkeypatch: pytest.MonkeyPatch, shared: Path, tmp_path: Path
) -> None:
    monkeypatch.setattr(sync, "PATIENCE", Patience(backoff=0.01, budget=3, attempts=4))
    fakes = {name: made(servers[name]) for name, made in all_fakes().items()}
    assert set(fakes) == set(SAID)
    for name, fake in fakes.items():
        for field, value in fake.SECRETS.items():
            monkeypatch.setenv(f"ICP_VOICE_{name}_{field}".upper(), value)
        workspace = connect(workspace, name, fake.settings())
        fake.add(1, SAID[name])
    synced = workspace.sync()
    assert {name: (len(added.new), added.errors) for name, added in synced.items()} == {name: (1, []) for name in fakes}
    exports = [path for path in sorted(EXPORTS.iterdir()) if path.is_file()]
    slack = Path(shutil.make_archive(str(tmp_path / "slack"), "zip", EXPORTS / "slack"))
    added = workspace.add(*exports, slack)
    assert added.errors == []
    workspace.run()
    assert [violation for fake in fakes.values() for violation in fake.violations] == []

    passages = workspace.highlights(View(coded=False))
    heard = " ".join(document.file for document in workspace.documents())
    assert [path.name for path in (*exports, slack) if path.name not in heard] == []
    workspace.write_reports(tmp_path / "reports")
    page = (tmp_path / "reports" / "icp.html").read_text("utf-8")
    for name, words in SAID.items():
        (passage,) = [one for one in passages if one.file == fakes[name].file(1) and words.startswith(one.text[:40])]
        assert passage.url.startswith("https://"), name
        assert passage.text in page, name
        assert f'href="{escape(passage.url)}"' in page, name
