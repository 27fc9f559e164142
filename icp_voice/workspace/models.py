"""Verbs about the models: which ones read the words, whether they are there, and how fast they are."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

from icp_voice.errors import IcpVoiceError, ModelError
from icp_voice.workspace.base import Base

LONGEST_TRY = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """A model: what it does, its name, where it comes from, its version, or why it cannot be used."""

    purpose: str
    name: str
    found: str = ""
    version: str = ""
    missing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelTry:
    """How a sentence was embedded: by which model on which engine, with how many numbers, in how many milliseconds.

    `opening` is how long it took before that until the model was open; 0 if it was open already.
    """

    model: str
    dimensions: int
    milliseconds: float
    opening: float


class ModelVerbs(Base):
    """Verbs about the models."""

    def models(self) -> tuple[ModelInfo, ...]:
        """Return the models that this workspace is set to, without opening any."""
        chosen = self.settings.models
        return (
            _meaning(chosen.embedding),
            _package("Sentences, grammar and names", chosen.language, chosen.language),
            _package("Engine, the fast one", "OpenVINO", "openvino"),
            _package("Engine, the reference", "PyTorch", "torch"),
        )

    def try_model(self, text: str) -> ModelTry:
        """Embed a sentence and tell the time; nothing is kept."""
        if not text.strip():
            raise IcpVoiceError("There is no sentence to try.", hint="Type one.")
        began = perf_counter()
        opened = "embedder" in self.tools.__dict__
        embedder = self.tools.embedder
        if not opened:
            embedder.embed([""])
        ready = perf_counter()
        vector = embedder.embed([text[:LONGEST_TRY]])
        done = perf_counter()
        return ModelTry(
            model=embedder.name,
            dimensions=int(vector.shape[1]),
            milliseconds=round((done - ready) * 1000, 1),
            opening=0.0 if opened else round((ready - began) * 1000, 1),
        )


def _meaning(model: str) -> ModelInfo:
    from icp_voice.embed.weights import DEFAULT, PACKAGE, find_weights

    purpose = "Meaning: themes and questions"
    try:
        folder = find_weights(model)
    except ModelError as error:
        return ModelInfo(purpose=purpose, name=model, missing=str(error))
    if folder is None:
        return ModelInfo(purpose=purpose, name=model, found="from a model hub, when it is first needed")
    if model == DEFAULT:
        return _package(purpose, model, PACKAGE)
    return ModelInfo(purpose=purpose, name=model, found=f"the folder {folder.name}")


def _package(purpose: str, name: str, package: str) -> ModelInfo:
    from importlib.metadata import PackageNotFoundError, version
    from importlib.util import find_spec

    if find_spec(package) is None:
        return ModelInfo(purpose=purpose, name=name, missing=f"Not installed: pip install {package.replace('_', '-')}")
    try:
        known = version(package.replace("_", "-"))
    except PackageNotFoundError:
        known = ""
    return ModelInfo(purpose=purpose, name=name, found=f"the package {package}", version=known)
