"""Names for themes in the customers' own words: a clause that says what hurts, from the most typical members."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from icp_voice.language import Language

if TYPE_CHECKING:
    import numpy as np
    import spacy
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

TYPICAL = 15
FEWEST_WORDS = 3
MOST_WORDS = 9
CANDIDATES = 60
KEYWORDS = 5

FILLERS = frozenset(
    """actually anyway basically also honestly hopefully just kinda literally like maybe obviously ok okay oh of please
    probably really right simply so still somehow sorry suddenly then though too um uh er hmm well yeah yes no hi hello
    hey thanks thank and but or because plus help some any wan na wanna""".split()
)
OPENERS = re.compile(
    r"^(?:(?:can|could|would|will) (?:you|someone|anyone) (?:please )?(?:tell me|explain|show me|let me know|give me)"
    r"|(?:please )?(?:(?:some )?help(?: me| us)?(?: to| in| with)?|tell me|explain|let me know)"
    r"|(?:(?:i|we|he|she|they)(?:'d|'m|'ve| would| am| was| were| have)? )?(?:really |just |also |been |always )*"
    r"(?:like|wants?|wanna|wanted|need(?:s|ed)?|wish|love|trying|tried|looking|wondering|wonder|think|guess|feel|believe"
    r"|mean|say|hope|suppose|gonna|going)(?: (?:to|that|if|for|about|it|like|there|you|we|know))+"
    r"|(?:i|we) (?:think|guess|feel|believe|wish|want|need|hope|suppose)|think|wish|guess|believe"
    r"|(?:i|we)(?:'ve|'m|'re| have| am| are| had| was| were)?"
    r"|there(?:'s| is| are| was| were)|it(?:'s| is| was)(?: (?:that|like))?"
    r"|(?:the )?(?:biggest|main|major|only|real|worst|best|first|other|one) (?:thing|problem|issue|pain|pain point"
    r"|challenge)(?: \w+){0,3}? (?:is|was)(?: that)?|do you know|you know|i mean|for example|(?:what|how) about"
    r"|is there (?:a|any) way to|is it possible (?:to|for me to)|how (?:do|can|should|would|could|to) (?:i|we|you)"
    r"|what (?:do|should|can) i do (?:if|when)|(?:can|could|may|should|do) (?:i|we)|what (?:is|are|was|were)|what's)\s+",
    re.I,
)
WORD = re.compile(r"[^\W\d_][\w'’-]*")
PRONOUNS = frozenset(
    "i me my we us our you your it its they them their this that these those he she his her one".split()
)
LOOSE_ENDS = frozenset({"ADP", "DET", "CCONJ", "SCONJ", "AUX", "PART", "PRON", "PUNCT", "SPACE", "INTJ", "SYM"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible name; `complete` up to 1 says how far it stands by itself."""

    text: str
    lemmas: tuple[str, ...]
    complete: float


def keywords(
    texts_by_theme: Sequence[Sequence[str]], language: Language, *, most: int = KEYWORDS
) -> list[tuple[str, ...]]:
    """Return the words that tell each theme from the others, by class-based tf-idf, in the form used most."""
    counts = [_lemma_counts(texts, language) for texts in texts_by_theme]
    forms = _forms(form for _, form in counts)
    weights = class_weights([count for count, _ in counts])
    return [
        tuple(forms[lemma] for lemma in sorted(weight, key=lambda lemma: (-weight[lemma], lemma))[:most])
        for weight in weights
    ]


def class_weights(counts: Sequence[Counter[str]]) -> list[dict[str, float]]:
    """Return c-TF-IDF per theme: share in it times log(1 + mean words per theme / all uses) (Grootendorst 2022)."""
    import math

    total: Counter[str] = Counter()
    for count in counts:
        total.update(count)
    average = sum(total.values()) / max(len(counts), 1)
    return [
        {word: n / sum(count.values()) * math.log(1 + average / total[word]) for word, n in count.items()}
        for count in counts
    ]


