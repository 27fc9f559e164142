"""What a question asks for, once the asker's manner of asking is taken off: its subject, its key terms, its persons."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from icp_voice.language import Language

if TYPE_CHECKING:
    import spacy

# Who is meant by "they all": naming them narrows nothing down.
EVERYBODY = frozenset(
    """account anybody anyone attendee buyer client colleague company customer everybody everyone folk group guy
    interviewee member meeting one participant people person prospect respondent somebody someone speaker team they
    user we you""".split()
)
# Words that say how something is asked or spoken of, wherever in a question they stand.
ASKING = frozenset(
    """about accord answer ask aspect attitude be become can chat comment conclude conclusion consider could current
    decision describe detail discuss discussion do elaborate emphasise emphasize everything exactly explain
    explanation get give go happen have hear hold idea include introduction involve issue kind know let like look
    main make matter mean meeting mention mind need opinion other outline overall perceive point possible
    presentation problem put reach reason recap regard relate respect review say see several should show
    some speak state suggest suggestion summarise summarize summary take talk tell thing think thought topic towards
    try use various view want way will would""".split()
)
CARRYING = frozenset(("NOUN", "PROPN", "VERB", "ADJ", "NUM", "X"))
ENDINGS = ("ingly", "edly", "ings", "ing", "ied", "ies", "ed", "es", "s", "ly")
SPEECH = (
    "think|thought|say|said|tell|told|feel|felt|believe|discuss(?:ed)?|talk(?:ed)?|mention(?:ed)?|suggest(?:ed)?|"
    "propose[d]?|complain(?:ed)?|report(?:ed)?|want(?:ed)?|like[d]?|dislike[d]?|love[d]?|hate[d]?|express(?:ed)?|"
    "agree[d]?|disagree[d]?|know|knew|mean|meant|describe[d]?|explain(?:ed)?|elaborate[d]?|decide[d]?|hear|heard"
)
_OPENINGS = (
    r"(?:please\s+)?(?:can|could|would)\s+you\s+(?:please\s+)?",
    r"please\s+",
    r"i\s+(?:want|would\s+like|'d\s+like|need)\s+to\s+(?:know|hear|find\s+out|understand)\s+(?:about\s+)?",
    r"(?:summari[sz]e|describe|outline|recap|explain|list|show(?:\s+me)?|tell\s+(?:me|us)|give(?:\s+me)?|find|search\s+for)"
    r"\s+(?:all\s+|everything\s+|an?\s+)?",
    r"(?:the|their|all|any|a|an|some)?\s*(?:(?P<who>[\w.-]+(?:\s[\w.-]+){0,3})'s?\s+)?(?:whole\s+|main\s+|brief\s+|final\s+|general\s+|overall\s+)?"
    r"(?:summar(?:y|ies)|overview|recap|discussions?|debates?|conversations?|talks?|thoughts?|opinions?|views?|ideas?|"
    r"attitudes?|conclusions?|decisions?|arguments?|feedback|comments?|reasons?|introductions?|explanations?|"
    r"descriptions?|details?|questioning|evaluations?|reviews?|perceptions?|presentations?|suggestions?|proposals?)"
    r"\s+(?:of|on|about|for|regarding|concerning|over|towards?|around|behind)\s+",
    r"what(?:'s|\s+is|\s+was|\s+were|\s+are)\s+(?:being\s+)?(?:said|discussed|mentioned|concluded|"
    r"decided|agreed|agreed\s+upon)\s+(?:about|on|regarding|concerning)\s+",
    r"(?:what|how|why)\s+(?:do|does|did|didn't|don't|doesn't|would|will|can|could|have|has|had)\s+(?P<who>.{1,60}?)\s+"
    rf"(?:{SPEECH})(?:\s+(?:about|of|on|over|regarding|concerning|towards?|to|with|that|when\s+it\s+came\s+to))?\s+",
    r"what(?:'s|\s+is|\s+was|\s+were|\s+are)\s+(?=the\b|their\b|a\b|an\b)",
    r"(?:is|are|was|were)\s+there\s+(?:anything|something|any|a|an|some)\s+",
    r"(?:what|how|why|who|when|where|which)\s+"
    r"(?:do|does|did|is|are|was|were|has|have|had|would|will|can|could|should)\s+",
    r"(?:do|does|did|is|are|was|were|has|have|had)\s+(?=\w+\s+\w+)",
    r"(?:about|on|regarding|concerning)\s+",
)
_OPENING = tuple(re.compile(rf"^\s*{opening}", re.I) for opening in _OPENINGS)
# "Why did Marketing ...", "What attitude did Ann Lee ...": one who is written large, whatever they did.
_ONE = re.compile(
    r"^\s*(?:(?i:what|which|how|why)(?:\s+\w+){0,3}\s+)?(?i:do|does|did|didn't|don't|doesn't)\s+(?:the\s+)?"
    r"(?P<who>[A-Z][\w.'-]*(?:\s+(?:(?:and|at|from|of)\s+)?[A-Z][\w.'-]*)*)\s+(?=\S)"
)
_DID = re.compile(
    rf"^(?:{SPEECH}|hold|held|have|had|give|gave|make|made|raise[d]?|put\s+forward|come\s+up\s+with|recommend(?:ed)?|"
    r"introduce[d]?|present(?:ed)?|respond(?:ed)?|react(?:ed)?|argue[d]?)"
    r"(?:\s+(?:about|of|on|over|regarding|concerning|towards?|to|with|that|when\s+it\s+came\s+to))?\s+",
    re.I,
)
_SETTING = re.compile(
    r"[,\s]+(?:(?:when|while|during|in)\s+(?:they\s+(?:were\s+)?|it\s+came\s+to\s+)?(?:the\s+)?"
    r"(?:discuss(?:ing|ed|ion)|talk(?:ing|ed)?|debat(?:ing|e)|talks|(?<=when\s)\w+ing|(?<=while\s)\w+ing)"
    r"(?:\s+(?:about|of|on|over|with))?)\s+(?P<setting>.+)$",
    re.I,
)
# Who is asked about, where a question is about customers as a whole, whatever they are called.
_CUSTOMERS = re.compile(
    r"\b(?:(?:our|the|these|those|your|most|many)\s+)?(?:they|them|you|users?|clients?|people|buyers?|companies|accounts?|customers?"
    r"|somebody|someone|anyone|everybody|everyone)\b",
    re.I,
)
_THEIRS = re.compile(r"\b(?:their|your)\b", re.I)
_PRODUCT = re.compile(r"\b(?:us|(?:the|our)\s+product)\b", re.I)
_NAME = re.compile(r"\b(?:[A-Z][\w.'-]*)(?:\s+(?:[A-Z][\w.'-]*|(?:of|de|van|von)\b))*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as it is searched for.

    `focus` is the text to embed: the question without its opening ("What do customers say about"). `setting` is the
    wider subject that a question may name ("when discussing the budget"), else empty. `terms` are the words that carry
    the subject, in small letters, the first mention first; `setting_terms` those of the setting alone. `persons` are
    names and roles that may be speakers, `asked` the one whose words are wanted ("What did Ann think"), else empty.
    `things` are the nouns among all terms: what it asks about, rather than what is done with it.
    """

    text: str
    focus: str
    setting: str = ""
    terms: tuple[str, ...] = ()
    setting_terms: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    asked: str = ""
    things: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, str]:
        """The two texts to embed: the focus, and the setting or once more the focus."""
        return self.focus, self.setting or self.focus

    @property
    def all_terms(self) -> tuple[str, ...]:
        """The terms of the question and of its setting, each once."""
        return tuple(dict.fromkeys((*self.terms, *self.setting_terms)))

    @classmethod
    def read(cls, text: str, language: Language) -> Question:
        """Read one question; see `read_all`."""
        return cls.read_all([text], language)[0]

    @classmethod
    def read_all(cls, texts: Iterable[str], language: Language) -> list[Question]:
        """Read questions, parsed together."""
        cleaned = [" ".join(text.replace("\u2019", "'").split()) for text in texts]
        return [_read(text, doc) for text, doc in zip(cleaned, language.parse(cleaned), strict=True)]


