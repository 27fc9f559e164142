"""A view as SQL: the conditions under which a highlight belongs to it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from icp_voice.model import View
from icp_voice.store.redactions import HELD
from icp_voice.store.search import Search

FILES = "files"
# What a view asks of documents; the rest it asks of highlights.
OF_DOCUMENTS = ("account_tag", "account", "kind", "source", "document", "since", "until", "attributes")
OF_HIGHLIGHTS = ("category", "theme", "role", "speaker", "words")


@dataclass(frozen=True, slots=True)
class Names:
    """The SQL that differs with the tables that are read; `words`, `category` and `theme` take a parameter.

    A highlight is of a theme while it holds the theme's category.

    `owner` is compared with many accounts: where that is looked up for each highlight, an index on it only costs time.
    """

    owner: str
    coded: str
    category: str
    theme: str
    source: str
    words: str


# A word that may not be read is not found either.
READABLE = f"""not exists (select 1 from redaction where redaction.document = said.document and redaction.key = said.key
        and {HELD}
        and stem.offset >= words_before(said.text, redaction.start)
        and stem.offset < word_count(substr(said.text, 1, redaction.end)))"""
# The tables themselves, joined as `Highlights.select` joins them.
LIVE = Names(
    owner="document.account",
    coded="highlight.id in (select highlight from held_tag)",
    category="highlight.id in (select highlight from held_tag where category = :category)",
    theme="""highlight.id in (select member.highlight from theme_member as member
      where member.theme = :theme and exists (select 1 from held_tag as held
        where held.highlight = member.highlight and held.category = member.category))""",
    source="coalesce((select min(source) from source_record where source_record.file = document.file), 'files')",
    words=f"""highlight.id in (select held.id from temp.turn_stem as stem cross join turn as said on said.rowid = stem.doc
      cross join highlight as held on held.document = said.document and held.turn = said.position
        and stem.offset >= word_count(substr(said.text, 1, held.start))
        and stem.offset < word_count(substr(said.text, 1, held.end))
      where stem.term = :{{stem}} and {READABLE})""",
)
# What is kept ready for pages.
READY = Names(
    owner="+document.account",
    coded="highlight.score is not null",
    category="highlight.id in (select id from page_tag where category = :category)",
    theme="""highlight.id in (select member.highlight from theme_member as member
      join page_tag as held on held.id = member.highlight and held.category = member.category
      where member.theme = :theme)""",
    source="document.source",
    words=f"""highlight.id in (select held.id from temp.turn_stem as stem cross join turn as said on said.rowid = stem.doc
      cross join page_highlight as held on held.document = said.document and held.turn = said.position
        and stem.offset >= held.first and stem.offset < held.last
      where stem.term = :{{stem}} and {READABLE})""",
)
SPOKEN = "(highlight.document, highlight.turn) in (select document, position from turn where speaker = :speaker)"
HELD_BY = """(highlight.document, highlight.turn) in (
  select said.document, said.position from speaker as who
    cross join turn as said on said.document = who.document and said.speaker = who.name
    where lower(who.role) = lower(:role)
  union all select said.document, said.position from known_role as known
    cross join document as heard on heard.account = known.account
    cross join speaker as who on who.document = heard.id and who.name = known.name and who.role = ''
    cross join turn as said on said.document = who.document and said.speaker = who.name
    where lower(known.role) = lower(:role))"""


def conditions(db: Database, view: View, names: Names = LIVE) -> tuple[str, dict[str, object]]:
    """Return the `where` conditions of a view and their parameters.

    They speak of the tables `highlight` and `document`; what is asked of documents alone speaks of `document` alone.
    """
    parts: list[str] = ["1"]
    values: dict[str, object] = {}

    def add(condition: str, **given: object) -> None:
        parts.append(condition)
        values.update(given)

    if view.account_tag:
        add(f"{names.owner} in (select account from tagged where tag = :account_tag)", account_tag=view.account_tag)
    if view.account:
        add("document.account = :account", account=view.account)
    if view.category:
        add(names.category, category=view.category)
    elif view.coded:
        add(names.coded)
    if view.theme:
        add(names.theme, theme=view.theme)
    if view.speaker:
        add(SPOKEN, speaker=view.speaker)
    if view.role:
        add(HELD_BY, role=view.role)
    if view.words:
        stems = Search(db).ready(view.words)
        for number, stem in enumerate(dict.fromkeys(stems)):
            add(names.words.format(stem=f"stem{number}"), **{f"stem{number}": stem})
        parts += [] if stems else ["0"]
    if view.document:
        add("document.id = :document", document=view.document)
    if view.kind:
        add("document.kind = :kind", kind=view.kind)
    if view.source:
        add(f"{names.source} = :source", source=view.source)
    if view.since:
        add("document.date >= :since", since=view.since)
    if view.until:
        add("document.date != '' and document.date <= :until", until=view.until)
    for number, (name, value) in enumerate(sorted(view.attributes.items())):
        path, wanted = f"path{number}", f"value{number}"
        having = f"lower(coalesce(json_extract(attributes, :{path}), '')) = lower(:{wanted})"
        nobody = "" if value else " or document.account not in (select id from account)"
        add(
            f"({names.owner} in (select id from account where {having}){nobody})",
            **{path: f'$."{name}"', wanted: value},
        )
    return " and ".join(parts), values


def containing(word: str) -> str:
    r"""Return the pattern of `like ... escape '\'` for what holds a word, whatever signs are in it."""
    return "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