def names(
    texts_by_theme: Sequence[Sequence[str]],
    embed: Callable[[Sequence[str]], Matrix],
    language: Language,
    *,
    taken: Sequence[str] = (),
) -> list[str]:
    """Name each theme, given its texts with the most typical first; no two names are equal, nor equal to one `taken`.

    `embed` turns texts into unit vectors of shape (n, d).
    """
    typical = [list(dict.fromkeys(texts))[:TYPICAL] for texts in texts_by_theme]
    docs = iter(language.parse([text for texts in typical for text in texts]))
    parsed = [[next(docs) for _ in texts] for texts in typical]
    weights = class_weights([_counted(docs) for docs in parsed])
    found = [_candidates(docs) for docs in parsed]
    texts = sorted({text for texts in typical for text in texts} | {c.text for theme in found for c in theme})
    row = {text: i for i, text in enumerate(texts)}
    matrix = embed(texts)
    used = {name.casefold() for name in taken}
    result = []
    for theme, candidates in enumerate(found):
        ranked = _ranked(candidates, typical[theme], weights[theme], matrix, row)
        name = next((text for text in ranked if text.casefold() not in used), "") or _fallback(weights[theme], used)
        used.add(name.casefold())
        result.append(name)
    return result


def _ranked(
    candidates: Sequence[Candidate],
    typical: Sequence[str],
    weight: dict[str, float],
    matrix: Matrix,
    row: dict[str, int],
) -> list[str]:
    """Order the candidates: near to the theme's middle, of its telling words, and complete."""
    import numpy as np

    if not candidates:
        return []
    centre = matrix[[row[text] for text in typical]].mean(axis=0)
    near = matrix[[row[candidate.text] for candidate in candidates]] @ centre / max(float(np.linalg.norm(centre)), 1e-9)
    top = max(weight.values(), default=1.0)
    score = {}
    for candidate, closeness in zip(candidates, near, strict=True):
        telling = sum(sorted((weight.get(lemma, 0.0) / top for lemma in set(candidate.lemmas)), reverse=True)[:3]) / 3
        score[candidate.text] = round(float(closeness) + 0.35 * telling + 0.3 * candidate.complete, 4)
    return [shown(text) for text in sorted(score, key=lambda text: (-score[text], len(text), text))]


def shown(text: str) -> str:
    """Write a name in sentence case, without punctuation around it."""
    text = re.sub(r"\s+", " ", text).strip(" \t\n.,;:!?-–—\"'“”‘’()[]*•")
    letters = [letter for letter in text if letter.isalpha()]
    if len(letters) > 8 and all(letter.isupper() for letter in letters):
        text = text.lower()
    return text[:1].upper() + text[1:]


def _fallback(weight: dict[str, float], used: set[str]) -> str:
    """Build a name of telling words where no member has a clause left."""
    words = sorted(weight, key=lambda word: (-weight[word], word)) or ["other"]
    for count in range(1, len(words) + 1):
        name = shown(" and ".join([", ".join(words[: count - 1]), words[count - 1]]) if count > 1 else words[0])
        if name.casefold() not in used:
            return name
    number = 2
    while f"{shown(words[0])} ({number})".casefold() in used:
        number += 1
    return f"{shown(words[0])} ({number})"


def _candidates(docs: Sequence[spacy.tokens.Doc]) -> list[Candidate]:
    found: dict[str, Candidate] = {}
    for doc in docs:
        for span, clause in _spans(doc):
            candidate = _candidate(span, clause)
            if candidate and candidate.text.casefold() not in found:
                found[candidate.text.casefold()] = candidate
    kept = sorted(found.values(), key=lambda c: (-c.complete, c.text))[:CANDIDATES]
    return kept


def _spans(doc: spacy.tokens.Doc) -> Iterator[tuple[spacy.tokens.Span, bool]]:
    """Yield the clauses of a text, and its noun phrases with what hangs on them."""
    for token in doc:
        subtree = None
        if token.dep_ in {"ROOT", "ccomp", "xcomp", "advcl", "acl", "relcl", "conj", "pcomp", "csubj"}:
            inner = _without_clauses(token)
            subtree = doc[inner[0] : inner[-1] + 1]
            yield subtree, token.pos_ in {"VERB", "AUX"}
            whole = doc[token.left_edge.i : token.right_edge.i + 1]
            if len(whole) != len(subtree):
                yield whole, token.pos_ in {"VERB", "AUX"}
    for chunk in doc.noun_chunks:
        yield doc[chunk.start : chunk.root.right_edge.i + 1], False
        yield chunk, False


def _without_clauses(head: spacy.tokens.Token) -> list[int]:
    """Return the words of a clause without the clauses that follow it."""
    first = head.left_edge.i
    cut = head.right_edge.i + 1
    for child in head.children:
        if child.i > head.i and child.dep_ in {"conj", "cc", "advcl", "parataxis", "punct"}:
            cut = min(cut, child.left_edge.i)
    for token in head.doc[first : head.i]:
        if token.is_punct and token.head == head:
            first = token.i + 1
    return [first, max(cut - 1, head.i)]