def _read(text: str, doc: spacy.tokens.Doc) -> Question:
    setting = _SETTING.search(text)
    body = text[: setting.start()] if setting else text
    focus, asked = _opened(body)
    if setting and _only_a_name(focus, asked):  # "Why did Ann disagree with Bob when discussing the budget?"
        body, focus = text, setting["setting"].rstrip(" ?.!")
        setting = None
    named = frozenset(re.findall(r"\w+", asked.lower()))
    begin, end = len(body.rstrip(" ?.!")) - len(focus), len(body)
    wider = setting.start("setting") if setting else len(text)
    return Question(
        text=text,
        focus=focus or body,
        setting=setting["setting"].rstrip(" ?.!") if setting else "",
        terms=_terms((token for token in doc if begin <= token.idx < end), named) or _terms(doc, named),
        setting_terms=_terms((token for token in doc if token.idx >= wider), named),
        persons=_persons(text, asked),
        asked=asked,
        things=_terms((token for token in doc if token.pos_ in {"NOUN", "PROPN"}), named),
    )


def _opened(body: str) -> tuple[str, str]:
    """Return the body without its openings, and who is asked about by them."""
    focus, asked = body.rstrip(" ?.!"), ""
    one = _ONE.match(focus)
    if one and _asked(one["who"]):
        did = _DID.match(focus[one.end() :])
        asked, focus = one["who"], focus[one.end() + (did.end() if did else 0) :]
    changed = True
    while changed:
        changed = False
        for opening in _OPENING:
            match = opening.match(focus)
            if match and len(focus) - match.end() >= 3:
                who = match.groupdict().get("who") or ""
                asked = asked or _asked(who)
                focus = focus[match.end() :]
                changed = True
                break
    return focus, asked


