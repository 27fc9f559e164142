"""Labels at the head of lines: which of them are people's names, and what they tell of those people."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from icp_voice.ingest.cues import Cue, tidy
from icp_voice.model import Speaker, Turn

ROLES: Final = frozenset(
    """interviewer interviewee participant respondent moderator host cohost guest customer client agent user speaker
    audience panelist facilitator researcher narrator caller operator rep representative support vendor seller buyer
    me unknown q a answer question response""".split()
)
STAGE: Final = frozenset(
    "break music intro outro ad ads sponsor advertisement commercial pause silence applause laughter jingle".split()
)
_HEADINGS: Final = frozenset(
    """note notes example examples warning caution tip tips important reminder ps nb fyi todo update edit url link
    links source sources http https www ftp mailto date time day location place agenda topic topics subject title
    meeting summary overview introduction introductions background context description details conclusion
    conclusions discussion takeaway takeaways key point points pain action actions item items next step steps goal
    goals problem problems issue issues challenge challenges solution solutions result results outcome outcomes
    questions answers pros cons risk risks budget timeline status priority owner deadline decision decisions
    requirement requirements feature features request requests bug bugs feedback quote quotes insight insights
    observation observations finding findings recommendation recommendations section chapter part phase stage option
    options version type kind category tag tags file files path reference references total price cost costs session
    sessions development developments stack area areas consideration considerations concept concepts definition
    definitions approach attempt attempts method methods reason reasons benefit benefits caveat caveats hint fact
    facts rule rules theme themes transcript recording duration attendees participants speakers panelists people
    present account company organisation organization industry revenue size region contact email phone website
    competitor competitors tool tools product products process workflow team teams scale scenario scenarios comment
    comments remark remarks conversation interview call survey origin licence license language transcribed published
    recorded method state parent trigger triggers renewal plan plans pricing contract training demo trial impact
    root cause severity environment expected actual""".split()
)
_FUNCTION_WORDS: Final = frozenset(
    """the this that these those my our your his her their its we it he she they there here what why how when where
    who which first second third fourth last final finally also then so but and or because if for from with about on
    in at to of as is are was were do did does have has had not no yes yeah yep nope well okay ok right sure thanks
    thank please hello hi hey basically actually remember look listen anyway again plus meaning namely ie eg now
    today tomorrow yesterday another one two three more most some all both every each true false correct wrong good
    bad great""".split()
)
_NEVER: Final = _HEADINGS | _FUNCTION_WORDS
_SURNAMES: Final = frozenset("price day good".split())  # headings that are surnames too
_DEPARTMENTS: Final = frozenset("sales marketing finance operations support staff procurement".split())
_PARTICLES: Final = frozenset(
    "van von der den de da di du del della dos das la le el al bin ibn ben y e of the".split()
)
_ROLE_WORDS: Final = frozenset(
    """manager director officer head lead leader engineer controller president vp svp evp ceo cfo cto coo cio cmo
    cro cpo ciso founder cofounder owner partner analyst consultant architect developer designer researcher
    scientist specialist coordinator administrator admin assistant associate accountant bookkeeper buyer procurement
    executive ae csm chief clerk supervisor interviewer moderator host guest external organizer organiser recruiter
    marketer teacher nurse doctor professor student planner sales marketing finance operations support intern
    principal staff senior technician customer vendor unverified he/him she/her they/them""".split()
)
_EMAIL = re.compile(r"<?([\w.+'-]+@[\w-]+(?:\.[\w-]+)+)>?")
_LABEL = re.compile(r"(?:>>|-)?\s*(?P<name>[^\W_][^:：\[\]<>|\t!?;\"“”{}*=]{0,59}?)\s*(?::(?=\s|$)|：)\s*(?P<text>.*)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A label seen at the head of a line, which may be a speaker's name.

    `timed`: a time stands beside it; `strong`: it is set in bold; `bare`: it is the whole line, and nothing else speaks
    for a name; `listed`: it heads an item of a list; `idle`: no words follow it.
    """

    label: str
    timed: bool = False
    strong: bool = False
    bare: bool = False
    listed: bool = False
    idle: bool = False


