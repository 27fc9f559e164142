"""What the browser tests need beyond Python packages: a Chromium, and axe-core beside the virtual environment.

    python tests/web/get_browser.py FOLDER

Where something cannot be installed, one line says so; the tests that need it are skipped and say why.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
AXE = "axe-core@4.14.1"


def chromium() -> str:
    """Return the path of an installed Chromium, or an empty string."""
    return next((path for name in CHROMIUM if (path := shutil.which(name))), "")


def axe(folder: Path) -> Path:
    """Return where axe-core lies, or would lie, below a folder."""
    return folder / "node_modules" / "axe-core" / "axe.min.js"


def main() -> None:
    """Install what is missing, as far as this machine allows."""
    folder = Path(sys.argv[1])
    if not chromium():
        if shutil.which("apt-get") and os.geteuid() == 0:
            _run("apt-get", "update", "-q")
            _run("apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium", "fonts-liberation")
        if not chromium():
            print("No Chromium: the browser tests will be skipped. Install one, such as: apt-get install chromium")
    if not axe(folder).is_file():
        if shutil.which("npm"):
            folder.mkdir(parents=True, exist_ok=True)
            _run("npm", "install", "--no-save", "--no-audit", "--no-fund", "--prefix", str(folder), AXE)
        if not axe(folder).is_file():
            print(f"No axe-core: the accessibility tests will be skipped. They want npm, which brings {AXE}.")


def _run(*command: str) -> None:
    done = subprocess.run(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        check=False,
        timeout=900,
    )
    if done.returncode:
        print(f"{' '.join(command[:2])} ended with {done.returncode}.")


if __name__ == "__main__":
    main()