def _only_a_name(focus: str, asked: str) -> bool:
    """Tell whether nothing but persons is left to look for."""
    names = [re.sub(r"^(?:the|and)\s+", "", part) for part in re.split(r"\s+(?=and\b)|,\s*", focus.strip())]
    return bool(asked) and all(_NAME.fullmatch(re.sub(r"'s?$", "", name)) and not name.isupper() for name in names)


def _asked(who: str) -> str:
    """Return a name or role, or nothing if everybody is meant."""
    bare = re.sub(r"^(?:the|our|their|all|all the|some|any)\s+", "", who.strip(), flags=re.I)
    words = [word.lower().rstrip("s") for word in bare.split()]
    everybody = [word in EVERYBODY for word in words]
    nobody = all(everybody) or (any(everybody) and bare[0].islower())
    return "" if nobody or len(words) > 5 else bare


def _persons(text: str, asked: str) -> tuple[str, ...]:
    """Return what may be the name of a speaker: `asked`, and capitalised words within the sentence."""
    found = [asked] if asked else []
    for match in _NAME.finditer(text):
        name = re.sub(r"'s?$", "", match.group())
        if match.start() > 0 and name.lower() not in EVERYBODY and name != "I" and name not in found:
            found.append(name)
    return tuple(found)


def _terms(tokens: Iterable[spacy.tokens.Token], named: frozenset[str]) -> tuple[str, ...]:
    """Return the words that carry a subject, as they are written but small; each stem once."""
    terms: dict[str, str] = {}
    for token in tokens:
        term, lemma = token.lower_.strip("'-."), token.lemma_.lower()
        carries = token.pos_ in CARRYING and not token.is_stop and len(term) > 1 and term not in named
        compound = token.dep_ == "compound" or any(child.dep_ == "compound" for child in token.children)
        if carries and lemma not in ASKING and (compound or lemma not in EVERYBODY):
            terms.setdefault(_stem(term), term)
    return tuple(terms.values())


def of_customers(text: str) -> str:
    """Return a question with one word for customers and one for the product: however these are called, it asks the same."""
    told = _CUSTOMERS.sub("customers", _THEIRS.sub("customers'", text))
    return _PRODUCT.sub("the product", told)


def stems(text: str) -> list[str]:
    """Return the words of a text without their commonest English endings, for comparing, not for showing."""
    return [_stem(word) for word in re.findall(r"[^\W_]+", text.lower())]


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    ending = next((e for e in ENDINGS if word.endswith(e) and len(word) - len(e) >= 3), "")
    stem = word[: len(word) - len(ending)] + ("y" if ending in {"ied", "ies"} else "")
    stem = stem[:-1] if stem.endswith("e") and len(stem) > 3 else stem
    return stem[:-1] if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "lsz" else stem
