"""Train the passage encoder on the shipped examples, and write its layers and the examples' vectors into the package.

    python benchmarks/train_passages.py              cross-validates, trains, writes icp_voice/embed/passage_*
                                                     and icp_voice/analysis/tag_head.safetensors
    python benchmarks/train_passages.py --no-write   only prints the cross-validated figures
    ... --calibrate FILE.jsonl                       makes scores true on labelled passages that nothing is trained on
    ... --no-folds --calibrate FILE.jsonl            trains and writes, without the cross-validation
    ... --no-folds --beside-shipped ...              the mean of the layers that ship now and of the new ones
    ... --teacher MODEL FILE --talk FOLDER --seed 1 --seeds 1 --calibrate FILE.jsonl
                                                     a round: the layers that ship now learn what a bigger model says
                                                     of the examples and of talk (benchmarks/passage_teacher.py)

The word embeddings of all-MiniLM-L6-v2 stay as they are. Its layers learn all nine categories at once (binary
cross-entropy), the lower ones more slowly, from the passages as they are and in other forms (`passage_rows.py`). What is
written is the mean of so many trainings (`--seeds`), and a linear model over it: of all examples, or of what the teacher said
last. What a teacher says cannot be held out, so nothing is cross-validated then.
Only pipelines/examples teaches, and what a teacher that learned the same says of talk: no hand-labelled passage that quality
is measured on. Two numbers, by which all evidence is moved and stretched so that scores are true, may be chosen on such
passages.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from passage_head import Calibration, calibration_of, calibration_on, evidence, head_of_labels, head_of_lesson
from passage_rows import CATEGORIES, MAIN, Row, labels_of, read_examples, read_labelled, read_talk
from passage_teacher import Teacher
from passage_training import FROM_EXAMPLES, FROM_TEACHER, Training, default_model, default_weights, layers_of

from icp_voice.analysis import tagger
from icp_voice.embed import passages
from icp_voice.embed.weights import digest
from icp_voice.evaluate.tags import best_f1
from icp_voice.settings import load_codebook

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]


def taught_by_examples(rows: Sequence[Row], seed: int) -> dict[str, Any]:
    """Return the state of the default model's layers after they learned these rows."""
    training = Training(default_model(), rows, FROM_EXAMPLES, seed)
    training.run()
    return layers_of(training.model)


def unsure_of(talk: Sequence[Row], most: int) -> list[Row]:
    """Return the passages of which the shipped model is least sure: it has most to learn from what is said of them."""
    import numpy as np

    shipped = tagger.Tagger(CATEGORIES, head=tagger.load_head()).fit(np.zeros((0, 384)), [], [])
    encoder = passages.open_passage_encoder()
    found = shipped.predict_proba(encoder.embed([passages.passage_text(row.context, row.text) for row in talk]))
    order = np.argsort(-(found * (1 - found)).max(axis=1), kind="stable")
    return [talk[i] for i in order[:most]]


def taught_by_teacher(
    rows: Sequence[Row], teacher: Teacher, talk: Sequence[Row], seed: int
) -> tuple[dict[str, Any], tuple[list[Row], Matrix]]:
    """Return the state of the layers that ship now after they learned what a teacher says of these rows and of talk.

    With it comes what was read last, and what the teacher said of it.
    """
    training = Training(default_model(shipped_layers()), rows, FROM_TEACHER, seed, teacher, talk)
    training.run()
    read, said = training.lesson
    return layers_of(training.model), (read, said.numpy())


