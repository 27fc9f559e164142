"""What a measure works with: settings, codebook, models, and what people corrected; of a workspace, or as shipped.

What is measured on stays outside the workspace: vectors are kept in memory, and only read from the workspace's file.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from icp_voice import home
from icp_voice.embed import Embedder, embed_texts
from icp_voice.embed.passages import passage_text
from icp_voice.run import Tools
from icp_voice.run.coding import Coder, corrections, heard_beside
from icp_voice.settings import Codebook, Example, Settings, load_codebook
from icp_voice.store import Store, open_store

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]


class Ground:
    """Models and settings to measure with; `heard` is the workspace's store, if it is one's own workspace."""

    def __init__(self, tools: Tools, heard: Store | None = None) -> None:
        self.tools = tools
        self.heard = heard

    @classmethod
    def shipped(cls) -> Ground:
        """Return the settings and the codebook that a new workspace has."""
        return cls(Tools(Settings(company="nobody"), load_codebook(), home.PACKAGE))

    @property
    def codebook(self) -> Codebook:
        """The categories that are measured."""
        return self.tools.codebook

    @cached_property
    def corrections(self) -> dict[str, Example]:
        """Highlight -> what people confirmed and rejected there; empty without a workspace."""
        return corrections(self.heard) if self.heard else {}

    def coder(self, taught_by: Sequence[Example] | None = None) -> Coder:
        """Return the model as a coder, taught by all corrections, or by those given."""
        taught = tuple(self.corrections.values()) if taught_by is None else tuple(taught_by)
        own = [one for one in self.codebook.examples if not one.shipped]
        examples = [passage_text(one.context, one.text) for one in (*own, *taught)]
        self._borrow(self.tools.passage_encoder, examples)
        return Coder(self._scratch, self.tools, taught, heard_beside(self.heard) if self.heard else ())

    def embed(self, texts: Sequence[str]) -> Matrix:
        """Return the general vectors of texts, of shape (n, d)."""
        self._borrow(self.tools.embedder, texts)
        return embed_texts(self._scratch, self.tools.embedder, list(texts))

    @cached_property
    def _scratch(self) -> Store:
        return open_store(Path(":memory:"))

    def _borrow(self, embedder: Embedder, texts: Sequence[str]) -> None:
        """Read vectors that the workspace has already made."""
        if self.heard is None:
            return
        wanted = self._scratch.vectors.missing(embedder.name, texts)
        absent = set(self.heard.vectors.missing(embedder.name, wanted))
        there = [text for text in wanted if text not in absent]
        if there:
            self._scratch.vectors.put(embedder.name, there, self.heard.vectors.get(embedder.name, there))
