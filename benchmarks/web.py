"""How fast the pages of a large workspace answer: a Markdown table for BENCHMARKS.md.

python benchmarks/web.py --make FOLDER [--highlights 100000]
python benchmarks/web.py --verbs FOLDER
"""

from __future__ import annotations

import argparse
from pathlib import Path


def main() -> None:
    """Parse, call, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--make", type=Path, metavar="FOLDER", help="make a large workspace in a new folder")
    parser.add_argument("--highlights", type=int, default=100_000, help="how many highlights it holds")
    chosen = parser.parse_args()
    if chosen.make:
        from large_workspace import make

        make(chosen.make, chosen.highlights).store.close()


if __name__ == "__main__":
    main()
