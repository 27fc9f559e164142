from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from icp_voice.demo import run_demo
from icp_voice.workspace import Workspace

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
ACCOUNTS = """Account ID,Account Name,Website,Status,ACV USD,Primary Contact,Contact Title,Contact Email
A-1,Alder Foods,https://www.alder.example,active,90000,Ann Lee,Controller,ann@alder.example
A-2,Birch Tools,birch.example,active,41000,Bo Ek,CFO,bo@birch.example
A-3,Cedar Paper,cedar.example,churned,60000,Cy Dee,AP Manager,cy@cedar.example
A-4,Dogwood Steel,dogwood.example,active,39500,Di Orr,Buyer,di@dogwood.example
A-5,Elm Textiles,elm.example,active,70000,Ed Fry,Controller,ed@elm.example
"""


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip(f"the shared data is not at {SHARED}")
    return SHARED


@pytest.fixture(scope="session")
def httpserver_listen_address() -> tuple[str, int]:
    """Every fake vendor listens on loopback, at a port that is free."""
    return "127.0.0.1", 0


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """An empty workspace of Ours Ltd with five accounts; two of the three active big ones are ICP by rule."""
    workspace = Workspace.init(tmp_path / "ws", company="Ours", domains=["ours.example"], people=["Vera Field"])
    crm = tmp_path / "accounts.csv"
    crm.write_text(ACCOUNTS, "utf-8")
    workspace.import_accounts(crm)
    workspace.set_icp(where="status = 'active' and acv_usd >= 40000")
    return workspace


@pytest.fixture
def write(workspace: Workspace) -> Callable[[str, str | bytes], Path]:
    """Write a file below the workspace's folder `words` and return its path."""

    def write(name: str, content: str | bytes) -> Path:
        path = workspace.folder / "words" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def ticket(text: str, *, email: str = "ann@alder.example", date: str = "2026-05-01", name: str = "Ann Lee") -> str:
    """Return one ticket in our own JSON."""
    return json.dumps(
        {
            "icp_voice": 1,
            "kind": "ticket",
            "date": date,
            "speakers": [{"name": name, "email": email, "side": "customer"}],
            "turns": [{"speaker": name, "text": text}],
        }
    )


CALL = """Vera Field: How did you first hear of us?
Ann Lee: A colleague at my last job told me about it.
Vera Field: And what is hard at month end?
Ann Lee: The approval queue is terribly slow at month end, we sit there until nine every evening. It keeps logging me out.
Vera Field: We have a great product, everybody loves it.
Ann Lee: The matching is brilliant, it saves us two days every month.
"""


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample company's workspace, understood and reported on. Tests that change it work on a copy."""
    folder = tmp_path_factory.mktemp("demo") / "demo"
    run_demo(folder)
    return folder


@pytest.fixture
def copy(demo: Path, tmp_path: Path) -> Path:
    """A copy of the sample company's workspace, to change at will."""
    return Path(shutil.copytree(demo, tmp_path / "demo"))
