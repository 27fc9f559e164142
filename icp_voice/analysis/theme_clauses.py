"""What a theme could be called: clauses and noun phrases of its members, cut to names, with what speaks against each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import spacy

FEWEST_WORDS = 3
MOST_WORDS = 9
MOST_CHARACTERS = 100
MOST_TOKENS = 60  # of a clause: one that is longer leaves no name, whatever is cut off before it
CANDIDATES = 40
OFTEN = 0.25

FILLERS = frozenset(
    """actually also already anyway anything basically certainly especially even finally first generally honestly hopefully
    however just kinda literally like likely maybe mostly obviously oh ok okay of perhaps please probably quite really
    right second secondly simply so somehow something sometimes sorry still suddenly then therefore though um uh er
    hmm um well yeah yes hi hello hey thanks thank and but or because plus help some any wan na wanna etc overall
    personally currently usually to bit""".split()
)
OPENERS = re.compile(
    r"^(?:(?:can|could|would|will) (?:you|someone|anyone) (?:please )?(?:tell me|explain|show me|let me know|give me)"
    r"|(?:please )?(?:(?:some )?help(?: me| us)?(?: to| in| with)?|tell me|explain|let me know)"
    r"|(?:(?:i|we|he|she|they)(?:'d|'m|'ve| would| am| was| were| have)? )?(?:really |just |also |been |always )*"
    r"(?:like|wants?|wanna|wanted|need(?:s|ed)?|wish|love|trying|tried|looking|wondering|wonder|think|guess|feel|believe"
    r"|mean|say|hope|suppose|gonna|going)(?: (?:to|that|if|for|about|it|like|there|you|we|know))+"
    r"|(?:i|we) (?:think|guess|feel|believe|wish|want|need|hope|suppose)|think|wish|guess|believe"
    r"|(?:i|we)(?:'ve|'m|'re| have| am| are| had| was| were)?"
    r"|for (?:me|us|my team|our team),?|there(?:'s| is| are| was| were)|it(?:'s| is| was)(?: (?:that|like))?"
    r"|(?:the |an? )?(?:(?:biggest|main|major|only|real|worst|best|first|second|other|another|one) (?:thing|problem|issue"
    r"|pain|pain point|challenge|reason)|thing|reason)(?: \w+){0,3}? (?:is|was)(?: that)?|for (?:this|that) reason,?"
    r"|that(?:'s| is| was) (?:what|why|how|when|where|the \w+ (?:that|why|when|where))|(?:it is |it's )?because(?: of)?"
    r"|an? way to|do you know|you know|i mean|for example|(?:what|how) about"
    r"|is there (?:a|any) way to|is it possible (?:to|for me to)|how (?:do|can|should|would|could|to) (?:i|we|you)"
    r"|what (?:do|should|can) i do (?:if|when)|(?:can|could|may|should|do) (?:i|we)|what (?:is|are|was|were)|what's)\s+",
    re.I,
)
WORD = re.compile(r"[^\W\d_][\w'’-]*")
ODD = re.compile(r"[?!:;()\n\[\]{}<>*|=@#`+]|\.\s|https?|\w[/_.]\w+[/_.]")
QUOTES = re.compile('["“”„«»]')
PRONOUNS = frozenset(
    """i me my mine we us our ours you your yours it its they them their theirs this that these those he him his she her
    hers one ones""".split()
)
POINTING = frozenset(
    "it its they them their theirs this that these those he him his she her hers one ones there here such".split()
)
LEADING = frozenset({"PUNCT", "INTJ", "CCONJ", "SCONJ"})
LOOSE_ENDS = frozenset({"ADP", "DET", "CCONJ", "SCONJ", "AUX", "PART", "PRON", "PUNCT", "SPACE", "INTJ", "SYM"})
AUXILIARIES = frozenset(
    "am are be been being can could did do does had has have is may might must shall should was were will would".split()
)
AROUND = " .,;:!?-–—\"'“”()[]*•"
NEVER_LAST = FILLERS | AUXILIARIES | frozenset("since though yet".split())
ASKING = frozenset({"WDT", "WP", "WP$", "WRB"})
SUBJECTS = frozenset({"nsubj", "nsubjpass", "expl"})
CLAUSES = frozenset({"ROOT", "ccomp", "xcomp", "advcl", "acl", "relcl", "conj", "pcomp", "csubj"})
FOLLOWING = frozenset({"conj", "cc", "advcl", "parataxis", "punct"})
ARTICLES = frozenset("the a an our my your their his her its this that these those some any all".split())
WANTED = frozenset({"dobj", "obj", "prep", "xcomp", "ccomp", "attr", "acomp", "oprd", "prt", "dative"})
SPOKEN = re.compile(r"\b(?:let me|let's|you know|i mean|so to speak|as i said|if you will|or so|or something)\b", re.I)
EMPTY = frozenset("reason thing point moment".split())
ELSEWHERE = frozenset("same other another such now then here there today yesterday tomorrow".split())
COUNTED = frozenset({"DATE", "TIME", "CARDINAL", "MONEY", "PERCENT", "QUANTITY", "ORDINAL"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible name: `lemmas` are its telling words; `own` are those among them that may be one speaker's affair.

    `complete`, up to 1, says how far it stands by itself.
    """

    text: str
    lemmas: tuple[str, ...]
    own: tuple[str, ...]
    complete: float


