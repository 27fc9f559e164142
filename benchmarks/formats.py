"""Documents read per second, format by format, from the test samples made larger; prints a Markdown table.

python benchmarks/formats.py [--seconds 0.5]
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from icp_voice.ingest import formats  # noqa: E402
from icp_voice.ingest.source import Source  # noqa: E402
from tests.made_files import pdf, word, zipped  # noqa: E402

DATA = ROOT / "tests" / "data" / "exports"
SAID = "We copy everything by hand, and at the end of the month it takes four people four days."
TURNS = 200
MANY = 500


def _text(name: str) -> str:
    return (DATA / name).read_text(encoding="utf-8")


def _captions(name: str) -> bytes:
    point, head = (",", "") if name.endswith("srt") else (".", "WEBVTT\n\n")
    cues = (
        f"{at}\n00:{at // 60:02}:{at % 60:02}{point}000 --> 00:{at // 60:02}:{at % 60:02}{point}900\n"
        f"{('Dana Holt', 'Ana Reyes')[at % 2]}: {SAID}\n"
        for at in range(TURNS)
    )
    return (head + "\n".join(cues)).encode()


def _talk(between: str = "\n\n") -> str:
    return between.join(f"{('Dana Holt', 'Ana Reyes')[at % 2]}  {at // 60}:{at % 60:02}\n{SAID}" for at in range(TURNS))


def _gong() -> bytes:
    calls, spoken = json.loads(_text("gong.json"))
    sentence = {"start": 0, "end": 900, "text": SAID}
    ids = [party["speakerId"] for party in calls["calls"][0]["parties"][:2]]
    spoken["callTranscripts"][0]["transcript"] = [
        {"speakerId": ids[at % 2], "sentences": [{**sentence, "start": at * 1000}]} for at in range(TURNS)
    ]
    return json.dumps([calls, spoken]).encode()


def _fireflies() -> bytes:
    found = json.loads(_text("fireflies.json"))
    sentences = found["data"]["transcript"]["sentences"]
    found["data"]["transcript"]["sentences"] = [
        {**sentences[at % 2], "text": SAID, "start_time": at, "end_time": at + 0.9} for at in range(TURNS)
    ]
    return json.dumps(found).encode()


def _grain() -> bytes:
    first = json.loads(_text("grain.json"))
    return json.dumps([{**first[at % 2], "text": SAID, "start": at * 1000} for at in range(TURNS)]).encode()


def _zendesk() -> bytes:
    lines = [json.loads(line) for line in _text("zendesk.ndjson").splitlines()]
    return "\n".join(json.dumps({**lines[0], "id": 1000 + at}) for at in range(MANY)).encode()


def _intercom() -> bytes:
    one = json.loads(_text("intercom.json"))["conversations"][0]
    return json.dumps({"conversations": [{**one, "id": str(at)} for at in range(MANY)]}).encode()


def _slack() -> bytes:
    members = {f"{name}.json": _text(f"slack/{name}.json").encode() for name in ("users", "channels")}
    first = 1_778_580_000
    for day in range(MANY):
        said = [{"type": "message", "user": "U02ANA", "text": SAID, "ts": f"{first + day * 86_400}.0001"}]
        members[f"ext-brackwater/day{day:04}.json"] = json.dumps(said).encode()
    return zipped(members)


def _rows(name: str) -> bytes:
    """A table whose last row is repeated, under other ids."""
    head, *_, last = _text(name).rstrip("\n").split("\n")
    before, comma, rest = last.partition(",")
    ids = (f'"{at}"' if before.startswith('"') else f"{before}{at}" for at in range(MANY))
    return "\n".join([head, *(f"{one}{comma}{rest}" for one in ids)]).encode()


def _box() -> bytes:
    mail = _text("mail.eml")
    mails = (
        f"From ana@brackwater.example Tue May 12 10:00:00 2026\n{mail.replace('<1@', f'<{at}@')}\n"
        for at in range(MANY)
    )
    return "\n".join(mails).encode()


SAMPLES: dict[str, Callable[[], bytes]] = {
    "Gong JSON, 200 turns": _gong,
    "Fireflies JSON, 200 turns": _fireflies,
    "Grain JSON, 200 turns": _grain,
    "Zoom VTT, 200 cues": lambda: _captions("zoom.vtt"),
    "Otter SRT, 200 cues": lambda: _captions("otter.srt"),
    "Otter TXT, 200 turns": lambda: _talk().encode(),
    "Teams DOCX, 200 turns": lambda: word(_talk().split("\n\n")),
    "PDF, 200 turns on 20 pages": lambda: pdf(
        [_talk("\n").split("\n")[first : first + 20] for first in range(0, 2 * TURNS, 20)]
    ),
    f"Zendesk NDJSON, {MANY} tickets": _zendesk,
    f"Intercom JSON, {MANY} conversations": _intercom,
    f"Slack ZIP, {MANY} days": _slack,
    f"HubSpot notes CSV, {MANY} rows": lambda: _rows("hubspot-notes.csv"),
    f"Salesforce cases CSV, {MANY} rows": lambda: _rows("salesforce-cases.csv"),
    f"Typeform CSV, {MANY} rows": lambda: _rows("typeform.csv"),
    f"G2 reviews CSV, {MANY} rows": lambda: _rows("g2-reviews.csv"),
    f"mbox, {MANY} mails": _box,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=0.5, help="how long each format is read")
    least = parser.parse_args().seconds
    print("| file | documents | size | documents per second | MB per second |\n|---|---|---|---|---|")
    for name, made in SAMPLES.items():
        data = made()
        found = formats.parse(Source(file="x", data=data))  # imports what it needs
        times = 0
        start = time.process_time()
        while (spent := time.process_time() - start) < least or not times:
            formats.parse(Source(file="x", data=data))
            times += 1
        size = len(data) / 1e6
        print(
            f"| {name} | {len(found)} | {size * 1000:.0f} kB | {len(found) * times / spent:,.0f} | "
            f"{size * times / spent:.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
