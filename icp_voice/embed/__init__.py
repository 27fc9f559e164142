"""Sentences as vectors: the Embedder protocol, the default model on two engines, and the cache in front of them."""

from icp_voice.embed.cache import embed_texts
from icp_voice.embed.embedder import Embedder, open_embedder

__all__ = ["Embedder", "embed_texts", "open_embedder"]
