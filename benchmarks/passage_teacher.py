"""A teacher: a bigger model that learned the same examples, and tells how likely any passage carries each category.

    python benchmarks/passage_teacher.py MODEL FILE      trains the model of this folder on the shipped examples
    ... --measure FILE.jsonl                             compares it with what ships, on labelled passages

`MODEL` is a folder as sentence-transformers keeps it; what ships was taught by all-mpnet-base-v2 (Apache-2.0). It is needed
where the shipped layers are made, and nowhere else.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from passage_head import evidence, told
from passage_rows import CATEGORIES, MAIN, Row, read_examples, read_labelled
from passage_training import TEACHER, Model, Training

from icp_voice.analysis.tagger import load_head
from icp_voice.embed import passages

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

BATCH = 64


def open_model(folder: Path) -> Model:
    """Return the transformer in a folder, its layers apart."""
    from transformers import AutoModel

    module = AutoModel.from_pretrained(str(folder), local_files_only=True, add_pooling_layer=False)

    def pooled(ids: Any, there: Any, own: Any) -> Any:
        hidden = module(input_ids=ids, attention_mask=there).last_hidden_state
        weight = own.unsqueeze(-1).to(hidden.dtype)
        return (hidden * weight).sum(1) / weight.sum(1).clamp(min=1e-9)

    tokenizer = passages.PassageTokenizer(folder)
    return Model(module, list(module.encoder.layer), pooled, tokenizer, module.config.hidden_size)


class Teacher:
    """A trained model with its head, read from the file that `main` wrote."""

    def __init__(self, folder: Path, taught: Path) -> None:
        import torch
        from safetensors.torch import load_file

        self._model = open_model(folder)
        state = {name: tensor.float() for name, tensor in load_file(taught).items()}
        self._head = torch.nn.Linear(self._model.size, len(CATEGORIES))
        self._head.load_state_dict({name: state.pop(f"head.{name}") for name in ("weight", "bias")})
        self._model.module.load_state_dict(state)
        self._model.module.eval()

    def __call__(self, rows: Sequence[Row]) -> Matrix:
        """Return probabilities of shape (rows, categories)."""
        import numpy as np
        import torch

        found: Matrix = np.zeros((len(rows), len(CATEGORIES)), np.float32)
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
            for members, inputs in self._model.inputs(rows, BATCH):
                found[members] = torch.sigmoid(self._head(self._model.pooled(*inputs)).float()).numpy()
        return found


def main() -> None:
    """Train a teacher, unless that is done, and measure it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("model", type=Path, help="a folder as sentence-transformers keeps it")
    parser.add_argument("file", type=Path, help="where the trained model is written")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--measure", type=Path, nargs="+", default=[], help="labelled passages; FILE is read if it is there"
    )
    options = parser.parse_args()
    if not options.file.is_file():
        train(options.model, options.file, options.seed)
    if options.measure:
        measure(Teacher(options.model, options.file), options.measure)


def measure(teacher: Teacher, paths: Sequence[Path]) -> None:
    """Print how well a teacher orders labelled passages, beside what ships."""
    encoder, head = passages.open_passage_encoder(), load_head()
    for path in paths:
        rows, arguable = read_labelled(path)
        print(f"{path.name}: average precision, F1 with hindsight\n| | {' | '.join(CATEGORIES[:MAIN])} | mean |")
        texts = [passages.passage_text(row.context, row.text) for row in rows]
        shipped = evidence(head, encoder.embed(texts))
        print(told("what ships", shipped, rows, arguable))
        print(told("the teacher", teacher(rows).astype(float), rows, arguable))


def train(model: Path, file: Path, seed: int) -> None:
    """Train the model of a folder on the shipped examples, and write it with its head."""
    from safetensors.torch import save_file

    training = Training(open_model(model), read_examples(), TEACHER, seed)
    training.run()
    head = {f"head.{name}": tensor for name, tensor in training.head.state_dict().items()}
    state = {**training.model.module.state_dict(), **head}
    save_file({name: tensor.detach().bfloat16().contiguous() for name, tensor in state.items()}, file)


if __name__ == "__main__":
    main()
