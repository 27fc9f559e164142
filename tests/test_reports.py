"""The reports: verbatim, escaped, self-contained, in order, honest when there is little, the same bytes each time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from icp_voice.errors import UnknownName
from icp_voice.model import (
    Account,
    Answer,
    Contact,
    Document,
    Fact,
    Highlight,
    Kind,
    Side,
    Speaker,
    Tag,
    Theme,
    Turn,
    View,
)
from icp_voice.profile import icp
from icp_voice.profile.saturation import new_themes, saturated_at, saturation
from icp_voice.publish import Material, gather, guides, report
from icp_voice.publish.figures import fisher, share
from icp_voice.publish.quotes import sayings, unwrapped
from icp_voice.publish.render import day, markdown_text
from icp_voice.publish.sections import REPORTS
from icp_voice.publish.stated import lengths
from icp_voice.publish.transcripts import clock, transcripts
from icp_voice.settings import Settings, load_codebook
from icp_voice.store import Store, open_store
from icp_voice.store.documents import Print, turn_keys
from icp_voice.store.highlights import Span
from icp_voice.store.themes import Membership

ATTACK = '<script>alert("x")</script> # not a heading [click](javascript:alert(1)) | *bold*'
DANA = Speaker(name="Dana", side=Side.VENDOR)
RULE = "status = 'active'"
CODER = "model:test"

# (document, account, speaker, role, date, question, words, category, theme)
SAID = [
    (
        "d1",
        "a1",
        "Helen",
        "Controller",
        "2026-01-10",
        "",
        "The approval queue is slow at month end.",
        "pain_point",
        "slow",
    ),
    (
        "d1",
        "a1",
        "Helen",
        "Controller",
        "2026-01-10",
        "",
        "I wish the queue could be split by plant.",
        "feature_request",
        "",
    ),
    ("d1", "a1", "Helen", "Controller", "2026-01-10", "Who signed?", "The CFO signs.", "buying_process", "signing"),
    (
        "d2",
        "a2",
        "Jonas",
        "Head of Finance",
        "2026-03-02",
        "",
        "Month end is slow, the queue crawls.",
        "pain_point",
        "slow",
    ),
    ("d2", "a2", "Jonas", "Head of Finance", "2026-03-02", "", ATTACK, "pain_point", ""),
    (
        "d2",
        "a2",
        "Jonas",
        "Head of Finance",
        "2026-03-02",
        "",
        "We found you through a colleague.",
        "discovery_channel",
        "",
    ),
    (
        "d3",
        "a4",
        "Graham",
        "Finance Director",
        "2026-05-20",
        "",
        "We left since the sync failed twice.",
        "churn_reason",
        "sync",
    ),
    (
        "d3",
        "a4",
        "Graham",
        "Finance Director",
        "2026-05-20",
        "",
        "Nobody told us of the failures.",
        "pain_point",
        "silence",
    ),
    (
        "d4",
        "a5",
        "Till",
        "Buyer",
        "2026-06-01",
        "",
        "It took five months from first call to signature.",
        "buying_process",
        "signing",
    ),
]
FACTS = [
    ("role", "economic buyer", "The CFO signs."),
    ("channel", "referral", "We found you through a colleague."),
    ("duration", "5 months (first call to signature)", "It took five months from first call to signature."),
]


def unanswered(view: View) -> Answer:
    return Answer(question=view.question, answered=False, reason="nothing fits")


def never_asked(view: View) -> Answer:
    return Answer(question=view.question, answered=True, accounts=1, of_accounts=2)


def filled(store: Store, *, rule: bool = True) -> Store:
    with store.transaction():
        store.accounts.put(
            [
                Account(
                    id="a1",
                    name="Brackwater & Sons",
                    attributes={"status": "active", "industry": "Food", "employees": 900},
                ),
                Account(
                    id="a2",
                    name="Sunder <Electrics>",
                    attributes={"status": "active", "industry": "Food", "employees": 500},
                ),
                Account(
                    id="a3", name="Greyfen", attributes={"status": "active", "industry": "Chemicals", "employees": 700}
                ),
                Account(
                    id="a4", name="Lowther", attributes={"status": "churned", "industry": "Paper", "employees": 90}
                ),
                Account(id="a5", name="Calder", attributes={"status": "trial", "industry": "Optics", "employees": 200}),
            ]
        )
        store.accounts.put_contacts(
            [Contact(account="a3", name="Patricia Oduya", role="Finance Director", email="p@g.example")]
        )
        for identity in dict.fromkeys(said[0] for said in SAID):
            _put(store, identity)
        _code(store)
    if rule:
        icp.set_icp(store, "ICP", where=RULE)
    return store


def _put(store: Store, identity: str) -> None:
    said = [one for one in SAID if one[0] == identity]
    turns = []
    for _, _, speaker, _, _, question, words, *_ in said:
        turns.append(Turn(text=question or "Go on, please.", speaker="Dana", start_ms=1000 * len(turns)))
        turns.append(Turn(text=f"Well. {words} So it is.", speaker=speaker, start_ms=61_000 + 1000 * len(turns)))
    document = Document(
        id=identity,
        file=f"calls/{identity}.txt",
        kind=Kind.CALL,
        date=said[0][4],
        account=said[0][1],
        speakers=(DANA, Speaker(name=said[0][2], role=said[0][3], side=Side.CUSTOMER)),
        turns=tuple(turns),
    )
    store.documents.put(document, Print(key="", fingerprint=identity, content=identity, richness=1))


def _code(store: Store) -> None:
    spans: dict[str, list[Span]] = {}
    tags: dict[str, list[Tag]] = {}
    for number, (document, *_, question, words, category, _) in enumerate(SAID):
        turn = 2 * len(spans.setdefault(document, [])) + 1
        kept = store.documents.get(document)
        key = turn_keys(kept.turns)[turn] if kept else ""
        spans[document].append(Span(f"h{number}", turn, 6, 6 + len(words), question, key))
        tags[f"h{number}"] = [Tag(category=category, score=0.9, coder=CODER)]
    for document, of in spans.items():
        store.highlights.put(document, of)
    store.tags.put(CODER, tags)
    for category in {said[7] for said in SAID}:
        members = [Membership(f"h{n}", said[8] or None, "") for n, said in enumerate(SAID) if said[7] == category]
        names = sorted({member.theme for member in members if member.theme})
        themes = [
            Theme(id=name, category=category, name=f"About {name}", keywords=("queue", "month"), highlights=())
            for name in names
        ]
        store.themes.put(category, themes, members)
    places = {said[6]: f"h{number}" for number, said in enumerate(SAID)}
    facts = [Fact(kind=kind, value=value, highlight=places[words], start=6, end=9) for kind, value, words in FACTS]
    store.facts.put([fact.highlight for fact in facts], facts)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "voice.db")
    yield opened
    opened.close()


def made(store: Store) -> Material:
    return gather(store, Settings(company="Ledger & Moor"), load_codebook(), never_asked)


@pytest.fixture
def material(store: Store) -> Material:
    return made(filled(store))


EVERY = [(name, format) for name in REPORTS for format in ("html", "markdown")]


def test_every_quote_in_the_html_is_verbatim_in_a_turn_of_the_document_it_links_to(material: Material) -> None:
    page = report(material, "icp", "html")
    shown = re.findall(r"<q>(.*?)</q>.*?href=\"#(\w+)-t(\d+)\"", page, re.DOTALL)
    assert len(shown) >= 9
    for text, document, turn in shown:
        assert unescape(text) in material.documents[document].turns[int(turn)].text


@pytest.mark.parametrize("name", list(REPORTS))
def test_every_saying_of_every_section_is_cut_from_its_turn(material: Material, name: str) -> None:
    for section in REPORTS[name].sections:
        for said in sayings(section.query(material)):
            turn = material.documents[said.document].turns[said.turn]
            assert turn.text[said.start : said.end] == said.text


def test_the_vendors_words_are_never_quoted(material: Material) -> None:
    assert not [words for words in re.findall(r"<q>(.*?)</q>", report(material, "icp", "html")) if "Go on" in words]


@pytest.mark.parametrize("name", list(REPORTS))
def test_html_in_anybodys_words_and_names_is_shown_as_text(material: Material, name: str) -> None:
    page = report(material, name, "html")
    assert "<script" not in page
    assert "Sunder <Electrics>" not in page
    assert "Ledger &amp; Moor" in page


def test_the_attack_is_readable_as_it_was_said(material: Material) -> None:
    assert ATTACK in unescape(report(material, "icp", "html"))


@pytest.mark.parametrize("name", list(REPORTS))
def test_nothing_is_loaded_from_anywhere_and_scripts_are_forbidden(material: Material, name: str) -> None:
    page = report(material, name, "html")
    assert not re.findall(r"(?:src|href|action)=\"(?!#)", page)
    assert not re.findall(r"url\(|@import|<link|<img|<iframe", page)
    assert "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\"" in page


@pytest.mark.parametrize("name", list(REPORTS))
def test_every_link_leads_to_one_place_in_the_same_file(material: Material, name: str) -> None:
    page = report(material, name, "html")
    places = re.findall(r" id=\"([^\"]+)\"", page)
    assert len(places) == len(set(places))
    assert set(re.findall(r"href=\"#([^\"]+)\"", page)) <= set(places)
    text = report(material, name, "markdown")
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= set(re.findall(r"<a id=\"([^\"]+)\"></a>", text))


@pytest.mark.parametrize(("name", "format"), EVERY)
def test_sections_stand_in_their_order(material: Material, name: str, format: str) -> None:
    text = report(material, name, format)
    # What was asked stands there only once somebody put a view into the document.
    anchors = [text.index(f'id="{one.name}"') for one in REPORTS[name].sections if one.name != "asked"]
    assert anchors == sorted(anchors)


@pytest.mark.parametrize(("name", "format"), EVERY)
def test_of_many_themes_the_largest_are_told_and_the_rest_counted(material: Material, name: str, format: str) -> None:
    pain = next(theme for theme in material.themes if theme.id == "slow")
    many = tuple(replace(pain, id=f"theme{n}", name=f"Theme {n:02}") for n in range(40))
    text = report(replace(material, themes=many), name, format)
    if name != "buying-process":
        assert "28 smaller themes" in text
    links = re.findall(r"href=\"#([^\"]+)\"" if format == "html" else r"\]\(#([^)]+)\)", text)
    assert set(links) <= set(re.findall(r" id=\"([^\"]+)\"", text))


def test_the_icp_document_tells_what_the_design_lists_in_its_order() -> None:
    assert [section.name for section in REPORTS["icp"].sections] == [
        "glance",
        "firmographics",
        "pain_points",
        "goals_and_triggers",
        "buying_process",
        "discovery",
        "why_they_buy",
        "praise",
        "churn",
        "exceptions",
        "asked",
        "gaps",
        "method",
    ]


def test_every_section_has_a_template_for_each_format_and_every_template_a_section() -> None:
    folder = Path(__file__).parent.parent / "reports" / "sections"
    names = {section.name for chosen in REPORTS.values() for section in chosen.sections}
    for ending in ("html", "md"):
        assert {path.name for path in folder.glob(f"*.{ending}.j2")} == {f"{name}.{ending}.j2" for name in names}


def test_the_same_section_is_the_same_query_in_every_report() -> None:
    queries: dict[str, set[object]] = {}
    for chosen in REPORTS.values():
        for section in chosen.sections:
            queries.setdefault(section.name, set()).add(section.query)
    assert all(len(found) == 1 for found in queries.values())


@pytest.mark.parametrize(("name", "format"), EVERY)
def test_an_empty_workspace_has_an_honest_report(store: Store, name: str, format: str) -> None:
    text = report(made(store), name, format)
    assert "Transcripts" not in text
    assert re.search("nobody|not known|no account", text.lower())


@pytest.mark.parametrize(("name", "format"), EVERY)
def test_one_document_without_any_account_is_enough(store: Store, name: str, format: str) -> None:
    with store.transaction():
        _put(store, "d1")
        _code(store)
        store.documents.put_account("d1", "", "")
    material = made(store)
    assert material.group.unit == "document"
    text = report(material, name, format)
    assert "1 of 1" in unescape(re.sub(r"<[^>]+>", "", text))


@pytest.mark.parametrize(("name", "format"), EVERY)
def test_without_an_icp_rule_all_accounts_are_the_group_and_it_says_so(store: Store, name: str, format: str) -> None:
    material = made(filled(store, rule=False))
    assert (material.group.tagged, len(material.group.heard)) == (False, 4)
    text = report(material, name, format)
    assert "No account is tagged as ICP yet" in text
    assert "ICP accounts heard" not in text


def test_figures_count_accounts_of_all_icp_accounts(material: Material) -> None:
    slow = next(theme for theme in material.themes if theme.id == "slow")
    said = material.of_theme(slow)
    assert (material.members_in(said).n, material.members_in(said).of) == (2, 3)
    assert (material.others_in(said).n, material.others_in(said).of) == (0, 2)
    assert "8 of 10" not in report(material, "icp", "html")


def test_what_only_others_suffer_from_stands_among_the_exceptions(material: Material) -> None:
    page = report(material, "icp", "html")
    exceptions = page[page.index('id="exceptions"') : page.index('id="gaps"')]
    assert "About silence" in exceptions
    assert "About slow" not in exceptions
    assert "Calder" in exceptions


def test_an_account_that_left_tells_why_under_its_own_name(material: Material) -> None:
    text = report(material, "icp", "markdown")
    churn = text[text.index('<a id="churn">') : text.index('<a id="exceptions">')]
    assert "#### Lowther" in churn
    assert "We left since the sync failed twice." in churn


def test_a_request_made_in_the_words_of_a_pain_stands_beside_it(material: Material) -> None:
    text = report(material, "pain-points", "markdown")
    assert "Asked for beside it" in text
    assert "I wish the queue could be split by plant." in text


def test_an_hidden_theme_is_left_out(store: Store) -> None:
    filled(store)
    with store.transaction():
        store.theme_decisions.hide("slow", hidden=True, by="me", at="")
    assert "About slow" not in report(made(store), "icp", "html")


def test_a_short_answer_is_shown_with_its_question(material: Material) -> None:
    page = report(material, "icp", "html")
    assert re.search(r'<span class="asked">Who signed\?</span><q>The CFO signs\.</q>', page)


def test_the_purchase_that_ran_from_the_first_call_on_is_told_first(material: Material) -> None:
    told = lengths(material)
    assert [(one.of, one.shortest) for one in told.groups] == [("first contact to signature", "5 months")]


@pytest.mark.parametrize(("name", "format"), EVERY)
def test_the_same_material_gives_the_same_bytes(material: Material, store: Store, name: str, format: str) -> None:
    assert report(material, name, format) == report(made(store), name, format)


def test_markdown_shows_anybodys_words_and_nothing_else() -> None:
    assert markdown_text(ATTACK) == (
        '&lt;script&gt;alert("x")&lt;/script&gt; # not a heading \\[click\\](javascript:alert(1)) \\| \\*bold\\*'
    )
    assert markdown_text("# Title") == "\\# Title"
    assert markdown_text("- item\n- item") == "\\- item - item"
    assert markdown_text("1. first") == "1\\. first"
    assert markdown_text("AT&amp;T `x` snake_case _it_") == "AT&amp;amp;T \\`x\\` snake_case \\_it\\_"


def test_markdown_of_anybodys_words_has_no_html_and_no_links_but_ours(material: Material) -> None:
    from markdown_it import MarkdownIt

    for name in REPORTS:
        rendered = MarkdownIt("commonmark", {"html": True}).render(report(material, name, "markdown"))
        tags = set(re.findall(r"</?(\w+)", rendered))
        assert tags <= {*"h1 h2 h3 h4 p a ul ol li em strong blockquote code hr".split()}
        assert not re.findall(r"href=\"(?!#)", rendered)


def test_an_unknown_report_or_format_is_an_error_that_names_the_known(material: Material) -> None:
    with pytest.raises(UnknownName, match='Did you mean "pain-points"'):
        report(material, "pain-point", "html")
    with pytest.raises(UnknownName, match="Known: html, markdown"):
        report(material, "icp", "pdf")


def test_a_workspace_may_bring_its_own_template_for_a_section(store: Store, tmp_path: Path) -> None:
    own = tmp_path / "reports" / "sections"
    own.mkdir(parents=True)
    (own / "praise.html.j2").write_text("<p>Ours: {{ value.blocks|length }}</p>")
    material = gather(filled(store), Settings(company="Acme"), load_codebook(), never_asked, folder=tmp_path)
    assert "<p>Ours: 1</p>" in report(material, "icp", "html")


def test_a_guide_asks_the_planned_questions_of_the_planned_person(material: Material) -> None:
    pages = guides(material, material.plan)
    assert len(pages) == len(material.plan.interviews)
    greyfen = next(page for file, page in pages.items() if "greyfen-patricia-oduya" in file)
    interview = next(one for one in material.plan.interviews if one.account == "a3")
    assert all(question in unescape(greyfen) for question in interview.questions)
    assert "consent" in greyfen
    assert "Nobody at Greyfen was ever heard" in greyfen
    assert "<script" not in "".join(pages.values())


def test_saved_questions_that_the_data_does_not_answer_are_listed(store: Store) -> None:
    filled(store)
    with store.transaction():
        store.views.put(View(name="carbon", question="Who reports carbon?"))
    text = report(gather(store, Settings(company="Acme"), load_codebook(), unanswered), "icp", "markdown")
    assert "**Who reports carbon?** *not answered*: nothing fits" in text


def test_of_a_very_long_document_only_what_is_near_a_quote_is_in_the_appendix(material: Material) -> None:
    said = next(iter(sayings(REPORTS["icp"].sections[2].query(material))))
    document = material.documents[said.document]
    long = replace(document, turns=(*document.turns, *(Turn(text=f"word {n}", speaker="Dana") for n in range(500))))
    [shown] = transcripts(replace(material, documents={document.id: long}), [said])
    assert [line.anchor for line in shown.lines] == [f"{document.id}-t{n}" for n in range(said.turn + 4)]
    assert shown.left_out == len(long.turns) - len(shown.lines)
    assert [piece.text for line in shown.lines for piece in line.pieces if piece.quoted] == [said.text]


def test_quotation_marks_that_only_open_or_close_are_left_outside() -> None:
    assert unwrapped('"We were bought.') == (1, "We were bought.")
    assert unwrapped('Four weeks."') == (0, "Four weeks.")
    assert unwrapped('"All of it."') == (1, "All of it.")
    assert unwrapped('He said "no"') == (0, 'He said "no"')


def test_wilson_interval_of_few_accounts() -> None:
    assert (share(5, 8).low, share(5, 8).high) == (0.3057, 0.8632)
    assert (share(0, 8).low, share(8, 8).high, share(0, 0).part) == (0.0, 1.0, 0.0)


def test_fishers_exact_test_knows_the_lady_tasting_tea() -> None:
    assert fisher(share(3, 4), share(1, 4)) == pytest.approx(0.4857, abs=1e-4)
    assert fisher(share(8, 8), share(0, 8)) == pytest.approx(0.000155, abs=1e-6)


def test_saturation_follows_the_base_and_overlapping_runs() -> None:
    fresh = new_themes([["a", "b"], ["b", "c"], ["d"], ["a"], ["e"], ["b"], ["a"], []])
    assert fresh == [2, 1, 1, 0, 1, 0, 0, 0]
    assert saturated_at(fresh) == 5
    assert saturated_at([2, 1, 1, 0, 1]) is None
    assert saturated_at([0, 0, 0, 0, 0, 0]) is None


def test_saturation_counts_documents_that_speak_of_the_topic_by_date(material: Material) -> None:
    found = saturation("pain_point", material.highlights.values(), material.themes)
    assert (found.interviews, found.themes, found.curve, found.enough) == (3, 2, (1, 1, 2), False)


def test_dates_and_times_are_written_for_people() -> None:
    assert [day("2026-05-12"), day("2026-05"), day("2026"), day("soon"), day("")] == [
        "12 May 2026",
        "May 2026",
        "2026",
        "soon",
        "",
    ]
    assert [clock(None), clock(65_000), clock(3_725_000)] == ["", "01:05", "1:02:05"]


def test_highlights_of_one_account_count_as_one(material: Material) -> None:
    loud: list[Highlight] = [replace(material.highlights["h0"], id=f"x{n}") for n in range(50)]
    assert material.members_in(loud).n == 1
