"""Markdown: notes with front matter, questions and answers, and transcripts with names in bold.

Sections that somebody wrote about a talk (a description, a summary) are not the talk, and a raw transcript below the
clean one is the same talk twice; both are left out with a warning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from icp_voice.ingest.dates import read_date
from icp_voice.ingest.header import About, about_from, header
from icp_voice.ingest.markup import inline, read_line
from icp_voice.ingest.pieces import END, Piece
from icp_voice.ingest.source import Source
from icp_voice.ingest.talk import document, has_names
from icp_voice.model import Document, Speaker

NAME = "Markdown"

_FRONT_MATTER_MOST: Final = 64 * 1024
_HEADING: Final = re.compile(r"\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_RAW: Final = re.compile(r"\braw\b.*\b(?:transcripts?|captions?|subtitles?|text)\b", re.I)
_TRANSCRIPT: Final = re.compile(
    r"(?:(?:full|clean|cleaned|edited|call|interview|meeting|the)\s+)*transcript(?:ion)?$", re.I
)
_ABOUT: Final = re.compile(
    r"(?:(?:ai|call|meeting|executive|short|video|episode|auto|generated|my|key|main)\s+)*"
    r"(?:descriptions?|summary|summaries|abstract|details|tl;?dr|recap|takeaways|highlights|chapters|show\s?notes|links|"
    r"metadata|attendees|participants|speakers|about|action items|next steps|outline|agenda|keywords|resources|bio)$",
    re.I,
)
_COMMENT: Final = re.compile(r"<!--.*?-->", re.S)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Section:
    title: str
    level: int
    lines: tuple[str, ...]

    @property
    def is_raw(self) -> bool:
        return bool(_RAW.search(self.title))

    @property
    def is_about(self) -> bool:
        return bool(_ABOUT.match(self.title.strip(" :")))


def matches(source: Source) -> float:
    """Likely with front matter, headings or bold names; the suffix decides between it and plain text."""
    text = source.legible
    suffix = 0.15 if source.suffix in (".md", ".markdown") else 0.0
    if re.match(r"\s*(?:\{\s*[\"}]|\[\s*\{|<(?:!doctype|html|\?xml))", text[:200], re.I):
        return 0.0
    if _front_matter(text)[0]:
        return 0.8 + suffix
    sample = text[:50_000].split("\n")
    marks = sum(bool(_HEADING.match(line)) for line in sample) + sum(line.startswith("**") for line in sample)
    return min(0.3 + 0.1 * marks, 0.6) + suffix if marks >= 2 or (marks and suffix) else suffix


def parse(source: Source) -> list[Document]:
    """Read one talk or note."""
    block, body = _front_matter(source.text)
    about = _about(block) if block else About()
    sections = _sections(_COMMENT.sub("", body) if "<!--" in body else body)
    about, sections = _preamble(about, sections)
    kept, warnings = _talk(sections)
    about = replace(about, warnings=(*about.warnings, *warnings))
    return [document(source, about, list(_pieces(kept, about)))]


# ---- front matter --------------------------------------------------------------------------------------------------


def _front_matter(text: str) -> tuple[str, str]:
    """Split the YAML between two `---` lines off the head; ("", text) when there is none."""
    text = text.lstrip("\n ")
    if not text.startswith("---\n"):
        return "", text
    end = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.M).search(text, 4, _FRONT_MATTER_MOST)
    if not end or not re.match(r"[\w\"' -]+\s*:(?:\s|$)", text[4 : end.start()].lstrip()):
        return "", text
    return text[4 : end.start()], text[end.end() :]


def _about(block: str) -> About:
    import yaml

    try:
        # Every value stays the text it is: 1:30 is no number here, and a wrong day no error.
        value = yaml.load(block, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 2}" if mark else ""
        return About(warnings=(f"the front matter could not be read{where} and was left out",))
    if not isinstance(value, dict):
        return About(warnings=("the front matter is no list of names and values and was left out",))
    return about_from((str(name), one) for name, one in value.items())


# ---- sections ------------------------------------------------------------------------------------------------------


def _sections(body: str) -> list[_Section]:
    sections: list[_Section] = []
    title, level, lines, fenced = "", 0, list[str](), False
    for line in body.split("\n"):
        if re.match(r"\s{0,3}(?:```|~~~)", line):
            fenced = not fenced
            continue
        heading = None if fenced else _HEADING.match(line)
        if heading:
            sections.append(_Section(title=title, level=level, lines=tuple(lines)))
            title, level, lines = inline(heading[2]), len(heading[1]), []
        else:
            lines.append(line)
    sections.append(_Section(title=title, level=level, lines=tuple(lines)))
    return [one for one in sections if one.title or any(line.strip() for line in one.lines)]


def _preamble(about: About, sections: list[_Section]) -> tuple[About, list[_Section]]:
    """Take the title from the first heading, and date, address and people from what stands below it."""
    title = next((one.title for one in sections if one.level == 1), "")
    about = replace(about, title=about.title or title)
    rest: list[_Section] = []
    for number, section in enumerate(sections):
        if number < 4 and not section.is_raw:
            lines = [inline(line) if line.startswith(("*", "_", "-")) else line for line in section.lines]
            stated, taken = header(lines)
            about = _merged(about, stated)
            section = replace(section, lines=section.lines[taken:])
            about, section = _sentences(about, section)
        rest.append(section)
    return about, rest


def _merged(about: About, stated: About) -> About:
    people = {one.name: one for one in stated.people} | {one.name: one for one in about.people}
    return replace(
        about,
        date=about.date or stated.date,
        url=about.url or stated.url,
        kind=about.kind or stated.kind,
        hints=tuple(dict.fromkeys((*about.hints, *stated.hints))),
        people=tuple(people.values()),
        interviewer=about.interviewer or stated.interviewer,
        author=about.author or stated.author,
        attributes={**stated.attributes, **about.attributes},
        warnings=(*about.warnings, *stated.warnings),
    )


def _sentences(about: About, section: _Section) -> tuple[About, _Section]:
    """Read sentences such as `Published on 2023-06-01` or `Interview took place on May 1, 2022`."""
    kept: list[str] = []
    for line in section.lines:
        found = re.match(
            r"(?:published|recorded|held|the |this |interview|call|meeting|took place| )+on (.{6,40})", line, re.I
        )
        asking = re.search(r"\bInterviewers? (?:is|are|was|were) ([^.]{3,80})", line) if section.is_about else None
        link = re.match(r"URL: (https?://\S+)$", line.strip())
        if found and read_date(found[1]):
            about = replace(about, date=about.date or read_date(found[1]))
        if asking and not about.interviewer:
            about = about_from([("interviewer", asking[1])]) if about == About() else _asked(about, asking[1])
        if link:
            about = replace(about, url=about.url or link[1])
        if not ((found and read_date(found[1])) or link):
            kept.append(line)
    return about, replace(section, lines=tuple(kept))


def _asked(about: About, names: str) -> About:
    stated = about_from([("interviewer", names)])
    known = {one.name for one in about.people}
    added: tuple[Speaker, ...] = tuple(one for one in stated.people if one.name not in known)
    return replace(about, people=(*added, *about.people), interviewer=stated.interviewer)


def _talk(sections: Sequence[_Section]) -> tuple[list[_Section], list[str]]:
    """Keep the sections that are the talk; with the warnings that tell what was left out."""
    raw = [one for one in sections if one.is_raw]
    clean = [one for one in sections if not one.is_raw]
    warnings: list[str] = []
    told_by_raw = False
    if raw:
        seen = _triples(" ".join(line for one in raw for line in one.lines))
        talk = [_rendering(one, seen) if one.is_about else one for one in clean]
        said = [line for one in talk for line in one.lines]
        kept, repeated = _words(said), _words(line for one in raw for line in one.lines)
        if kept >= 0.05 * repeated and _share(said, seen) >= 0.12:
            warnings.append(f'"{raw[0].title}" ({repeated} words) was left out: it repeats the {kept} words above it')
            raw, clean, told_by_raw = [], talk, True
    clean, about = _without_about(clean, told_by_raw=told_by_raw)
    if about:
        warnings.append("sections written about the talk were left out: " + ", ".join(about))
    return [*clean, *raw], warnings


def _without_about(sections: Sequence[_Section], *, told_by_raw: bool) -> tuple[list[_Section], list[str]]:
    transcript = _transcript(sections)
    if transcript:
        left = [one.title for one in sections if one not in transcript and any(map(str.strip, one.lines))]
        return transcript, [title for title in left if title]
    bodies = [one for one in sections if not one.is_about]
    if not has_names(list(_pieces(bodies, About()))) and not told_by_raw:
        return list(sections), []
    if told_by_raw:
        # The paragraphs that render the raw text are all that is left of these sections.
        return list(sections), [one.title for one in sections if one.is_about]
    return bodies, [one.title for one in sections if one.is_about and any(map(str.strip, one.lines))]


def _transcript(sections: Sequence[_Section]) -> list[_Section]:
    """Return the section called Transcript with those below it, if people are named in it."""
    for number, section in enumerate(sections):
        if section.level >= 2 and _TRANSCRIPT.match(section.title.strip(" :")):
            below = [section]
            for one in sections[number + 1 :]:
                if one.level <= section.level:
                    break
                below.append(one)
            if has_names(list(_pieces(below, About()))):
                return below
    return []


def _triples(text: str) -> frozenset[tuple[str, str, str]]:
    words = re.findall(r"\w+", text.casefold())
    return frozenset(zip(words, words[1:], words[2:], strict=False))


def _share(lines: Iterable[str], seen: frozenset[tuple[str, str, str]]) -> float:
    own = _triples(" ".join(lines))
    return len(own & seen) / len(own) if own else 0.0


def _words(lines: Iterable[str]) -> int:
    return sum(len(line.split()) for line in lines)


def _rendering(section: _Section, seen: frozenset[tuple[str, str, str]]) -> _Section:
    """Keep those paragraphs of a section about the talk that are the talk itself, as the raw text shows."""
    kept: list[str] = []
    started = False
    for paragraph in "\n".join(section.lines).split("\n\n"):
        started = started or _share([paragraph], seen) >= 0.25
        if started:
            kept += [*paragraph.split("\n"), ""]
    return replace(section, lines=tuple(kept))


# ---- lines into pieces ---------------------------------------------------------------------------------------------


def _pieces(sections: Iterable[_Section], about: About) -> Iterator[Piece]:
    for section in sections:
        yield END
        if section.title.endswith("?") and section.level > 1:
            # Notes put the question into the heading and the answer below it.
            yield _question(section.title, about)
            yield END
        before = True
        for line in section.lines:
            yield from read_line(line, first=before)
            before = not line.strip()
    yield END


def _question(title: str, about: About) -> Piece:
    if about.interviewer:
        return Piece(label=about.interviewer, text=title, source=title, timed=True)
    return Piece(text=title, source=title)
