"""`python -m icp_voice.jobs FOLDER JOB` does one job. It is started by the supervisor, and goes on without it."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path


def main() -> None:
    """Do the job at a low priority, so that pages are answered meanwhile."""
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    if hasattr(os, "nice"):
        with suppress(OSError):
            os.nice(15)
    from icp_voice.jobs.work import work_off

    code = work_off(Path(sys.argv[1]), int(sys.argv[2]))
    # Threads of models would be waited for; everything is written.
    os._exit(code)


main()
