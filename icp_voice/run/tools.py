"""What the steps work with: settings, codebook and the models, each opened when first needed."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
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
        self._encoders: Future[tuple[Embedder, Embedder]] | None = None

    def anew(self, settings: Settings, codebook: Codebook) -> Tools:
        """Return the tools of other settings or another codebook; models that stay the same stay open."""
        tools = Tools(settings, codebook, self.folder)
        if settings.models == self.settings.models:
            tools._encoders = self._encoders
            for name in ("language", "embedder", "passage_encoder"):
                if name in self.__dict__:
                    tools.__dict__[name] = self.__dict__[name]
        return tools

    @cached_property
    def language(self) -> Language:
        """Sentences and parses."""
        return Language(self.settings.models.language)

    def get_ready(self) -> None:
        """Open all models, the encoders in a thread of their own beside the language model: new words need them all."""
        if self._encoders is None and not {"embedder", "passage_encoder"} & set(self.__dict__):
            pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="encoders")
            self._encoders = pool.submit(self._opened)
            pool.shutdown(wait=False)
        self.language.open()

    def _opened(self) -> tuple[Embedder, Embedder]:
        opened = self._open_embedder(), self._open_passage_encoder()
        for encoder in opened:
            encoder.embed([""])  # an engine is made ready when it is first asked
        return opened

    def _open_embedder(self) -> Embedder:
        return open_embedder(self.settings.models.embedding, self.settings.models.engine)

    def _open_passage_encoder(self) -> Embedder:
        return open_passage_encoder(self.settings.models.engine)

    @cached_property
    def embedder(self) -> Embedder:
        """Vectors of meaning, for themes and questions."""
        return self._encoders.result()[0] if self._encoders else self._open_embedder()

    @cached_property
    def passage_encoder(self) -> Embedder:
        """Vectors of what a passage does (complains, praises, decides), for tags."""
        return self._encoders.result()[1] if self._encoders else self._open_passage_encoder()
