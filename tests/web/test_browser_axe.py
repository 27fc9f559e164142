"""Every page is looked at by axe-core in a real browser: no finding that is serious or worse, and none runs over sideways."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from icp_voice.access import Role, open_access
from icp_voice.workspace import Workspace
from tests.web.conftest import PASSWORD, running
from tests.web.get_browser import axe
from tests.web.screenshots import addresses

if TYPE_CHECKING:
    from playwright.sync_api import Browser

GRAVE = {"serious", "critical"}
RUN = (
    "() => axe.run(document, {resultTypes: ['violations']}).then((found) => found.violations.map((one) => ({id: one.id,"
)
RUN += " impact: one.impact, where: one.nodes.slice(0, 3).map((node) => node.target.join(' ') + ' ' +"
RUN += " (node.any[0]?.message ?? ''))})))"


@pytest.fixture(scope="module")
def axe_source() -> str:
    path = axe(Path(os.environ.get("ICP_VOICE_WEB_TOOLS", ".venv/web")))
    if not path.is_file():
        pytest.skip("axe-core is not there: python tests/web/get_browser.py .venv/web")
    return path.read_text("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_no_page_has_a_serious_finding(browser: Browser, axe_source: str, copy: Path, width: int, scheme: str) -> None:
    workspace = Workspace(copy)
    workspace.freeze_edition("First edition")
    access = open_access(copy)
    access.add_person("Ada", PASSWORD, Role.ADMIN)
    access.close()
    pages = [("sign-in", "/sign-in"), *addresses(workspace)]
    found: list[str] = []
    with running(copy) as base:
        context = browser.new_context(base_url=base, viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
        page = context.new_page()
        for name, path in pages:
            page.goto(path)
            page.wait_for_timeout(150)
            page.evaluate(axe_source)
            for one in page.evaluate(RUN):
                if one["impact"] in GRAVE:
                    found.append(f"{name}: {one['id']} ({one['impact']}) {one['where']}")
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                found.append(f"{name}: wider than its window")
            if name == "sign-in":
                page.fill("[name=name]", "Ada")
                page.fill("[name=password]", PASSWORD)
                page.click("main button[type=submit]")
                page.wait_for_url(f"{base}/")
        context.close()
    assert not found, "\n".join(found)