def named(cues: Sequence[Cue]) -> list[Cue]:
    """Take `Name: text` at the head of lines as the speaker, where the file names nobody otherwise.

    Recorders that write names so write them when the speaker changes: a cue without one goes on with the last.
    """
    if any(cue.speaker for cue in cues):
        return list(cues)
    lines = [(cue, line.strip()) for cue in cues for line in cue.text.split("\n") if line.strip()]
    heads = [_LABEL.match(line) for _, line in lines]
    sightings = [Sighting(label=head["name"], idle=not head["text"]) for head in heads if head]
    names = names_among(sightings, lines=len(lines))
    found: list[Cue] = []
    speaker = ""
    spelled: dict[str, str] = {}
    for (cue, line), head in zip(lines, heads, strict=True):
        if head and key(head["name"]) in names:
            speaker, line = spelled.setdefault(key(head["name"]), tidy(head["name"])), head["text"]
        found.append(replace(cue, text=line, speaker=speaker))
    return found if names else list(cues)


def speakers_of(turns: Iterable[Turn], people: Iterable[Speaker] = ()) -> tuple[Speaker, ...]:
    """Each speaker once, in order of appearance, with what `people` says of them; then the people who never spoke."""
    known = {key(one.name): one for one in people if one.name}
    firsts: dict[str, list[str]] = {}
    for name in known:
        firsts.setdefault(name.split()[0], []).append(name)
    found: dict[str, Speaker] = {}
    heard: set[str] = set()
    for name in dict.fromkeys(turn.speaker for turn in turns if turn.speaker):
        same = key(name)
        if same not in known and len(firsts.get(same, ())) == 1:
            same = firsts[same][0]
        heard.add(same)
        label, stated = person(name), known.get(same, Speaker(name=""))
        role, company = stated.role or label.role, stated.company or label.company
        found[name] = replace(stated, name=name, role=role, company=company)
    return (*found.values(), *(one for same, one in known.items() if same not in heard))


@lru_cache(maxsize=4096)
def key(name: str) -> str:
    """Return what makes two spellings of a label one name."""
    return person(name).name.casefold()


@lru_cache(maxsize=4096)
def person(label: str, *, listed: bool = False) -> Speaker:
    """Read `Ana`, `Ana (Acme)`, `Ana Reyes (Acme, CFO)`, `Ana Reyes, CFO, Acme` or `Ana <ana@acme.example>`.

    In a list of people (`listed`) what follows a comma is a company or a job; at the head of a line only a job is
    told from `Reyes, Ana`.
    """
    email = _EMAIL.search(label)
    rest = label.replace(email[0], " ", 1) if email and email[0] != label.strip() else label
    inside = re.search(r"\(([^()]*)\)", rest)
    if inside:
        rest = rest.replace(inside[0], " ", 1)
    name, *parts = [tidy(part) for part in re.split(r",|\s[-–—|]\s", rest)]
    if parts and not listed and not any(is_role(part) for part in parts):
        name, parts = tidy(rest), []
    hints = [tidy(part) for part in re.split(r"[,;]", inside[1])] if inside else []
    company, role = _company_and_role([part for part in hints if part], company_first=True)
    if not (company or role):
        company, role = _company_and_role([part for part in parts if part], company_first=False)
    return Speaker(name=name or tidy(label), role=role, company=company, email=email[1].lower() if email else "")


def is_role(text: str) -> bool:
    """Whether words such as `Head of Finance` tell a job rather than a company."""
    return not _ROLE_WORDS.isdisjoint(re.split(r"[\s.&-]+", text.casefold()))


def _company_and_role(parts: list[str], *, company_first: bool) -> tuple[str, str]:
    if not parts:
        return "", ""
    if len(parts) == 1:
        return ("", parts[0]) if is_role(parts[0]) else (parts[0], "")
    first, second = parts[0], parts[1]
    if is_role(first) != is_role(second):
        company_first = is_role(second)
    return (first, second) if company_first else (second, first)


