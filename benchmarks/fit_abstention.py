"""Fit the constants by which a question is told to be answered or not, and print the line for `profile/retrieve.py`.

    python benchmarks/fit_abstention.py FOLDER_OF_TRAINING_MEETINGS [--most 60]

FOLDER holds meetings in QMSum's JSON form. Each question is put to its own meeting and to one of another subject: in
part, whole, and among seven more.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from icp_voice.evaluate.answers import elsewhere, likeness, unlike
from icp_voice.evaluate.ground import Ground
from icp_voice.evaluate.meetings import Collection, Meeting, ask, read_meetings
from icp_voice.profile.retrieve import Bm25, Passages, signals

CROWD = 7


def together(meetings: Sequence[Meeting]) -> Collection:
    """Return several meetings as one collection of passages."""
    import numpy as np

    parts = [meeting.collection for meeting in meetings]
    said = [part.passages.speakers[j] for part in parts for j in part.passages.speaker]
    speakers = tuple(sorted(set(said)))
    texts = [text for part in parts for text in part.texts]
    return Collection(
        texts=texts,
        passages=Passages(
            document=np.concatenate([np.full(len(part.texts), i) for i, part in enumerate(parts)]),
            length=np.array([len(text) for text in texts], dtype=np.int64),
            speaker=np.array([speakers.index(name) for name in said], dtype=np.int64),
            speakers=speakers,
        ),
        vectors=np.vstack([part.vectors for part in parts]),
        words=Bm25(texts),
    )


def part(meeting: Meeting, start: int, *, most: int = 80) -> Collection:
    """Return some turns of a meeting."""
    cut = slice(max(0, start - most // 4), max(0, start - most // 4) + most)
    whole = meeting.collection
    places = whole.passages
    assert places.length is not None
    return Collection(
        texts=whole.texts[cut],
        passages=Passages(places.document[cut], places.speaker[cut], places.speakers, places.length[cut]),
        vectors=whole.vectors[cut],
        words=Bm25(whole.texts[cut]),
    )


def fit(meetings: Sequence[Meeting]) -> str:
    """Return the line of constants for `retrieve.py`, fitted on these meetings."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    asked, truth = [], []
    alike = likeness(meetings)
    for i, number, other in elsewhere(meetings):
        asker = meetings[i]
        question, vectors = asker.questions[number], asker.question_vectors[number]
        crowd = [meetings[j] for j in unlike(alike, i) if j != other][:CROWD]
        for here, there in (
            (part(asker, min(asker.relevant[number], default=0)), part(meetings[other], 0)),
            (asker.collection, meetings[other].collection),
            (together([asker, *crowd]), together([meetings[other], *crowd])),
        ):
            asked += [ask(question, vectors, here), ask(question, vectors, there)]
            truth += [1, 0]
    signs = np.array([signals(one.question, **one.given) for one in asked])
    scaler = StandardScaler().fit(signs)
    model = LogisticRegression(C=1.0).fit(scaler.transform(signs), truth)
    weights = model.coef_[0] / scaler.scale_
    bias = float(model.intercept_[0] - weights @ scaler.mean_)
    return f"WEIGHTS, BIAS = ({', '.join(f'{weight:.2f}' for weight in weights)}), {bias:.2f}"


def main() -> None:
    """Parse, call, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--most", type=int, help="only the first so many meetings, by name")
    chosen = parser.parse_args()
    meetings, problems = read_meetings(Ground.shipped(), chosen.folder, most=chosen.most)
    print("\n".join([*problems, fit(meetings)]))


if __name__ == "__main__":
    main()
