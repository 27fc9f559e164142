"""What one would do instead, beside what ships, as Markdown tables: for tags, and for finding what answers a question.

    python benchmarks/peers.py tags FILE.jsonl ...
    python benchmarks/peers.py answers FOLDER [--most 20]

Tags, on passages as `icp-voice evaluate tags` takes them: F1 of the six main categories that are in the file, and its
mean. The peer is the cosine between the default embedder's vector of a passage and that of a category's title and
definition, at the threshold that is best for each category with hindsight; what ships stands at its own threshold, and
at the best ones too.

Answers, on meetings as `icp-voice evaluate answers` takes them, with its hit@10 and its turn recall in the best sixth.
The peers are SQLite's bm25() for any of the question's words, as they are or by their stems, and the cosine of the
default embedder, each over turns as they are and with the speaker's name before each. In brackets 95% intervals.
"""

from __future__ import annotations

import argparse
import re
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from icp_voice.evaluate import answers, tags
from icp_voice.evaluate.ground import Ground
from icp_voice.evaluate.meetings import Meeting, read_meetings
from icp_voice.evaluate.scores import Interval, drawn_means
from icp_voice.evaluate.tag_rows import Passage, read_passages

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Ranker = Callable[[Ground, Sequence[str], Sequence[str]], Numbers]

WORD = re.compile(r"\w+")
NOTHING = '""'  # what FTS5 is asked for by a question without words


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    tagging = commands.add_parser("tags", help="of labelled passages")
    tagging.add_argument("files", type=Path, nargs="+", metavar="FILE")
    asking = commands.add_parser("answers", help="of meetings in QMSum's JSON form")
    asking.add_argument("folder", type=Path)
    asking.add_argument("--most", type=int, help="only the first so many meetings, by name")
    options = parser.parse_args()
    ground = Ground.shipped()
    if options.command == "tags":
        for path in options.files:
            print(*tags_table(ground, path), sep="\n", end="\n\n", flush=True)
    else:
        print(*answers_table(ground, options.folder, options.most), sep="\n")


def tags_table(ground: Ground, path: Path) -> Iterator[str]:
    """Yield the lines of the table of one file of labelled passages."""
    shipped = tags.measure_file(ground, path)
    _tell(shipped.notes)
    names = [name for name in shipped.averaged if name in tags.MAIN]
    if not names:
        sys.exit(f"{path}: no passage has one of the six main categories.")
    passages, _ = read_passages(path, ground.codebook.names)
    qualities = [shipped.categories[name] for name in names]
    yield f"{path.name}: F1, {shipped.rows:,} passages\n"
    heads = [f"{name} ({shipped.categories[name].support})" for name in names]
    yield f"| (passages) | {' | '.join(heads)} | mean |"
    yield "|---|" + "---|" * (len(names) + 1)
    yield _row("cosine to the description, best thresholds", described(ground, passages, names, context=False))
    yield _row("the same, with what was said before", described(ground, passages, names, context=True))
    yield _row(f"icp-voice, as shipped ({shipped.threshold:.2f})", [one.score.f1 for one in qualities])
    yield _row("icp-voice, best thresholds", [one.best for one in qualities])


def described(ground: Ground, passages: Sequence[Passage], names: Sequence[str], *, context: bool) -> list[float]:
    """Return each category's best F1 by the cosine to its description; `context` puts what was said before in front."""
    import numpy as np

    said = [f"{one.context} {one.text}".strip() if context else one.text for one in passages]
    categories = {category.name: category for category in ground.codebook}
    descriptions = [f"{categories[name].title}: {categories[name].definition}" for name in names]
    close = (ground.embed(said) @ ground.embed(descriptions).T).astype(np.float64)
    truth = np.array([[name in one.labels for name in names] for one in passages])
    judged = truth | np.array([[name not in one.maybe for name in names] for one in passages])
    return [tags.best_f1(close[judged[:, j], j], truth[judged[:, j], j])[0] for j in range(len(names))]