def is_stage(label: str) -> bool:
    """Whether a label such as `Break` or `Music` marks what happens, not who speaks."""
    return label.casefold().strip() in STAGE


def names_among(sightings: Sequence[Sighting], *, lines: int, known: Collection[str] = ()) -> set[str]:
    """Return the keys of those labels that are names, judged over the whole file of so many `lines`.

    A name recurs, or stands beside a time, or is `known` from the file's head; a label seen once counts when the file
    is a dialogue anyway, when it shares its first name with a speaker, or when nearly every line has a label.
    """
    able = [one for one in sightings if _could_be(one.label)]
    stated = _Kin(key(name) for name in known)
    firm = {key(one.label) for one in able if stated.has(key(one.label)) or _is_timed_name(one)}
    firm |= _recurring([one for one in able if not one.bare and not one.listed])
    for kind in ("bare", "listed"):
        group = _recurring([one for one in able if getattr(one, kind) and _titled(one.label)])
        firm |= group if len(group) >= 2 else set()
    once = [one for one in able if not (one.bare or one.idle) and _titled(one.label)]
    dense = sum(not one.listed for one in once) >= 0.6 * lines
    kin, speakers = _Kin(firm), len(firm)
    for one in once:
        in_talk = dense or speakers >= (1 if one.strong else 2) or _is_role_label(one.label)
        if kin.has(key(one.label)) or (in_talk and not one.listed):
            firm.add(key(one.label))
    return firm


def _is_timed_name(one: Sighting) -> bool:
    return one.timed and not one.idle and (_titled(one.label) or _single(one.label))


class _Kin:
    """Names, and who is one of them by the first name alone."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = {name for name in names if name}
        self.firsts = {name.split()[0] for name in self.names}

    def has(self, name: str) -> bool:
        """Whether a name is among these, or one of the two is the other's first name."""
        first, *more = name.split() or [""]
        return name in self.names or (first in self.names if more else first in self.firsts)


def _recurring(sightings: Sequence[Sighting]) -> set[str]:
    counts = Counter(key(one.label) for one in sightings if _titled(one.label) or _single(one.label))
    idle = Counter(key(one.label) for one in sightings if one.idle)
    return {name for name, count in counts.items() if count >= 2 and idle[name] < count}


def _words(label: str) -> list[str]:
    return person(label).name.split()


def _could_be(label: str) -> bool:
    words = _words(label)
    plain = [word.casefold().strip(".'’") for word in words]
    if not 1 <= len(words) <= 5 or is_stage(label) or not any(letter.isalpha() for letter in label):
        return False
    if sum(word[:1].isdigit() for word in words) >= 2:
        return False
    if len(words) == 1 and (len(plain[0]) == 1 or plain[0] in ROLES):
        return True
    if len(words) >= 2 and plain[-1] in _ROLE_WORDS - _DEPARTMENTS:
        return plain[0] not in _FUNCTION_WORDS
    allowed = _PARTICLES | _SURNAMES if len(words) >= 2 else frozenset()
    return plain[0] not in _NEVER and all(word not in _NEVER or word in allowed for word in plain[1:])


def _titled(label: str) -> bool:
    words = _words(label)
    if _is_role_label(label):
        return True
    head, *tail = words
    return _capital(head) and all(_capital(word) or word in _PARTICLES or word[0].isdigit() for word in tail)


def _capital(word: str) -> bool:
    first = word.lstrip("'’\"")[:1]
    return first.isupper() or first.istitle() or (first.isalpha() and first.lower() == first.upper())


def _single(label: str) -> bool:
    """One word, or a word and a number, whatever its letters: `ana_k`, `speaker 1`."""
    words = _words(label)
    return len(words) == 1 or (len(words) == 2 and words[1].lstrip("#").isdigit())


def _is_role_label(label: str) -> bool:
    words = re.findall(r"[^\W\d_]+", person(label).name.casefold())
    if not words or len(words) > 2:
        return False
    return words[0] in ROLES and (len(words) == 1 or words[1] in ROLES or words[1] == "member")