@dataclass(frozen=True, slots=True)
class Said:
    """A text as it was parsed, its words whatever their case, and how many members of the theme say just this."""

    doc: spacy.tokens.Doc
    words: str
    times: int


def candidates(said: Sequence[Said]) -> list[Candidate]:
    """Return the possible names in the members of a theme, one for each wording."""
    found: dict[str, Candidate] = {}
    for one in said:
        for span, clause in _spans(one.doc):
            candidate = _candidate(span, clause)
            if candidate and candidate.text.casefold() not in found:
                found[candidate.text.casefold()] = candidate
    return [found[text] for text in sorted(found)]


def counted(said: Sequence[Said]) -> Counter[str]:
    """Return how often each telling word is said in a theme, by its lemma."""
    counts: Counter[str] = Counter()
    for one in said:
        for token in one.doc:
            if telling(token):
                counts[token.lemma_.lower()] += one.times
    return counts


def spread(said: Sequence[Said]) -> dict[str, float]:
    """Return the share of a theme's members that say each telling word, by its lemma."""
    held: Counter[str] = Counter()
    for one in said:
        for lemma in {token.lemma_.lower() for token in one.doc if telling(token)}:
            held[lemma] += one.times
    total = sum(one.times for one in said)
    return {lemma: count / total for lemma, count in held.items()}


def verbatim(text: str, said: Sequence[Said]) -> float:
    """Return the share of a theme's members that hold exactly these words."""
    wanted = text.casefold()
    return sum(one.times for one in said if wanted in one.words) / sum(one.times for one in said)


def telling(token: spacy.tokens.Token) -> bool:
    """Say whether a word tells what a text is about."""
    return (
        token.pos_ in {"NOUN", "PROPN", "VERB", "ADJ", "ADV", "NUM", "X"}
        and not token.is_stop
        and 1 < len(token.text) <= MOST_CHARACTERS // 2
        and bool(WORD.fullmatch(token.text))
        and token.lower_ not in FILLERS
    )


def _spans(doc: spacy.tokens.Doc) -> Iterator[tuple[spacy.tokens.Span, bool]]:
    """Yield the clauses of a text, and its noun phrases with what hangs on them."""
    for token in doc:
        if token.dep_ in CLAUSES and not _has_gap(token):
            inner = _without_clauses(token)
            subtree = doc[inner[0] : inner[-1] + 1]
            yield subtree, token.pos_ in {"VERB", "AUX"}
            whole = doc[token.left_edge.i : token.right_edge.i + 1]
            if len(whole) != len(subtree):
                yield whole, token.pos_ in {"VERB", "AUX"}
    for chunk in doc.noun_chunks:
        yield doc[chunk.start : chunk.root.right_edge.i + 1], False
        yield chunk, False


