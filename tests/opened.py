"""What tests of single vendors share: a fake, the workspace that is connected to it, and what came."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from icp_voice.ingest import sync
from icp_voice.ingest.pull.api import Patience
from icp_voice.model import Account, Contact
from icp_voice.workspace import Workspace
from tests.fakes import all_fakes
from tests.fakes.base import BaseFake
from tests.test_sources import connect

Open = Callable[..., tuple[Any, Workspace]]


@pytest.fixture
def opened(httpserver: HTTPServer, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Return what opens a vendor's fake and connects the workspace to it; other settings may be given."""
    monkeypatch.setattr(sync, "PATIENCE", Patience(backoff=0.01, budget=3, attempts=4))
    made: list[BaseFake] = []

    def open_fake(name: str, **settings: Any) -> tuple[Any, Workspace]:
        fake = all_fakes()[name](httpserver)
        for field, value in fake.SECRETS.items():
            monkeypatch.setenv(f"ICP_VOICE_{name}_{field}".upper(), value)
        made.append(fake)
        return fake, connect(workspace, name, {**fake.settings(), **settings})

    yield open_fake
    for fake in made:
        assert fake.violations == []


def sides(workspace: Workspace, file: str) -> list[tuple[str, str]]:
    """Return who says what in a document, by side."""
    document = workspace.document(file)
    side = {speaker.name: str(speaker.side) for speaker in document.speakers}
    return [(side[turn.speaker], turn.text) for turn in document.turns]


def account(workspace: Workspace, name: str) -> Account:
    """Return the account of this name."""
    return next(one for one in workspace.store.accounts.all() if one.name == name)


def people(workspace: Workspace, name: str) -> list[Contact]:
    """Return who can be asked and is called so."""
    return [one for one in workspace.store.accounts.contacts() if one.name == name]
