"""Train the passage encoder on the shipped examples, and write its layers and the examples' vectors into the package.

    python benchmarks/train_passages.py              cross-validates, trains, writes icp_voice/embed/passage_*
                                                     and icp_voice/analysis/tag_head.safetensors
    python benchmarks/train_passages.py --no-write   only prints the cross-validated figures
    ... --beside-shipped                             the mean of the layers that ship now and of the new ones
    ... --calibrate FILE.jsonl                       makes scores true on labelled passages that nothing is trained on

The word embeddings of all-MiniLM-L6-v2 stay as they are. Its layers learn all nine categories at once (binary
cross-entropy), the lower ones more slowly, from the examples as they are and from mixtures: an example beside a neutral
passage, without punctuation, behind a speaker's name, after an unrelated context. What ships is the mean of several
trainings, and a linear model of all examples over it.
Only pipelines/examples teaches: no hand-labelled passage that quality is measured on. Two numbers, by which all evidence is
moved and stretched so that scores are true, may be chosen on such passages.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from icp_voice.analysis import tagger
from icp_voice.embed import passages
from icp_voice.embed.weights import DEFAULT, digest, find_weights
from icp_voice.settings import load_codebook

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Booleans = NDArray[np.bool_]
    Matrix = NDArray[np.float32]

EXAMPLES = Path(__file__).resolve().parent.parent / "pipelines" / "examples"
CATEGORIES = (
    "pain_point",
    "buying_process",
    "discovery_channel",
    "why_they_buy",
    "praise",
    "churn_reason",
    "goal",
    "trigger",
    "feature_request",
)
MAIN = 6
STRENGTH = 0.5
MOST_LIFT = 10.0
NAMES = "Anna Ben Priya Host Interviewer Participant Juan Mei Omar Lucy Tom Sara Speaker P4 Q Moderator".split()
BLOCK = 12  # examples written one after the other resemble each other: they are left out together


@dataclass(frozen=True, slots=True)
class Row:
    """An example and the group it is held out with."""

    context: str
    text: str
    labels: frozenset[str]
    group: int


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the training goes."""

    epochs: int = 3
    batch: int = 32
    rate: float = 3e-4
    rate_below: float = 0.8
    head_rate: float = 2e-3
    dropout: float = 0.1
    smoothing: float = 0.05
    rare: float = 0.3
    mixed: float = 0.15
    strange_context: float = 0.1
    plain: float = 0.12
    named: float = 0.10


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a linear model's log-odds become: `slope` times their distance from the examples' share, plus `offset`."""

    slope: float
    offset: float


def read_examples(folder: Path = EXAMPLES) -> list[Row]:
    """Return all examples; neighbours in a file share a group."""
    rows: list[Row] = []
    for number, path in enumerate(sorted(folder.glob("*.jsonl"))):
        for i, line in enumerate(path.read_text("utf-8").splitlines()):
            row = json.loads(line)
            rows.append(Row(row.get("context", ""), row["text"], frozenset(row["labels"]), number * 1000 + i // BLOCK))
    return rows


def labels_of(rows: Sequence[Row]) -> Booleans:
    """Return which row carries which category, of shape (rows, categories)."""
    import numpy as np

    return np.array([[category in row.labels for category in CATEGORIES] for row in rows], dtype=bool)


def varied(row: Row, neutral: Sequence[Row], recipe: Recipe, chance: random.Random) -> Row:
    """Return the row in one of the forms it could have been said in."""
    context, text = row.context, row.text
    is_short_answer = bool(context) and len(text.split()) < 8
    if chance.random() < recipe.mixed and not is_short_answer:
        beside = chance.choice(neutral).text
        text = f"{text} {beside}" if chance.random() < 0.5 else f"{beside} {text}"
    if chance.random() < recipe.plain:
        text = re.sub(r"[.,;:!?]", "", text).lower()
    if chance.random() < recipe.named:
        text = f"{chance.choice(NAMES)}: {text}"
    if not context and chance.random() < recipe.strange_context:
        context = chance.choice(neutral).text
    return replace(row, context=context, text=text)


class Training:
    """One training of the layers."""

    def __init__(self, rows: Sequence[Row], recipe: Recipe, seed: int) -> None:
        import torch

        torch.manual_seed(seed)
        self._rows, self._recipe, self._chance = rows, recipe, random.Random(seed)
        self._weights = _base()
        self._tokenizer = passages.PassageTokenizer(self._weights)
        self.module = passages.passage_module(self._weights, folder=None)
        self._head = torch.nn.Linear(384, len(CATEGORIES))
        torch.nn.init.normal_(self._head.weight, std=0.05)
        torch.nn.init.zeros_(self._head.bias)
        share = torch.tensor(labels_of(rows).mean(axis=0), dtype=torch.float32).clamp(min=1e-3)
        self._weight = ((1 / share - 1) ** recipe.rare).clamp(1, 8)
        self.module.requires_grad_(False)
        self.module.layers.requires_grad_(True)

    def run(self) -> dict[str, Any]:
        """Train, and return the state of the layers."""
        import torch

        recipe, layers = self._recipe, self.module.layers
        groups = [
            {"params": list(layer.parameters()), "lr": recipe.rate * recipe.rate_below ** (len(layers) - 1 - i)}
            for i, layer in enumerate(layers)
        ]
        groups.append({"params": list(self._head.parameters()), "lr": recipe.head_rate})
        optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
        steps = recipe.epochs * -(-len(self._rows) // recipe.batch)
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda step: min(1.0, (step + 1) / (0.1 * steps)) * max(0.02, 1 - step / steps)
        )
        layers.train()
        for layer in layers.modules():
            if isinstance(layer, torch.nn.Dropout):
                layer.p = recipe.dropout
        for epoch in range(recipe.epochs):
            for tokens, truth in self._batches(epoch):
                with torch.autocast("cpu", torch.bfloat16):
                    trained = self.module.pooled(*(torch.from_numpy(each) for each in tokens))
                    scores = self._head(torch.nn.functional.dropout(trained, 0.2)).float()
                loss = torch.nn.functional.binary_cross_entropy_with_logits(scores, truth, pos_weight=self._weight)
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                torch.nn.utils.clip_grad_norm_(layers.parameters(), 1.0)
                optimizer.step()
                schedule.step()
            print(f"epoch {epoch + 1} of {recipe.epochs}, loss {loss.item():.3f}", file=sys.stderr, flush=True)
        self.module.eval()
        return {name: tensor.detach().clone() for name, tensor in layers.state_dict().items()}

    def _batches(self, epoch: int) -> Iterator[tuple[Any, Any]]:
        import torch

        recipe, chance = self._recipe, self._chance
        neutral = [row for row in self._rows if not row.labels]
        rows = [varied(row, neutral, recipe, chance) for row in self._rows]
        tokens = self._tokenizer([passages.passage_text(row.context, row.text) for row in rows])
        truth = torch.tensor(labels_of(rows), dtype=torch.float32) * (1 - recipe.smoothing) + recipe.smoothing / 2
        order = sorted(range(len(rows)), key=lambda i: len(tokens[i].ids) + chance.random() * 12)
        starts = list(range(0, len(rows), recipe.batch))
        chance.shuffle(starts)
        for start in starts:
            members = order[start : start + recipe.batch]
            # Few different widths: the bfloat16 kernels are compiled anew for each.
            width = -(-max(len(tokens[i].ids) for i in members) // 16) * 16
            yield passages.padded([tokens[i] for i in members], len(members), width), truth[members]


def _base() -> Path:
    weights = find_weights(DEFAULT)
    assert weights is not None
    return weights


def averaged(states: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the mean of several trainings from the same start, which is better than each of them."""
    import torch

    return {name: torch.stack([state[name] for state in states]).mean(0) for name in states[0]}


