"""Yes to a question that names it: "Was procurement involved?" "They were." states that procurement had a part."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span

ASKING = re.compile(r"^(so |and |okay |ok |right |now |but )*(did|was|were|have|has|had)\b", re.I)
NEGATED = re.compile(r"\b(not|never|nobody|without)\b|n't\b", re.I)
YES = re.compile(
    r"^\W*((oh|ah|well|um|uh|hm)\W+)*(yes|yeah|yep|yup|sure|definitely|absolutely|of course|certainly|indeed|correct"
    r"|(they|he|she|we|it|there|i) (was|were|did|do|does|had|has|have|is|are)(?! ?n[o']t))\b(?!\W+(but )?(no|not)\b)",
    re.I,
)


def may_affirm(reply: str) -> bool:
    """Tell whether a reply begins with a yes."""
    return bool(YES.match(reply))


def affirmed(question: Doc, reply: Doc) -> tuple[Doc, Span] | None:
    """Return the last question as parsed text, and the yes of the reply, if that is what it begins with."""
    asked = re.findall(r"[^.?!]+\?", question.text)
    answer = YES.match(reply.text)
    if not asked or not answer or not ASKING.match(asked[-1].strip()) or NEGATED.search(asked[-1]):
        return None
    words = reply.char_span(answer.start(3), answer.end(3), alignment_mode="expand")
    begin = question.text.rindex(asked[-1])
    last = question.char_span(begin, begin + len(asked[-1]), alignment_mode="expand")
    return (last.as_doc(), words) if last is not None and words is not None else None