def _has_gap(head: spacy.tokens.Token) -> bool:
    """Tell whether a relative clause speaks of a thing named before it: "the people the auditor means"."""
    parts = {child.dep_ for child in head.children}
    return head.dep_ == "relcl" and "nsubj" in parts and not head.n_rights and "advmod" not in parts


def _without_clauses(head: spacy.tokens.Token) -> list[int]:
    """Return the words of a clause without the clauses that follow it."""
    first = head.left_edge.i
    cut = head.right_edge.i + 1
    for child in head.children:
        if child.i > head.i and child.dep_ in FOLLOWING:
            cut = min(cut, child.left_edge.i)
    for token in head.doc[first : head.i]:
        if token.is_punct and token.head == head:
            first = token.i + 1
    return [first, max(cut - 1, head.i)]


def _candidate(span: spacy.tokens.Span, clause: bool) -> Candidate | None:
    """Trim a span to a name, or return None where nothing that could be one is left."""
    if len(span) > MOST_TOKENS:
        return None
    kept = _opened(span)
    while kept and _is_loose(kept[-1]):
        if _heads(kept[-1], kept):
            return None
        kept = kept[:-1]
    if len(kept) > 1 and (_counts(kept[0]) or (not clause and kept[0].lower_ in ARTICLES)):
        kept = kept[1:]
    if not kept or (not clause and span.root.lemma_ in EMPTY):
        return None
    if kept[0].tag_ in ASKING or _cut_short(kept[-1]):
        return None
    text = span.doc[kept[0].i : kept[-1].i + 1].text
    words = WORD.findall(text)
    fewest = FEWEST_WORDS - (0 if clause else 1)
    if not fewest <= len(words) <= MOST_WORDS or len(text) > MOST_CHARACTERS or len(QUOTES.findall(text)) % 2:
        return None
    if ODD.search(text) or SPOKEN.search(text):
        return None
    lemmas = tuple(token.lemma_.lower() for token in kept if telling(token))
    if not lemmas:
        return None
    own = tuple(token.lemma_.lower() for token in kept if token.pos_ in {"PROPN", "NUM"} or token.ent_type_ in COUNTED)
    return Candidate(text, lemmas, own, _complete(kept, clause))


def _opened(span: spacy.tokens.Span) -> Sequence[spacy.tokens.Token]:
    """Return the tokens behind all openers and fillers."""
    kept: Sequence[spacy.tokens.Token] = [token for token in span if not token.is_space]
    while kept and not kept[-1].text.strip(AROUND):
        kept = kept[:-1]
    while kept:
        text = re.sub(r"\s+", " ", span.doc[kept[0].i : kept[-1].i + 1].text)
        rest = _behind(kept, len(_letters(text)) - len(_letters(_without_openers(text))))
        while rest and (rest[0].lower_ in FILLERS or rest[0].pos_ in LEADING or rest[0].text[0] in "'’"):
            rest = rest[1:]
        if len(rest) == len(kept):
            break
        kept = rest
    return kept


def _without_openers(text: str) -> str:
    while (rest := OPENERS.sub("", text.lstrip(AROUND))) != text:
        text = rest
    return text


def _letters(text: str) -> str:
    return text.replace(" ", "")


def _behind(tokens: Sequence[spacy.tokens.Token], length: int) -> Sequence[spacy.tokens.Token]:
    """Return the tokens that stand behind so many characters, spaces not counted."""
    for i, token in enumerate(tokens):
        if len(token.text) > length:
            return tokens[i:]
        length -= len(token.text)
    return ()


def _is_loose(last: spacy.tokens.Token) -> bool:
    """Tell whether a name cannot end with this word."""
    if last.dep_ == "prt":  # "logs people out"
        return False
    if last.dep_ in CLAUSES and any(child.tag_ in ASKING for child in last.lefts):  # "what the system does"
        return False
    return last.pos_ in LOOSE_ENDS or last.lower_ in NEVER_LAST