def embed(state: dict[str, Any], rows: Sequence[Row]) -> Matrix:
    """Return the rows' vectors by an encoder with these layers."""
    weights = _base()
    module = passages.passage_module(weights, folder=None)
    module.layers.load_state_dict({name: tensor.half().float() for name, tensor in state.items()})
    encoder = passages.PassageEncoder(weights, lambda: passages.torch_run(module), "in training")
    return encoder.embed([passages.passage_text(row.context, row.text) for row in rows])


def fitted(vectors: Matrix, rows: Sequence[Row]) -> tagger.Tagger:
    """Return a tagger whose prior is the examples' own share, so that its scores can be compared with them."""
    import numpy as np

    labels = labels_of(rows)
    prior = {category: float(share) for category, share in zip(CATEGORIES, labels.mean(axis=0), strict=True)}
    return tagger.Tagger(CATEGORIES, prior=prior, strength=STRENGTH, most_lift=MOST_LIFT).fit(
        vectors, labels, np.ones_like(labels)
    )


def cross_validated(
    rows: Sequence[Row], recipe: Recipe, folds: int, seeds: int, most: int
) -> tuple[list[int], NDArray[np.float64]]:
    """Return which rows were left out, and their probabilities by an encoder and a tagger that never saw them or neighbours.

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
        state = averaged([Training(inside, recipe, seed=100 * fold + seed).run() for seed in range(seeds)])
        taught = fitted(embed(state, inside), inside)
        found.append(taught.predict_proba(embed(state, [rows[i] for i in left_out])))
        told += left_out
    return told, np.concatenate(found)


def calibration_of(probabilities: NDArray[np.float64], labels: Booleans) -> Calibration:
    """Return the slope and offset, one for all categories, that make the held-out scores right on the whole."""
    import numpy as np

    share = _log_odds(labels.mean(axis=0))
    evidence = (_log_odds(np.clip(probabilities, 1e-9, 1 - 1e-9)) - share).ravel()
    # The known share enters as an offset: evidence times slope plus offset is what is to be learned on top of it.
    slope, offset = 1.0, 0.0
    base = np.broadcast_to(share, labels.shape).ravel()
    truth = labels.ravel().astype(float)
    for _ in range(50):
        fitted_now = 1 / (1 + np.exp(-(base + slope * evidence + offset)))
        spread = np.maximum(fitted_now * (1 - fitted_now), 1e-9)
        design = np.stack([evidence, np.ones_like(evidence)], axis=1)
        step = np.linalg.solve((design * spread[:, None]).T @ design, design.T @ (truth - fitted_now))
        slope, offset = slope + float(step[0]), offset + float(step[1])
    return Calibration(round(slope, 4), round(offset, 4))


def calibrated_on(path: Path, state: dict[str, Any], taught: tagger.Tagger, share: NDArray[np.float64]) -> Calibration:
    """Return the slope and offset that make scores true on labelled passages, at the prior shares that ship.

    `taught` is a tagger whose prior is the examples' own `share`, of shape (categories,).

    The six main categories count alike; what is labelled as arguable (`maybe`) counts for neither side.
    """
    import numpy as np
    from scipy.optimize import minimize

    said = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    passage_rows = [Row(one.get("context", ""), one["text"], frozenset(one["labels"]), 0) for one in said]
    found = taught.predict_proba(embed(state, passage_rows))[:, :MAIN]
    sure = np.array([[name not in one.get("maybe", ()) for name in CATEGORIES[:MAIN]] for one in said])
    truth = labels_of(passage_rows)[:, :MAIN]
    evidence = _log_odds(np.clip(found, 1e-9, 1 - 1e-9)) - _log_odds(share)[:MAIN]
    prior = np.broadcast_to(_log_odds(np.array([tagger.PRIOR[name] for name in CATEGORIES[:MAIN]])), evidence.shape)

    def loss(chosen: NDArray[np.float64]) -> float:
        odds = prior[sure] + chosen[0] * evidence[sure] + chosen[1]
        return float(np.mean(np.logaddexp(0, odds) - truth[sure] * odds))

    slope, offset = minimize(loss, np.array([0.7, 0.5])).x
    return Calibration(round(float(slope), 4), round(float(offset), 4))


def _log_odds(share: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    odds: NDArray[np.float64] = np.log(share / (1 - share))
    return odds


def best_f1(scores: NDArray[np.float64], truth: Booleans) -> float:
    """Return F1 at the threshold that suits these scores best."""
    import numpy as np

    hits = np.cumsum(truth[np.argsort(-scores, kind="stable")])
    return float(np.max(2 * hits / (np.arange(1, len(truth) + 1) + truth.sum())))


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
    rows = [Row(context, text, frozenset(), 0) for context, _, text in split]
    keys = np.stack([np.frombuffer(passages.text_key(text), dtype=np.uint8) for text in said])
    target = passages.FOLDER / passages.EXAMPLES
    save_file({"keys": keys, "vectors": embed(state, rows).astype(np.float16)}, target)
    target.chmod(0o644)
    return digest(target)


def write_head(taught: tagger.Tagger, share: NDArray[np.float64], center: Matrix) -> str:
    """Write what a linear model learned from all examples, and return the file's digest.

    `share` of the examples, of shape (categories,), is the tagger's prior; `center` is the mean of their vectors.
    """
    import numpy as np
    from safetensors.numpy import save_file

    held = {"coef": taught.coef_, "intercept": taught.intercept_ - _log_odds(share), "center": center}
    save_file({name: values.astype(np.float32) for name, values in held.items()}, tagger.HEAD)
    tagger.HEAD.chmod(0o644)
    return digest(tagger.HEAD)


def main() -> None:
    """Cross-validate, train, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--folds", type=int, default=3)
    parser.add_argument("--most-folds", type=int, default=3, help="so many of the folds are left out in turn")
    parser.add_argument("--seeds", type=int, default=3, help="trainings whose mean ships")
    parser.add_argument("--cv-seeds", type=int, default=1, help="the same within each fold")
    parser.add_argument("--no-write", action="store_true")
    parser.add_argument("--beside-shipped", action="store_true", help="count the layers that ship now as half")
    parser.add_argument("--calibrate", type=Path, help="labelled passages on which scores are made true")
    parser.add_argument("--only", choices=("cv", "layers"), help="half of the work")
    options = parser.parse_args()
    rows, recipe, began = read_examples(), Recipe(), time.monotonic()
    labels = labels_of(rows)
    manifest = dict(passages.read_manifest()) if (passages.FOLDER / passages.MANIFEST).is_file() else {}
    if options.only != "layers":
        left_out, found = cross_validated(rows, recipe, options.folds, options.cv_seeds, options.most_folds)
        truth = labels[left_out]
        calibration = calibration_of(found, truth)
        scores = {name: round(best_f1(found[:, j], truth[:, j]), 3) for j, name in enumerate(CATEGORIES)}
        for name, score in scores.items():
            print(f"{name:20} {score:.3f}")
        macro = sum(list(scores.values())[:MAIN]) / MAIN
        print(f"{'mean of the six':20} {macro:.3f}   slope {calibration.slope}, {calibration.offset}", flush=True)
        manifest |= {"cross_validated_f1": scores}
        manifest |= {"slope": calibration.slope, "offset": calibration.offset}
    if options.only != "cv":
        state = averaged([Training(rows, recipe, seed).run() for seed in range(options.seeds)])
        if options.beside_shipped:
            state = averaged([state, shipped_layers()])
        vectors = embed(state, rows)
        taught, share = fitted(vectors, rows), labels.mean(axis=0)
        if options.calibrate:
            found_on = calibrated_on(options.calibrate, state, taught, share)
            manifest |= {"slope": found_on.slope, "offset": found_on.offset}
        manifest |= {"examples": len(rows), "categories": CATEGORIES}
        if not options.no_write:
            manifest |= {"sha256": write({name: tensor.half().contiguous() for name, tensor in state.items()})}
            manifest |= {
                "examples_sha256": write_examples(state),
                "head_sha256": write_head(taught, share, vectors.mean(axis=0)),
            }
    if not options.no_write:
        (passages.FOLDER / passages.MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
    print(f"{time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
