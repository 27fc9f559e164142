"""Clients of the web workspace over a copy of the understood demo: in the test's own process, and in a real browser."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uvicorn
from starlette.testclient import TestClient

from icp_voice.access import Role, open_access
from icp_voice.jobs import Supervisor
from icp_voice.web.app import build
from icp_voice.web.server import bound_to
from icp_voice.workspace import Workspace

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PASSWORD = "a long enough password"
PEOPLE = {"Ada": Role.ADMIN, "Rae": Role.RESEARCHER, "Vic": Role.VIEWER}
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def peopled(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The understood demo with a viewer, a researcher and an admin; it is copied, never used itself."""
    folder = tmp_path_factory.mktemp("peopled") / "ws"
    shutil.copytree(demo, folder)
    access = open_access(folder)
    for name, role in PEOPLE.items():
        access.add_person(name, PASSWORD, role)
    access.close()
    return folder


@pytest.fixture
def folder(peopled: Path, tmp_path: Path) -> Path:
    """A workspace of this test alone."""
    shutil.copytree(peopled, tmp_path / "ws")
    return tmp_path / "ws"


@pytest.fixture
def served(folder: Path) -> Workspace:
    """The same workspace, to look at what a page has done."""
    return Workspace(folder)


@pytest.fixture
def app_client(folder: Path) -> Callable[[str], TestClient]:
    """Return a client that a person (Vic, Rae, Ada, or "" for a stranger) is signed in with."""
    app = build(folder)

    def made(name: str) -> TestClient:
        client = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False, follow_redirects=False)
        if name:
            answer = client.post("/sign-in", data={"name": name, "password": PASSWORD})
            assert answer.status_code == 303, answer.text
        return client

    return made


@pytest.fixture
def stranger(app_client: Callable[[str], TestClient]) -> TestClient:
    return app_client("")


@pytest.fixture
def viewer(app_client: Callable[[str], TestClient]) -> TestClient:
    return app_client("Vic")


@pytest.fixture
def researcher(app_client: Callable[[str], TestClient]) -> TestClient:
    return app_client("Rae")


@pytest.fixture
def admin(app_client: Callable[[str], TestClient]) -> TestClient:
    return app_client("Ada")


def csrf(client: TestClient) -> str:
    """Return the secret that a client's forms bear."""
    return re.search(r'name="csrf" value="([^"]+)"', client.get("/").text)[1]  # type: ignore[index]


def send(client: TestClient, path: str, **fields: object):
    """Send a form as a page without scripts does."""
    return client.post(path, data={"csrf": csrf(client), **fields})


@dataclass(frozen=True)
class Served:
    """A server on loopback, over a folder of this test alone."""

    base: str
    folder: Path
    end: Callable[[], None] = lambda: None


@pytest.fixture
def server(folder: Path) -> Iterator[Served]:
    """A real server in a thread."""
    run = running(folder)
    with run as base:
        yield Served(base, folder, run.end)


class running:
    """Serve a folder in a thread meanwhile; give its address."""

    def __init__(self, folder: Path) -> None:
        self._app = build(folder)

    def __enter__(self) -> str:
        self._bound = bound_to("127.0.0.1", 0)
        bound = self._bound.__enter__()
        config = uvicorn.Config(self._app, http="h11", ws="none", lifespan="off", log_config=None, access_log=False)
        self._supervisor = Supervisor(self._app.state.site.jobs)
        self._supervisor.__enter__()
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [bound]}, daemon=True)
        self._thread.start()
        return f"http://127.0.0.1:{bound.getsockname()[1]}"

    def end(self) -> None:
        """End as at a signal."""
        self._app.state.site.ending.set()
        self._server.should_exit = True
        self._thread.join(timeout=10)

    def __exit__(self, *failed: object) -> None:
        self.end()
        self._supervisor.__exit__()
        self._app.state.site.close()
        self._bound.__exit__(None, None, None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; skipped, saying why, where it or Playwright is missing.

    For one module only: as long as Playwright is open, no other event loop can run in this thread.
    """
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install playwright")
    path = next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
    )
    if not path:
        pytest.skip("no Chromium is installed: apt-get install chromium (or any Chromium on the PATH)")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def browser_page(browser: Browser, server: Served) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page signed in as somebody; errors of scripts and of the policy fail the test."""
    opened: list[Page] = []
    wrong: list[str] = []

    def open_page(name: str = "Rae", *, width: int = 1440, height: int = 900, scheme: str = "light") -> Page:
        context = browser.new_context(
            base_url=server.base,
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            accept_downloads=True,
        )
        page = context.new_page()
        page.set_default_timeout(45_000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
        opened.append(page)
        if name:
            page.goto("/sign-in")
            page.fill("[name=name]", name)
            page.fill("[name=password]", PASSWORD)
            page.click("main button[type=submit]")
            page.wait_for_url(f"{server.base}/")
        return page

    yield open_page
    for page in opened:
        page.context.close()
    assert wrong == []
