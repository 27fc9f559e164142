"""How an encoder of passages is trained: any transformer whose layers, with a linear head, learn all categories at once."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from passage_rows import CATEGORIES, TAUGHT, Forms, Row, labels_of, varied

from icp_voice.embed import passages
from icp_voice.embed.weights import DEFAULT, find_weights

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

Inputs = tuple[Any, ...]


AS_SAID = Forms()


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a training goes. `rate_below` is by how much slower each layer learns than the one above it.

    The lowest `still` layers do not learn. Where a teacher tells the labels, `talk` passages without labels are read in
    each epoch, too.
    """

    epochs: int = 3
    batch: int = 32
    rate: float = 3e-4
    rate_below: float = 0.8
    head_rate: float = 2e-3
    dropout: float = 0.1
    head_dropout: float = 0.2
    smoothing: float = 0.05
    rare: float = 0.3
    still: int = 0
    talk: int = 0
    forms: Forms = AS_SAID


FROM_EXAMPLES = Recipe()
FROM_TEACHER = Recipe(epochs=2, rate=2e-4, head_dropout=0.1, talk=12_000, forms=TAUGHT)
TEACHER = Recipe(rate=5e-5, rate_below=0.9, still=4)


@dataclass(frozen=True, slots=True)
class Model:
    """A transformer that pools a passage's own tokens: `pooled(*inputs)` returns a tensor of shape (n, size)."""

    module: Any
    layers: Sequence[Any]
    pooled: Callable[..., Any]
    tokenizer: passages.PassageTokenizer
    size: int

    def inputs(
        self, rows: Sequence[Row], batch: int, nearly: random.Random | None = None
    ) -> Iterator[tuple[Any, Inputs]]:
        """Yield which rows and their tensors, passages of like length together; `nearly` so, in another order each time."""
        import torch

        tokens = self.tokenizer([passages.passage_text(row.context, row.text) for row in rows])
        order = sorted(range(len(rows)), key=lambda i: len(tokens[i].ids) + (nearly.random() * 12 if nearly else 0))
        starts = list(range(0, len(rows), batch))
        if nearly:
            nearly.shuffle(starts)
        for start in starts:
            members = order[start : start + batch]
            # Few different widths: the bfloat16 kernels are compiled anew for each.
            width = -(-max(len(tokens[i].ids) for i in members) // 16) * 16
            padded = passages.padded([tokens[i] for i in members], len(members), width)
            yield members, tuple(torch.from_numpy(each) for each in padded)


def default_weights() -> Path:
    """Return the folder of the default model."""
    weights = find_weights(DEFAULT)
    assert weights is not None
    return weights


def default_model(state: dict[str, Any] | None = None) -> Model:
    """Return the default model, with these layers."""
    weights = default_weights()
    module = passages.passage_module(weights, folder=None)
    if state is not None:
        module.layers.load_state_dict(state)
    return Model(module, list(module.layers), module.pooled, passages.PassageTokenizer(weights), 384)


class Training:
    """One training: of a model's layers, and of a linear head over what it pools.

    The labels are those of the rows, or what a `teacher` says of them: a function from rows to probabilities of shape
    (rows, categories).
    """

    def __init__(
        self,
        model: Model,
        rows: Sequence[Row],
        recipe: Recipe,
        seed: int,
        teacher: Callable[[Sequence[Row]], Matrix] | None = None,
        talk: Sequence[Row] = (),
    ) -> None:
        import torch

        torch.manual_seed(seed)
        self.model, self._rows, self._recipe, self._teacher = model, rows, recipe, teacher
        self._chance = random.Random(seed)
        self._talk = self._chance.sample(list(talk), len(talk))
        self.lesson: tuple[list[Row], Any] = ([], None)  # what was read in the last epoch, and its labels
        self.head = torch.nn.Linear(model.size, len(CATEGORIES))
        torch.nn.init.normal_(self.head.weight, std=0.05)
        torch.nn.init.zeros_(self.head.bias)
        share = torch.tensor(labels_of(rows).mean(axis=0), dtype=torch.float32).clamp(min=1e-3)
        self._weight = None if teacher else ((1 / share - 1) ** recipe.rare).clamp(1, 8)
        model.module.requires_grad_(False)
        for layer in model.layers[recipe.still :]:
            layer.requires_grad_(True)

    def run(self) -> None:
        """Train."""
        import torch

        recipe, model = self._recipe, self.model
        last = len(model.layers) - 1
        groups = [
            {"params": list(layer.parameters()), "lr": recipe.rate * recipe.rate_below ** (last - i)}
            for i, layer in enumerate(model.layers)
            if i >= recipe.still
        ]
        learned = [parameter for group in groups for parameter in group["params"]]
        groups.append({"params": list(self.head.parameters()), "lr": recipe.head_rate})
        optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
        steps = recipe.epochs * -(-(len(self._rows) + min(recipe.talk, len(self._talk))) // recipe.batch)
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda step: min(1.0, (step + 1) / (0.1 * steps)) * max(0.02, 1 - step / steps)
        )
        for layer in model.layers:
            for part in layer.modules():
                if isinstance(part, torch.nn.Dropout):
                    part.p = recipe.dropout
        for epoch in range(recipe.epochs):
            self.lesson = rows, truth = self._said(epoch)
            model.module.train()
            for members, inputs in model.inputs(rows, recipe.batch, self._chance):
                with torch.autocast("cpu", torch.bfloat16):
                    pooled = torch.nn.functional.dropout(model.pooled(*inputs), recipe.head_dropout)
                    scores = self.head(pooled).float()
                loss = torch.nn.functional.binary_cross_entropy_with_logits(
                    scores, truth[members], pos_weight=self._weight
                )
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                torch.nn.utils.clip_grad_norm_(learned, 1.0)
                optimizer.step()
                schedule.step()
            print(f"epoch {epoch + 1} of {recipe.epochs}, loss {loss.item():.3f}", file=sys.stderr, flush=True)
        model.module.eval()

    def _said(self, epoch: int) -> tuple[list[Row], Any]:
        """Return what is read in an epoch, each passage in another form, and its labels."""
        import torch

        recipe = self._recipe
        neutral = [row for row in self._rows if not row.labels]
        rows = [varied(row, self._rows, neutral, recipe.forms, self._chance) for row in self._rows]
        if self._teacher:
            rows += self._talk[epoch * recipe.talk : (epoch + 1) * recipe.talk]
            return rows, torch.from_numpy(self._teacher(rows))
        hard = torch.tensor(labels_of(rows), dtype=torch.float32)
        return rows, hard * (1 - recipe.smoothing) + recipe.smoothing / 2


def layers_of(model: Model) -> dict[str, Any]:
    """Return the state of the default model's layers."""
    return {name: tensor.detach().clone() for name, tensor in model.module.layers.state_dict().items()}
