"""Build the wheel, install it alone in a fresh environment, and run the demo from another folder."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def call(*command: str | Path, cwd: Path) -> str:
    print("+", *(Path(part).name if isinstance(part, Path) else part for part in command), flush=True)
    done = subprocess.run([str(part) for part in command], cwd=cwd, text=True, stdout=subprocess.PIPE, check=False)
    if done.returncode:
        sys.exit(f"failed: {done.stdout}")
    return done.stdout


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        call(sys.executable, "-m", "build", "--outdir", folder / "dist", ROOT, cwd=folder)
        wheel = next((folder / "dist").glob("*.whl"))
        assert list((folder / "dist").glob("*.tar.gz")), "no sdist was built"
        venv.create(folder / "env", with_pip=True)
        python = folder / "env" / "bin" / "python"
        constraints = ROOT / "constraints.txt"
        pip = (python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--constraint", constraints)
        call(*pip, "torch==2.13.0", cwd=folder)
        call(*pip, wheel, cwd=folder)
        program = folder / "env" / "bin" / "icp-voice"
        assert "report" in call(program, "--help", cwd=folder)
        told = call(program, "demo", "tried", cwd=folder)
        assert "gaps, and a plan of" in told, told
        assert (folder / "tried" / "reports" / "icp.html").stat().st_size > 50_000
        answered = call(program, "ask", "Why do customers choose us?", "-w", folder / "tried", cwd=folder)
        assert "accounts speak to this" in answered, answered
        size = wheel.stat().st_size / 1e6
        print(f"1 passed, 0 failed\nthe wheel has {size:.1f} MB and runs the demo on its own")


if __name__ == "__main__":
    main()
