"""Pictures of every page at two widths, in light and dark: python tests/web/screenshots.py WORKSPACE OUT [--only NAME ...]

The workspace is copied first, so that nothing in it changes. Names of pages are those of `ADDRESSES`.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from icp_voice.access import Role, open_access
from icp_voice.model import View
from icp_voice.workspace import Workspace
from tests.web.conftest import CHROMIUM, PASSWORD, running

if TYPE_CHECKING:
    from playwright.sync_api import Page

WIDTHS = (1440, 390)
SCHEMES = ("light", "dark")
TALLEST = 6_000  # pixels


STANDING = (
    ("home", "/"),
    ("document", "/document"),
    ("document-arrange", "/document?arrange=1"),
    ("document-write", "/document/write?section=glance"),
    ("document-pain-points", "/document/pain-points"),
    ("document-buying-process", "/document/buying-process"),
    ("editions", "/editions"),
    ("edition-new", "/editions/new"),
    ("downloads", "/downloads"),
    ("themes", "/themes"),
    ("themes-history", "/themes/history"),
    ("themes-unassigned", "/themes/unassigned"),
    ("ask", "/ask"),
    ("ask-by-theme", "/ask?category=pain_point&by=themes"),
    ("ask-nothing", "/ask?words=zeppelin"),
    ("ask-answered", "/ask?q=What+goes+wrong+at+month+end%3F"),
    ("ask-unanswered", "/ask?q=What+do+customers+say+about+carbon+footprint+reports%3F"),
    ("views", "/views"),
    ("documents", "/documents"),
    ("review", "/review"),
    ("review-learned", "/review/learned"),
    ("accounts", "/accounts"),
    ("account-new", "/accounts/new"),
    ("accounts-rule", "/accounts/rule"),
    ("accounts-rule-tried", "/accounts/rule?where=employees+%3E+200"),
    ("accounts-import", "/accounts/import"),
    ("gaps", "/gaps"),
    ("gaps-list", "/gaps/list"),
    ("plan", "/plan"),
    ("guides", "/plan/guide"),
    ("upload", "/upload"),
    ("jobs", "/jobs"),
    ("settings", "/settings"),
    ("settings-codebook", "/settings/codebook"),
    ("settings-category", "/settings/codebook/pain_point"),
    ("settings-category-new", "/settings/codebook/new"),
    ("settings-models", "/settings/models"),
    ("settings-sources", "/settings/sources"),
    ("settings-coverage", "/settings/coverage"),
    ("settings-privacy", "/settings/privacy"),
    ("settings-people", "/settings/people"),
    ("me", "/me"),
    ("changes", "/changes"),
    ("api", "/api"),
    ("nothing-here", "/nothing-here"),
)
UPLOADED = {
    "Alder Foods call 2026-10-02.txt": b"Vera Field: What is hard?\nAnn Lee: The approval queue is slow at month end.\n",
    "answers.csv": b"company,date,What is hard about month end?\nAlder Foods,2026-10-03,Matching takes us a week.\n",
    "a picture.png": b"\x89PNG" + bytes(30),
    f"{'a very long name ' * 9}.txt": b"Bo Ek: It is slow, and nobody tells us why.\n",
}


def addresses(workspace: Workspace) -> Iterator[tuple[str, str]]:
    """Yield the name and the address of every page that a workspace has."""
    yield from STANDING
    if themes := workspace.themes():
        yield "theme", f"/themes/{themes[0].id}"
        yield "theme-note", f"/document/note?part=theme&target={themes[0].id}"
        yield "themes-merge", f"/themes/merge?theme={themes[0].id}&theme={themes[-1].id}"
    if documents := workspace.documents():
        yield "transcript", f"/documents/{documents[0].id}"
    if highlights := workspace.highlights(View(category="pain_point")):
        one = highlights[0]
        yield "transcript-quote", f"/documents/{one.document}#t{one.turn}-{one.start}-{one.end}"
        yield "account", f"/accounts/{one.account}"
        yield "account-edit", f"/accounts/edit?account={one.account}"
    if editions := workspace.editions():
        yield "edition", f"/editions/{editions[-1].number}"
        yield "compare", f"/editions/compare?a={editions[-1].number}&b=now"
    batch = workspace.uploads.open(by="Ada").id
    for name, words in UPLOADED.items():
        with workspace.uploads.add(batch, name) as writer:
            writer.write(words)
    yield "upload-files", f"/upload/{batch}"
    yield "upload-transcript", f"/upload/{batch}/1?open=1"
    yield "upload-table", f"/upload/{batch}/2?open=1"
    yield "upload-refused", f"/upload/{batch}/3?open=1"


def picture(page: Page, path: Path, *, whole: bool) -> None:
    """Picture what the window shows, or the whole page: of a very long one its beginning, which a browser can draw."""
    if not whole:
        page.screenshot(path=path)
        return
    width, height = page.evaluate("[document.documentElement.clientWidth, document.documentElement.scrollHeight]")
    clip = {"x": 0, "y": 0, "width": width, "height": min(height, TALLEST)}
    page.screenshot(path=path, full_page=True, clip=clip, timeout=120_000)


def main() -> None:
    """Take the pictures."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workspace", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", nargs="*", default=[])
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    chromium = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )
    if chromium is None:
        sys.exit("no Chromium is installed: apt-get install chromium (or any Chromium on the PATH)")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(shutil.copytree(arguments.workspace, Path(scratch) / "ws"))
        workspace = Workspace(folder)
        if not workspace.editions():
            workspace.freeze_edition("First edition")
            workspace.rename_theme(workspace.themes()[0].id, "What was renamed since the first edition")
        access = open_access(folder)
        if not access.has_people():
            access.add_person("Ada", PASSWORD, Role.ADMIN)
        access.close()
        chosen = [(name, path) for name, path in addresses(workspace) if not arguments.only or name in arguments.only]
        with running(folder) as base, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM)
            for scheme in SCHEMES:
                for width in WIDTHS:
                    context = browser.new_context(
                        base_url=base, viewport={"width": width, "height": 900}, color_scheme=scheme
                    )
                    page = context.new_page()
                    page.goto("/sign-in")
                    page.screenshot(path=arguments.out / f"sign-in-{width}-{scheme}.png", full_page=True)
                    page.fill("[name=name]", "Ada")
                    page.fill("[name=password]", PASSWORD)
                    page.click("main button[type=submit]")
                    for name, path in chosen:
                        page.goto(path)
                        page.wait_for_timeout(200)
                        wide = page.evaluate(
                            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
                        )
                        if wide:
                            print(f"{name} is wider than its window of {width}")
                        picture(page, arguments.out / f"{name}-{width}-{scheme}.png", whole="#" not in path)
                    context.close()
            browser.close()
    print(f"{len(list(arguments.out.glob('*.png')))} pictures in {arguments.out}")


if __name__ == "__main__":
    main()
