"""What the steps work with: settings, codebook and the models, each opened when first needed."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from icp_voice.embed import Embedder, open_embedder
from icp_voice.embed.passages import open_passage_encoder
from icp_voice.language import Language
from icp_voice.settings import Codebook, Settings


class Tools:
    """Settings, codebook and models of one workspace."""

    def __init__(self, settings: Settings, codebook: Codebook, folder: Path) -> None:
        self.settings = settings
        self.codebook = codebook
        self.folder = folder

    @cached_property
    def language(self) -> Language:
        """Sentences and parses."""
        return Language(self.settings.models.language)

    @cached_property
    def embedder(self) -> Embedder:
        """Vectors of meaning, for themes and questions."""
        return open_embedder(self.settings.models.embedding, self.settings.models.engine)

    @cached_property
    def passage_encoder(self) -> Embedder:
        """Vectors of what a passage does (complains, praises, decides), for tags."""
        return open_passage_encoder(self.settings.models.engine)
