"""Who is the customer and who is us, told from what a file says of its speakers; each verdict with its reason."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from icp_voice.model import Document, Side, Speaker

OURS = re.compile(
    r"^(interviewer|moderator|host|facilitator|researcher|question|q|agent|support|us|sales ?rep|csm)( ?\d+)?$", re.I
)
THEIRS = re.compile(
    r"^(participant|interviewee|respondent|customer|client|user|answer|a|guest|requester|reviewer|p)( ?#?\d+)?$", re.I
)
INTERNAL = re.compile(r"[\[(](internal|us|host|vendor)[\])]", re.I)
EXTERNAL = re.compile(r"[\[(](external|guest|customer|client)[\])]", re.I)
BY_HAND = "settled by hand"
NAMELESS = re.compile(r"^(speaker|unknown|participant|person|spk|voice)[ _-]*[\dA-Z]*$", re.I)


@dataclass(frozen=True, slots=True)
class Sides:
    """What we know of ourselves and of the accounts when a document arrives."""

    company: str
    domains: frozenset[str]
    people: frozenset[str]
    account_domains: Mapping[str, str]
    account_names: Mapping[str, str]

    def speaker(self, speaker: Speaker) -> Speaker:
        """Return the speaker with a side where the speaker alone tells it; who we are outranks what a file supposes."""
        if ours := self._ours(speaker):
            return replace(speaker, stated=speaker.side, side=Side.VENDOR, reason=ours)
        if speaker.side is not Side.UNKNOWN:
            return replace(speaker, stated=speaker.side, reason=speaker.reason or "the file says so")
        side, reason = self._told(speaker)
        return replace(speaker, side=side, reason=reason)

    def _ours(self, speaker: Speaker) -> str:
        """Return why a speaker is one of us, or an empty string."""
        domain = (speaker.email or speaker.name).rpartition("@")[2].lower()
        if "@" in speaker.email + speaker.name and _within(domain, self.domains):
            return f"mail address at {domain}"
        return "one of our people" if self._is_ours(speaker.name) else ""

    def _told(self, speaker: Speaker) -> tuple[Side, str]:
        domain = speaker.email.rpartition("@")[2].lower()
        if domain and _within(domain, self.account_domains):
            return Side.CUSTOMER, f"mail address at {domain}"
        company = speaker.company.casefold()
        if company and company == self.company.casefold():
            return Side.VENDOR, f"works for {speaker.company}"
        if company:
            return Side.CUSTOMER, f"works for {speaker.company}"
        if INTERNAL.search(speaker.name):
            return Side.VENDOR, "marked as internal"
        if EXTERNAL.search(speaker.name):
            return Side.CUSTOMER, "marked as external"
        if OURS.match(speaker.name):
            return Side.VENDOR, f'the name "{speaker.name}" is an interviewer\'s'
        if THEIRS.match(speaker.name):
            return Side.CUSTOMER, f'the name "{speaker.name}" is an interviewee\'s'
        return Side.UNKNOWN, ""

    def _is_ours(self, name: str) -> bool:
        spoken = name.casefold()
        if spoken in self.people:
            return True
        first_names = [person.split()[0] for person in self.people if " " in person]
        return " " not in spoken and first_names.count(spoken) == 1


def resolve(document: Document, sides: Sides, settled: Mapping[str, str]) -> Document:
    """Return the document with a side for each speaker; what a person `settled` comes first.

    Where the words of a speaker do not tell, the conversation may: whoever talks with our people is the customer, and
    of two people the one who asks the questions is us. Else the side stays unknown.
    """
    named = {speaker.name for speaker in document.speakers}
    unnamed = any(not turn.speaker for turn in document.turns) and "" not in named
    everyone = (*document.speakers, *([Speaker(name="")] if unnamed else []))
    speakers = [_settled(sides.speaker(speaker), settled) for speaker in everyone]
    if not any(speaker.side is Side.VENDOR for speaker in speakers):
        speakers = _with_interviewer(document, speakers)
    if any(speaker.side is Side.VENDOR for speaker in speakers):
        speakers = [_conversing(speaker) for speaker in speakers]
    return replace(document, speakers=tuple(speakers))


def _settled(speaker: Speaker, settled: Mapping[str, str]) -> Speaker:
    side = settled.get(f"side:{speaker.name}")
    if side:
        return replace(speaker, side=Side(side), reason=BY_HAND)
    return speaker if speaker.name else replace(speaker, reason="the file does not say who speaks")


def _conversing(speaker: Speaker) -> Speaker:
    if speaker.side is not Side.UNKNOWN or speaker.reason == BY_HAND:
        return speaker
    if not speaker.name or NAMELESS.match(speaker.name):
        return speaker
    return replace(speaker, side=Side.CUSTOMER, reason="talks with our people")


def _with_interviewer(document: Document, speakers: list[Speaker]) -> list[Speaker]:
    """Of exactly two people, take the one who asks nearly all the questions for the interviewer."""
    if len(speakers) != 2 or len(document.turns) < 6:
        return speakers
    asking = {}
    for speaker in speakers:
        said = [turn.text for turn in document.turns if turn.speaker == speaker.name]
        asking[speaker.name] = sum("?" in text for text in said) / max(len(said), 1)
    interviewer, other = sorted(speakers, key=lambda speaker: -asking[speaker.name])
    if interviewer.side is Side.CUSTOMER or interviewer.reason == BY_HAND:
        return speakers
    if asking[interviewer.name] < 0.5 or asking[other.name] > 0.2:
        return speakers
    ours = replace(interviewer, side=Side.VENDOR, reason="asks the questions")
    return [ours if speaker is interviewer else speaker for speaker in speakers]


def _within(domain: str, known: Mapping[str, str] | frozenset[str]) -> bool:
    """Tell whether a domain, or one it is a part of, is known."""
    parts = domain.split(".")
    return any(".".join(parts[first:]) in known for first in range(len(parts) - 1))