def _heads(last: spacy.tokens.Token, kept: Sequence[spacy.tokens.Token]) -> bool:
    """Tell whether a clause among these words hangs on the last one: without that it would break off."""
    return last.dep_ in CLAUSES and any(child.i >= kept[0].i for child in last.lefts)


def _complete(kept: Sequence[spacy.tokens.Token], clause: bool) -> float:
    verb = any(token.pos_ in {"VERB", "AUX"} for token in kept)
    subject = any(
        token.dep_ in {"nsubj", "nsubjpass"} and token.lower_ not in PRONOUNS and token.lemma_ not in EMPTY
        for token in kept
    )
    first = kept[0]
    score = 0.3 + 0.3 * (verb and clause) + 0.4 * (subject and verb and clause)
    score -= 0.5 * asks(kept)
    if _denies(kept):
        score += 0.4 * clause
    else:
        score -= 0.3 * (first.lower_ in PRONOUNS or first.pos_ in {"AUX", "PART"})
    score -= 0.3 * (first.pos_ in {"ADP", "ADV"})
    score -= 0.5 * (first.tag_ in {"VBN", "VBD"} and clause and not subject)
    score -= 0.3 * (len({token.lemma_ for token in kept if telling(token)}) < 2)
    score -= 0.1 * sum(token.lower_ in PRONOUNS for token in kept[1:])
    score -= 0.25 * sum(token.lower_ in POINTING and token.pos_ == "PRON" for token in kept)
    score -= 0.3 * any(token.ent_type_ == "PERSON" for token in kept)
    score -= _of_one_occasion(kept)
    score -= 0.15 * sum(token.text in {",", "-", "–", "—", "..."} for token in kept)
    return min(1.0, score - 0.05 * max(len(kept) - 7, 0))


def _denies(kept: Sequence[spacy.tokens.Token]) -> bool:
    """Tell whether a clause without its subject begins with what is not: "can't tell what we spend"."""
    return len(kept) > 2 and kept[0].pos_ == "AUX" and kept[1].dep_ == "neg"


def _counts(token: spacy.tokens.Token) -> bool:
    """Tell whether a number counts what follows it, so that the words say the same of many: "64 invoices", not "two weeks"."""
    return token.dep_ == "nummod" and token.ent_type_ in {"", "CARDINAL"} and token.nbor(1).tag_ == "NNS"


def _of_one_occasion(kept: Sequence[spacy.tokens.Token]) -> float:
    """Return how much words speak of one count or one moment, and so for few others."""
    first = kept[0]
    score = 0.4 * (first.like_num or first.ent_type_ in COUNTED)
    score += 0.25 * any(token.lower_ in POINTING and token.pos_ == "DET" for token in kept)
    return score + 0.2 * any(token.lower_ in ELSEWHERE for token in kept)


def _cut_short(last: spacy.tokens.Token) -> bool:
    """Tell whether words that the last one asks for were cut off: "they stopped using", "where we left"."""
    return any(child.i > last.i and child.dep_ in WANTED and not _points(child) for child in last.children) or (
        last.pos_ in {"VERB", "AUX"} and last.i + 1 < len(last.doc) and last.nbor(1).pos_ in {"PRON", "DET"}
    )


def _points(child: spacy.tokens.Token) -> bool:
    """Tell whether a preposition leads to a mere pointer: "with them"."""
    return child.dep_ == "prep" and all(one.lower_ in POINTING for one in child.children) and child.n_rights == 1


def asks(kept: Sequence[spacy.tokens.Token]) -> bool:
    """Tell whether the words are a question: an auxiliary before its subject, or a question word just before them."""
    turned = any(token.pos_ == "AUX" and _before_subject(token) for token in kept)
    before = kept[0].nbor(-1) if kept[0].i else None
    return turned or (before is not None and before.tag_ in ASKING)


def _before_subject(auxiliary: spacy.tokens.Token) -> bool:
    verb = auxiliary.head if auxiliary.dep_ in {"aux", "auxpass"} else auxiliary
    return any(child.dep_ in SUBJECTS and child.i > auxiliary.i for child in verb.children)