def averaged(states: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the mean of several trainings from the same start, which is better than each of them."""
    import torch

    return {name: torch.stack([state[name] for state in states]).mean(0) for name in states[0]}


def embed(state: dict[str, Any], rows: Sequence[Row]) -> Matrix:
    """Return the rows' vectors by an encoder with these layers."""
    model = default_model({name: tensor.half().float() for name, tensor in state.items()})
    encoder = passages.PassageEncoder(default_weights(), lambda: passages.torch_run(model.module), "in training")
    return encoder.embed([passages.passage_text(row.context, row.text) for row in rows])


def cross_validated(rows: Sequence[Row], folds: int, seeds: int, most: int) -> tuple[list[int], NDArray[np.float64]]:
    """Return which rows were left out, and the evidence of an encoder and a head that never saw them or neighbours.

    Of the folds at most so many are left out, one after another.
    """
    import numpy as np

    groups = sorted({row.group for row in rows})
    random.Random(0).shuffle(groups)
    fold_of = {group: i % folds for i, group in enumerate(groups)}
    told: list[int] = []
    found: list[NDArray[np.float64]] = []
    for fold in range(min(folds, most)):
        inside = [row for row in rows if fold_of[row.group] != fold]
        left_out = [i for i, row in enumerate(rows) if fold_of[row.group] == fold]
        state = averaged([taught_by_examples(inside, 100 * fold + seed) for seed in range(seeds)])
        head = head_of_labels(embed(state, inside), inside)
        found.append(evidence(head, embed(state, [rows[i] for i in left_out])))
        told += left_out
    return told, np.concatenate(found)


def calibrated_on(path: Path, state: dict[str, Any], head: tagger.Head) -> Calibration:
    """Return what makes scores true on a file of labelled passages."""
    rows, arguable = read_labelled(path)
    return calibration_on(evidence(head, embed(state, rows)), rows, arguable)


def shipped_layers() -> dict[str, Any]:
    """Return the state of the layers that ship now."""
    from safetensors.torch import load_file

    return {name: tensor.float() for name, tensor in load_file(passages.FOLDER / passages.LAYERS).items()}


def write(layers: dict[str, Any]) -> str:
    """Write the layers into the package, and return the file's digest."""
    from safetensors.torch import save_file

    target = passages.FOLDER / passages.LAYERS
    save_file(layers, target)
    target.chmod(0o644)
    return digest(target)


def write_examples(state: dict[str, Any]) -> str:
    """Write the vectors of all shipped examples, the codebook's own among them, and return the file's digest."""
    import numpy as np
    from safetensors.numpy import save_file

    said = sorted({passages.passage_text(each.context, each.text) for each in load_codebook().examples})
    split = [text.rpartition(passages.SEPARATOR) for text in said]
    rows = [Row(context, text) for context, _, text in split]
    keys = np.stack([np.frombuffer(passages.text_key(text), dtype=np.uint8) for text in said])
    target = passages.FOLDER / passages.EXAMPLES
    save_file({"keys": keys, "vectors": embed(state, rows).astype(np.float16)}, target)
    target.chmod(0o644)
    return digest(target)


def write_head(head: tagger.Head) -> str:
    """Write the linear model, and return the file's digest."""
    import numpy as np
    from safetensors.numpy import save_file

    held = {"coef": head.coef, "intercept": head.intercept, "center": head.center}
    save_file({name: values.astype(np.float32) for name, values in held.items()}, tagger.HEAD)
    tagger.HEAD.chmod(0o644)
    return digest(tagger.HEAD)


def main() -> None:
    """Cross-validate, train, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--folds", type=int, default=3)
    parser.add_argument("--most-folds", type=int, default=3, help="so many of the folds are left out in turn")
    parser.add_argument("--seeds", type=int, default=3, help="trainings whose mean ships")
    parser.add_argument(
        "--seed", type=int, default=0, help="the first of them: another one in each round with a teacher"
    )
    parser.add_argument("--cv-seeds", type=int, default=1, help="the same within each fold")
    parser.add_argument("--no-write", action="store_true", help="only cross-validate")
    parser.add_argument("--no-folds", action="store_true", help="do not cross-validate")
    parser.add_argument("--beside-shipped", action="store_true", help="count the layers that ship now as half")
    parser.add_argument("--calibrate", type=Path, help="labelled passages on which scores are made true")
    parser.add_argument(
        "--teacher", type=Path, nargs=2, metavar=("MODEL", "FILE"), help="a bigger model that learned them"
    )
    parser.add_argument("--talk", type=Path, help="meetings in QMSum's JSON form, of which a teacher tells the labels")
    options = parser.parse_args()
    folds = not options.teacher and not options.no_folds
    if not folds and not (options.calibrate or options.no_write):
        parser.error("without a cross-validation, --calibrate FILE.jsonl has to make the scores true")
    if options.no_write and not folds:
        parser.error("--no-write only cross-validates: leave out --teacher and --no-folds")
    if options.talk and not options.teacher:
        parser.error("--talk needs a --teacher to tell its labels")
    if options.beside_shipped and options.teacher:
        parser.error("--beside-shipped is for layers that learn from the examples alone")
    rows, began = read_examples(), time.monotonic()
    seeds = range(options.seed, options.seed + options.seeds)
    manifest = dict(passages.read_manifest()) if (passages.FOLDER / passages.MANIFEST).is_file() else {}
    if folds:
        left_out, found = cross_validated(rows, options.folds, options.cv_seeds, options.most_folds)
        told = [rows[i] for i in left_out]
        calibration, truth = calibration_of(found, told), labels_of(told)
        scores = {name: round(best_f1(found[:, j], truth[:, j])[0], 3) for j, name in enumerate(CATEGORIES)}
        for name, score in scores.items():
            print(f"{name:20} {score:.3f}")
        macro = sum(list(scores.values())[:MAIN]) / MAIN
        print(f"{'mean of the six':20} {macro:.3f}   slope {calibration.slope}, {calibration.offset}", flush=True)
        manifest |= {"cross_validated_f1": scores}
        manifest |= {"slope": calibration.slope, "offset": calibration.offset}
    if not options.no_write:
        if options.teacher:
            teacher = Teacher(*options.teacher)
            talk = unsure_of(read_talk(options.talk), FROM_TEACHER.epochs * FROM_TEACHER.talk) if options.talk else []
            taught = [taught_by_teacher(rows, teacher, talk, seed) for seed in seeds]
            state = averaged([layers for layers, _ in taught])
            _, (read, said) = taught[-1]
            head = head_of_lesson(embed(state, read), said, embed(state, rows).mean(axis=0))
        else:
            state = averaged([taught_by_examples(rows, seed) for seed in seeds])
            if options.beside_shipped:
                state = averaged([state, shipped_layers()])
            head = head_of_labels(embed(state, rows), rows)
        if options.calibrate:
            calibration = calibrated_on(options.calibrate, state, head)
            manifest |= {"slope": calibration.slope, "offset": calibration.offset}
        manifest |= {"examples": len(rows), "categories": CATEGORIES}
        manifest |= {"sha256": write({name: tensor.half().contiguous() for name, tensor in state.items()})}
        manifest |= {"examples_sha256": write_examples(state), "head_sha256": write_head(head)}
        (passages.FOLDER / passages.MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
    print(f"{time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