def _candidate(span: spacy.tokens.Span, clause: bool) -> Candidate | None:
    """Trim a span to a name, or return None where nothing that could be one is left."""
    text = re.sub(r"\s+", " ", span.text).strip(" .,;:!?-–—\"'“”()[]*•")
    asked = text
    while (shorter := OPENERS.sub("", text)) != text:
        text = shorter
    tokens = [token for token in span if not token.is_space]
    words = text.split()
    kept = tokens[len(tokens) - len(_tail(tokens, text)) :]
    while kept and (kept[0].lower_ in FILLERS or kept[0].pos_ in {"PUNCT", "INTJ", "CCONJ", "SCONJ"}):
        kept = kept[1:]
    while kept and (kept[-1].pos_ in LOOSE_ENDS or kept[-1].lower_ in FILLERS):
        kept = kept[:-1]
    if not kept:
        return None
    text = span.doc[kept[0].i : kept[-1].i + 1].text
    words = WORD.findall(text)
    if not FEWEST_WORDS - (0 if clause else 1) <= len(words) <= MOST_WORDS or re.search(
        r"[?!:;()\n\[\]{}<>]|\.\s|https?", text
    ):
        return None
    lemmas = tuple(token.lemma_.lower() for token in kept if _telling(token))
    if not lemmas:
        return None
    return Candidate(text, lemmas, _complete(kept, clause, asked))


def _tail(tokens: Sequence[spacy.tokens.Token], text: str) -> Sequence[spacy.tokens.Token]:
    """Return the last tokens that make up the text that is left."""
    length = 0
    for i in range(len(tokens) - 1, -1, -1):
        if length >= len(text.replace(" ", "")):
            return tokens[i + 1 :]
        length += len(tokens[i].text)
    return tokens


def _complete(kept: Sequence[spacy.tokens.Token], clause: bool, asked: str) -> float:
    verb = any(token.pos_ in {"VERB", "AUX"} for token in kept)
    subject = any(token.dep_ in {"nsubj", "nsubjpass"} and token.lower_ not in PRONOUNS for token in kept)
    score = 0.5 + 0.2 * (verb and clause) + 0.3 * subject
    first = kept[0].lower_
    if asks(kept):
        score -= 0.5
    if first in PRONOUNS or kept[0].pos_ in {"AUX", "PART"}:
        score -= 0.4
    if kept[0].tag_ in {"WDT", "WP", "WP$", "WRB"}:
        score -= 0.6
    score -= 0.1 * sum(token.lower_ in PRONOUNS for token in kept[1:])
    score -= 0.05 * max(len(kept) - 7, 0)
    return score


def asks(kept: Sequence[spacy.tokens.Token]) -> bool:
    """Tell whether the words are a question: an auxiliary before its subject, or a question word just before them."""
    subject = next((token.i for token in kept if token.dep_ in {"nsubj", "nsubjpass", "expl"}), None)
    turned = subject is not None and any(token.pos_ == "AUX" and token.i < subject for token in kept)
    before = kept[0].nbor(-1) if kept[0].i else None
    return turned or (before is not None and before.tag_ in {"WRB", "WDT", "WP", "WP$"})


def _telling(token: spacy.tokens.Token) -> bool:
    return (
        token.pos_ in {"NOUN", "PROPN", "VERB", "ADJ", "ADV", "NUM", "X"}
        and not token.is_stop
        and len(token.text) > 1
        and bool(WORD.fullmatch(token.text))
        and token.lower_ not in FILLERS
    )


def _counted(docs: Sequence[spacy.tokens.Doc]) -> Counter[str]:
    return Counter(token.lemma_.lower() for doc in docs for token in doc if _telling(token))


def _lemma_counts(texts: Sequence[str], language: Language) -> tuple[Counter[str], Counter[tuple[str, str]]]:
    counts: Counter[str] = Counter()
    forms: Counter[tuple[str, str]] = Counter()
    for doc in language.parse(texts):
        for token in doc:
            if _telling(token):
                counts[token.lemma_.lower()] += 1
                forms[token.lemma_.lower(), token.lower_] += 1
    return counts, forms


def _forms(counts: Iterator[Counter[tuple[str, str]]]) -> dict[str, str]:
    """Return lemma -> the form of it that is used most."""
    total: Counter[tuple[str, str]] = Counter()
    for count in counts:
        total.update(count)
    forms: dict[str, str] = {}
    for (lemma, form), _ in sorted(total.items(), key=lambda item: (-item[1], item[0])):
        forms.setdefault(lemma, form)
    return forms
