"""The notebook runs from top to bottom on the demo workspace."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_the_notebook_runs_from_top_to_bottom(copy):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "ICP_VOICE_DEMO": str(copy)}
    done = subprocess.run(
        [sys.executable, ROOT / "notebooks" / "walk.py"], env=environment, text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