def answers_table(ground: Ground, folder: Path, most: int | None) -> Iterator[str]:
    """Yield the lines of the table of one folder of meetings."""
    shipped = answers.measure_folder(ground, folder, most=most)
    _tell(shipped.notes)
    meetings, _ = read_meetings(ground, folder, most=most)
    yield f"{shipped.talks} meetings, {shipped.questions} questions\n"
    yield "| | hit@10 | turn recall in a sixth |\n|---|---|---|"
    for name, ranker in PEERS.items():
        for named in (False, True):
            hits, recalls = tried(ground, meetings, ranker, named=named)
            figures = [(float(one.mean()), drawn_means(one)) for one in (hits, recalls)]
            yield _row_of_intervals(f"{name}{', speaker: turn' if named else ''}", figures)
    yield _row_of_intervals(
        "icp-voice",
        [(shipped.hit_at_10, shipped.hit_interval), (shipped.turn_recall, shipped.recall_interval)],
    )


def tried(ground: Ground, meetings: Sequence[Meeting], ranker: Ranker, *, named: bool) -> tuple[Numbers, Numbers]:
    """Return whether each question hit, and what it recalled, both of shape (questions of all meetings,)."""
    import numpy as np

    trials: list[tuple[bool, float]] = []
    for meeting in meetings:
        scores = ranker(ground, turns(meeting, named=named), [question.text for question in meeting.questions])
        trials += [answers.found(own, relevant) for own, relevant in zip(scores, meeting.relevant, strict=True)]
    hits, recalls = np.array(trials, dtype=np.float64).T
    return hits, recalls


def turns(meeting: Meeting, *, named: bool) -> list[str]:
    """Return the turns' texts, with who said each before it if they are to be `named`."""
    texts, places = meeting.collection.texts, meeting.collection.passages
    if not named:
        return list(texts)
    return [f"{places.speakers[i]}: {text}" for i, text in zip(places.speaker, texts, strict=True)]


def by_cosine(ground: Ground, texts: Sequence[str], questions: Sequence[str]) -> Numbers:
    """Return the cosine of each question to each text, of shape (questions, texts)."""
    import numpy as np

    vectors, asked = ground.embed([text or "." for text in texts]), ground.embed(questions)
    return (asked @ vectors.T).astype(np.float64)


def by_words(tokenizer: str) -> Ranker:
    """Return what ranks by FTS5's bm25() of any of the question's words, of shape (questions, texts); 0 without any."""

    def scores(ground: Ground, texts: Sequence[str], questions: Sequence[str]) -> Numbers:
        import numpy as np

        found = np.zeros((len(questions), len(texts)))
        with closing(sqlite3.connect(":memory:")) as db:
            db.execute(f"create virtual table turn using fts5 (text, tokenize = '{tokenizer}')")
            db.executemany("insert into turn (rowid, text) values (?, ?)", enumerate(texts))
            for number, question in enumerate(questions):
                words = " OR ".join(f'"{word}"' for word in WORD.findall(question)) or NOTHING
                for place, rank in db.execute("select rowid, bm25(turn) from turn where turn match ?", [words]):
                    found[number, place] = -rank  # SQLite gives the best the lowest number
        return found

    return scores


PEERS: dict[str, Ranker] = {
    "BM25": by_words("unicode61"),
    "BM25 of stems": by_words("porter unicode61"),
    "cosine": by_cosine,
}


def _row(name: str, f1: Sequence[float]) -> str:
    return f"| {name} | {' | '.join(f'{one:.2f}' for one in [*f1, sum(f1) / len(f1)])} |"


def _row_of_intervals(name: str, figures: Sequence[tuple[float, Interval | None]]) -> str:
    cells = [f"{mean:.3f}" + (f" ({bounds[0]:.2f} to {bounds[1]:.2f})" if bounds else "") for mean, bounds in figures]
    return f"| {name} | {' | '.join(cells)} |"


def _tell(notes: Sequence[str]) -> None:
    for note in notes:
        print(f"note: {note}", file=sys.stderr)


if __name__ == "__main__":
    main()
