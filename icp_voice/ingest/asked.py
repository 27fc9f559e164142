"""What a form asks of the person who fills it in: the name, the company, the job, the mail address.

Forms ask in a few words of their own: `Your name *`, `3. Company / Organisation`, `Which company do you work for?`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_WORDS: Final[Mapping[str, str]] = {
    "respondent": "name|full name|first and last name|first name and last name|first & last name|name and surname|"
    "first and surname|complete name|respondent name|respondent's name|participant name|participant's name|"
    "interviewee name|interviewee's name|contact person|contact name|name of respondent|name of participant",
    "account": "company|company name|company's name|organisation|organization|organisation name|organization name|"
    "employer|employer name|business name|name of company|name of organisation|name of organization|"
    "name of employer|name of business|company you work for|company you work at|organisation you work for|"
    "organization you work for|company you represent|organisation you represent|organization you represent|"
    "company or organisation name|company or organization name",
    "role": "role|job title|job role|position|designation|job position|job function|current role|current position|"
    "current job title|occupation|role in company|role at company|role in organisation|role in organization|"
    "role at organisation|role at organization|position in company|position at company|role within company",
    "email": "email|e-mail|email address|e-mail address|mail address|work email|work email address|business email|"
    "business email address|contact email",
}
# What is only about the one who answers where the heading says so: `Your title`, and not `Title`.
_YOURS: Final[Mapping[str, str]] = {"account": "business|firm|workplace", "role": "title|job|function|job level"}
_KEYS: Final = {word: meaning for meaning, words in _WORDS.items() for word in words.split("|")}
_YOUR_KEYS: Final = {word: meaning for meaning, words in _YOURS.items() for word in words.split("|")}

_NUMBER: Final = re.compile(r"(?:q(?:uestion)?\s?)?\d{1,3}(?:\s*[.):–-]\s*|\s+)", re.I)
_ASIDE: Final = re.compile(
    r"\((?:optional|required|if any|if applicable|mandatory)\)|\{\{[^{}]*\}\}|\[Field-[^\]]*\]", re.I
)
_ASKING: Final = re.compile(
    r"(?:(?:please|kindly)\s+)?(?:(?:enter|state|provide|give|add|write|type|fill in|specify|indicate|tell|share|confirm)"
    r"(?: us| me)?(?: with)?|what(?:'s| is| was)|may we (?:have|know|ask)|can we have)\s+",
    re.I,
)
_YOUR: Final = re.compile(r"\b(?:your|the|you)\b", re.I)
_IN_A_SENTENCE: Final = (
    ("role", re.compile(r"\byour\b.{0,20}\b(role|job|title|position)\b|\bjob title\b", re.I)),
    ("email", re.compile(r"\be-?mail\b", re.I)),
    ("respondent", re.compile(r"\b(your|full) name\b", re.I)),
    (
        "account",
        re.compile(
            r"\bname of (?:your|the) (?:company|organi[sz]ation|employer)\b|"
            r"\b(?:which|what) (?:company|organi[sz]ation|employer)\b.{0,20}\b(?:you|your)\b|"
            r"\byour (?:company|organi[sz]ation|employer)(?:['’]s)? (?:name|called)\b",
            re.I,
        ),
    ),
)


def asked_of(heading: str) -> str:
    """Return `respondent`, `account`, `role` or `email` where a heading asks for nothing else; else an empty string."""
    text = _ASIDE.sub(" ", heading.replace("’", "'")).strip(" *:?.!-–\t")
    text = _NUMBER.sub("", text, count=1) if _NUMBER.match(text) else text
    text = _ASKING.sub("", text, count=1) if _ASKING.match(text) else text
    yours = bool(re.search(r"\byour\b", text, re.I))
    text = re.sub(r"\s\d$", "", text)  # the second column of a name
    plain = _plain(_YOUR.sub(" ", text) if "you " not in f"{text} ".lower() else re.sub(r"\b(your|the)\b", " ", text))
    known = {**_KEYS, **(_YOUR_KEYS if yours else {})}
    if plain in known:
        return known[plain]
    parts = [part.strip() for part in re.split(r"\s*[/,|&]\s*|\s+(?:or|and)\s+", plain)]
    meanings = {{**known, "title": "role"}.get(part, "") if len(parts) > 1 else "" for part in parts}
    return meanings.pop() if len(meanings) == 1 else ""


def asked_in(question: str) -> str:
    """Return what a question asks for in a sentence such as `Hi, what's your name?`."""
    return next((meaning for meaning, pattern in _IN_A_SENTENCE if pattern.search(question)), "")


def _plain(text: str) -> str:
    return " ".join(text.casefold().strip(" *:?.!-–").split())
