"""Reading a page at a time: what is counted, paged and filtered in SQL is what Python finds in all of it."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from icp_voice.errors import IcpVoiceError
from icp_voice.model import Account, Contact, Document, Highlight, Kind, Side, Speaker, Tag, TagState, Theme, Turn, View
from icp_voice.profile.transcript import SpokenTurn
from icp_voice.publish.gather import gather
from icp_voice.publish.themed import shown_themes
from icp_voice.store.documents import Print, turn_keys
from icp_voice.store.highlights import Span
from icp_voice.store.sources import Seen
from icp_voice.store.themes import Membership
from icp_voice.workspace import Workspace

WORDS = "invoice invoices approval export slow Excel month end we it love hate Wörter naïve".split()
CATEGORIES = ("pain_point", "praise", "goal")
ROLES = ("CFO", "Controller", "")
DATES = ("", "2025", "2025-03", "2025-03-04", "2025-12-31", "2026-01-01")


def fill(workspace: Workspace, documents: int, *, first: int = 0, seed: int = 3) -> None:
    """Write documents with two turns of a customer each, two highlights in the first, without any model."""
    store = workspace.store
    for number in range(first, first + documents):
        draw = random.Random(seed * 1_000 + number)
        words = [" ".join(draw.choices(WORDS, k=4)) + "." for _ in range(4)]
        turns = (
            Turn(text="What is hard?", speaker="Vera Field"),
            Turn(text=f"{words[0]} {words[1]}", speaker=draw.choice(("Ann Lee", "Bo Ek"))),
            Turn(text=words[2], speaker=draw.choice(("Ann Lee", "Bo Ek", "Nobody"))),
        )
        who = [Speaker(name=name, side=Side.CUSTOMER, role=draw.choice(ROLES)) for name in ("Ann Lee", "Bo Ek")]
        who += [Speaker(name="Vera Field", side=Side.VENDOR), Speaker(name="Nobody", side=Side.UNKNOWN)]
        identity = f"d{number:03}"
        source = draw.choice(("", "zendesk", "intercom"))
        document = Document(
            id=identity,
            file=f"{source or 'calls'}/{draw.randrange(4)}-{number}",
            place=draw.choice(("", "row 2", "row 10")),
            title=f"Talk {number}",
            kind=draw.choice((Kind.CALL, Kind.TICKET)),
            date=draw.choice(DATES),
            account=draw.choice(("", "A-1", "A-2", "A-3", "A-4")),
            speakers=tuple(who),
            turns=turns,
        )
        keys = turn_keys(turns)
        spans = [
            Span(f"{identity}a", 1, 0, len(words[0]), "", keys[1]),
            Span(f"{identity}b", 1, len(words[0]) + 1, len(turns[1].text), "", keys[1]),
            Span(f"{identity}c", 2, 0, len(turns[2].text), "", keys[2]),
        ]
        with store.transaction():
            store.documents.put(document, Print(key="", fingerprint=identity, content=identity, richness=1))
            store.highlights.put(identity, spans)
            if source:
                store.sources.put(source, [Seen(record=str(number), file=document.file)])
            for span in spans:
                names = draw.sample(CATEGORIES, k=draw.randrange(3))
                tags = [Tag(category=name, score=draw.choice((0.5, 0.6, 0.9)), coder="model:x") for name in names]
                store.tags.put("model:x", {span.id: tags})
                if draw.random() < 0.3:
                    state = draw.choice((TagState.CONFIRMED, TagState.REJECTED))
                    store.tags.decide(span.id, draw.choice(CATEGORIES), by="anna", state=state)


def group(workspace: Workspace) -> None:
    """Put what is coded into two themes of each category, or none."""
    store, draw = workspace.store, random.Random(5)
    with store.transaction():
        for category in CATEGORIES:
            themes = [
                Theme(id=f"{category}-{n}", category=category, name=f"{category} {n}", keywords=(), highlights=())
                for n in range(2)
            ]
            ids = sorted(store.tags.all_held().get(category, ()))
            store.themes.put(
                category, themes, [Membership(one, draw.choice([themes[0].id, themes[1].id, None]), "") for one in ids]
            )


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Sixty documents of four accounts; some have no account, some no date, some come from a source."""
    workspace = Workspace.init(tmp_path_factory.mktemp("pages") / "ws", company="Ours", domains=["ours.example"])
    with workspace.store.transaction():
        workspace.store.accounts.put(
            [
                Account(id="A-1", name="Alder", attributes={"industry": "Retail", "seats": 5, "big": True}),
                Account(id="A-2", name="Birch", attributes={"industry": "retail", "seats": 50}),
                Account(id="A-3", name="Cedar", attributes={"industry": "Health", "big": False}),
                Account(id="A-4", name="Dogwood"),
            ]
        )
        workspace.store.accounts.put_contacts([Contact(account="A-1", name="Ann Lee", role="COO")])
    workspace.set_icp(where="seats > 1")
    fill(workspace, 60)
    group(workspace)
    # A person says no to some that are in a theme already: they stay members, and are not counted there any more.
    for one in workspace.highlights():
        if len(one.categories) > 1 and "pain_point" in one.categories:
            workspace.reject(one.id, "pain_point", by="bo")
    yield workspace
    workspace.store.close()


def holds(view: View, one: Highlight, sources: dict[str, str], accounts: dict[str, Account]) -> bool:
    """Say whether a highlight belongs to a view, one condition after another."""
    held = set(one.categories)
    account = accounts.get(one.account)

    def attribute(name: str) -> str:
        value = account.attributes.get(name) if account else None
        return "" if value is None else str(int(value) if isinstance(value, bool) else value).lower()

    stems = {re.sub("s$", "", word.lower()) for word in re.findall(r"\w+", one.text)}
    return all(
        (
            view.category in held if view.category else held or not view.coded,
            not view.account_tag or (account is not None and view.account_tag in account.tags),
            not view.account or one.account == view.account,
            not view.kind or one.kind == view.kind,
            not view.source or sources.get(one.file, "files") == view.source,
            not view.document or one.document == view.document,
            not view.speaker or one.speaker == view.speaker,
            not view.role or one.role.lower() == view.role.lower(),
            not view.theme or any(theme == view.theme and name in held for name, theme in one.themes.items()),
            not view.since or one.date >= view.since,
            not view.until or (one.date and one.date <= view.until),
            all(re.sub("s$", "", word.lower()) in stems for word in view.words.split()),
            all(attribute(name) == value.lower() for name, value in view.attributes.items()),
        )
    )


def sources_of(workspace: Workspace) -> dict[str, str]:
    return dict(workspace.store.db.execute("select file, source from source_record").fetchall())


def brute(workspace: Workspace, view: View) -> list[Highlight]:
    everything = workspace.store.highlights.select(View(coded=False))
    accounts = {account.id: account for account in workspace.store.accounts.all()}
    sources = sources_of(workspace)
    return [one for one in everything if holds(view, one, sources, accounts)]


def walk(workspace: Workspace, view: View, sort: str, most: int) -> list[str]:
    ids: list[str] = []
    cursor = ""
    while True:
        page = workspace.highlights_page(view, sort=sort, start_after=cursor, most=most)
        ids += [one.id for one in page.items]
        if not page.next:
            return ids
        cursor = page.next


VIEWS = st.builds(
    View,
    account_tag=st.sampled_from(("", "", "ICP")),
    account=st.sampled_from(("", "", "A-1", "A-4")),
    category=st.sampled_from(("", *CATEGORIES)),
    kind=st.sampled_from(("", "", "call", "ticket")),
    source=st.sampled_from(("", "", "files", "zendesk")),
    theme=st.sampled_from(("", "", "praise-1", "pain_point-0")),
    role=st.sampled_from(("", "", "cfo", "COO")),
    speaker=st.sampled_from(("", "", "Ann Lee", "Nobody")),
    document=st.sampled_from(("", "", "", "d007")),
    words=st.sampled_from(("", "", "invoice", "Invoices", "we excel", "naïve", "slow slow")),
    since=st.sampled_from(("", "", "2025", "2025-03-04")),
    until=st.sampled_from(("", "", "2025-12-31", "2026-01-01")),
    attributes=st.sampled_from(({}, {}, {"industry": "retail"}, {"seats": "50"}, {"big": "1"}, {"industry": ""})),
    coded=st.booleans(),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(view=VIEWS)
def test_a_filter_holds_what_python_finds_in_all_highlights_whichever_way_it_is_read(
    small: Workspace, view: View
) -> None:
    expected = {one.id for one in brute(small, view)}
    store = small.store
    assert {one.id for one in store.highlights.select(view)} == expected
    assert store.pages.count(view) == len(expected)
    assert Counter(walk(small, view, "place", 7)) == Counter(expected)
    by_document = Counter(one.document for one in brute(small, view))
    assert dict(store.pages.by_document(view)) == by_document
    carried = Counter(name for one in brute(small, view) for name in one.categories)
    assert store.pages.by_category(view) == carried


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(view=VIEWS)
def test_a_question_is_asked_of_the_same_passages_as_a_page_shows(small: Workspace, view: View) -> None:
    import numpy as np

    positions = small.store.positions
    standing = positions.all()
    asked = replace(view, coded=False)
    inside = np.isin(standing.place, positions.documents(asked)) & np.isin(standing.row, positions.highlights(asked))
    assert {one.decode() for one in standing.ids[inside]} == {one.id for one in brute(small, asked)}


@pytest.mark.parametrize("most", [1, 7, 200])
@pytest.mark.parametrize("view", [View(), View(coded=False), View(category="praise"), View(kind="call", words="slow")])
def test_pages_stand_in_order_and_lead_forwards_and_back(small: Workspace, view: View, most: int) -> None:
    said = brute(small, view)
    at = {one.id: place for place, one in enumerate(small.store.highlights.select(View(coded=False)))}

    def score(one: Highlight) -> float:
        held = {tag.category: tag.score for tag in one.tags if tag.state is not TagState.REJECTED}
        best = {name: 1.0 if TagState.CONFIRMED in states(one, name) else score for name, score in held.items()}
        return best[view.category] if view.category else max(best.values(), default=-1.0)

    orders = {
        "place": sorted(said, key=lambda one: at[one.id]),
        "newest": sorted(sorted(said, key=lambda one: at[one.id]), key=lambda one: one.date, reverse=True),
        "surest": sorted((one for one in said if score(one) >= 0), key=lambda one: (-score(one), one.id)),
    }
    for sort, expected in orders.items():
        ids = [one.id for one in expected]
        assert walk(small, view, sort, most) == ids
        last = small.highlights_page(view, sort=sort, most=most)
        assert (last.total, last.previous) == (len(said), "")
        back = [one.id for one in last.items]
        while last.next:
            last = small.highlights_page(view, sort=sort, start_after=last.next, most=most)
        back = [one.id for one in last.items]
        while last.previous:
            last = small.highlights_page(view, sort=sort, start_after=last.previous, most=most)
            back = [*(one.id for one in last.items), *back]
        assert back == ids


def states(one: Highlight, category: str) -> set[TagState]:
    return {tag.state for tag in one.tags if tag.category == category}


def test_no_row_is_lost_or_doubled_while_others_are_added_and_taken_away(workspace: Workspace) -> None:
    fill(workspace, 30)
    for sort in ("newest", "surest", "place"):
        before = {one.id for one in workspace.store.highlights.select()}
        seen: list[str] = []
        cursor, first = "", 30
        while True:
            page = workspace.highlights_page(sort=sort, start_after=cursor, most=5)
            seen += [one.id for one in page.items]
            if not page.next:
                break
            fill(workspace, 2, first=first, seed=len(seen))
            workspace.store.documents.remove(f"d{first:03}")  # one of those just added
            cursor, first = page.next, first + 2
        assert len(seen) == len(set(seen))
        assert before <= set(seen)
        for number in range(30, first):
            workspace.store.documents.remove(f"d{number:03}")
        with workspace.store.transaction():
            workspace.store.highlights.drop_orphans()


def tables(workspace: Workspace) -> dict[str, list[tuple[object, ...]]]:
    db = workspace.store.db
    return {
        name: db.execute(f"select * from {name} order by 1, 2").fetchall()
        for name in ("page_document", "page_highlight", "page_tag", "page_count")
    }


def test_what_is_kept_ready_follows_every_change_as_if_it_were_made_anew(workspace: Workspace) -> None:
    fill(workspace, 12)
    store = workspace.store
    workspace.highlights_page()
    changes = (
        lambda: workspace.confirm("d001a", "goal", by="bo"),
        lambda: workspace.reject("d001a", "goal", by="bo"),
        lambda: store.documents.put_account("d002", "A-3", "said so"),
        lambda: store.documents.put_speakers("d003", [Speaker(name="Ann Lee", side=Side.VENDOR)]),
        lambda: store.db.execute("update turn set text = 'Other words.', key = 'x' where document = 'd004'"),
        lambda: store.sources.put("hubspot", [Seen(record="1", file=store.documents.get("d005").file)]),
        lambda: store.documents.remove("d006"),
        lambda: store.db.execute("delete from highlight where document = 'd007'"),
        lambda: store.tags.put("model:y", {"d008a": [Tag(category="goal", score=0.7, coder="model:y")]}),
        lambda: fill(workspace, 1, first=9, seed=8),
        lambda: store.db.execute("update document set file = 'moved', date = '2024' where id = 'd010'"),
    )
    for change in changes:
        before = tables(workspace)
        change()
        assert workspace.store.pages.count(View()) == len(store.highlights.select())
        kept = tables(workspace)
        assert kept != before
        store.db.execute("insert or ignore into page_stale select id from document")
        store.pages.kept()
        assert tables(workspace) == kept


def test_a_page_is_shown_while_a_run_holds_the_right_to_write(workspace: Workspace) -> None:
    fill(workspace, 3)
    before = workspace.highlights_page().total
    other = Workspace(workspace.folder)
    with other.store.transaction():
        other.store.tags.decide("d000a", "goal", by="bo", state=TagState.CONFIRMED)
        assert workspace.highlights_page().total == before
    assert {one.id for one in workspace.highlights_page(View(category="goal")).items} >= {"d000a"}
    other.store.close()


def test_of_an_attribute_of_numbers_only_the_commonest_values_are_listed(workspace: Workspace) -> None:
    fill(workspace, 24)
    store = workspace.store
    with store.transaction():
        store.accounts.put(
            Account(id=f"N-{i}", name=f"N {i}", attributes={"seats": 10 * i, "tier": f"T{i}"}) for i in range(8)
        )
        store.db.execute("update document set account = 'N-' || (cast(substr(id, 2) as integer) % 8)")
    listed = {facet.name: facet for facet in workspace.facets().facets}
    assert (len(listed["attribute:tier"].values), listed["attribute:tier"].others) == (8, 0)
    seats, tiers = listed["attribute:seats"], listed["attribute:tier"]
    assert (len(seats.values), seats.others) == (5, 3)
    assert [one.count for one in seats.values] == [one.count for one in tiers.values[:5]]
    last = tiers.values[-1].value[1:] + "0"
    chosen = next(one for one in workspace.facets(View(attributes={"seats": last})).facets if one.title == "seats")
    assert [one.value for one in chosen.values if one.chosen] == [last]


def test_facets_count_what_a_view_would_hold_without_their_own_filter(small: Workspace) -> None:
    view = View(category="pain_point", kind="call", attributes={"industry": "Retail"})
    facets = {facet.name: facet for facet in small.facets(view).facets}
    assert small.facets(view).total == len(brute(small, view))
    without = brute(small, replace(view, category=""))
    carried = Counter(name for one in without for name in one.categories)
    assert {value.value: value.count for value in facets["category"].values} == carried
    assert [value.value for value in facets["category"].values if value.chosen] == ["pain_point"]
    kinds = Counter(one.kind for one in brute(small, replace(view, kind="")))
    assert {value.value: value.count for value in facets["kind"].values} == kinds
    sources = sources_of(small)
    named = Counter(sources.get(one.file, "files") for one in brute(small, view))
    assert {value.value: value.count for value in facets["source"].values} == named
    months = Counter(one.date[:7] for one in brute(small, view) if one.date)
    assert {value.value: value.count for value in facets["month"].values} == months
    industries = Counter(
        {"A-1": "Retail", "A-2": "retail", "A-3": "Health"}[one.account]
        for one in brute(small, replace(view, attributes={}))
        if one.account in {"A-1", "A-2", "A-3"}
    )
    assert {value.value: value.count for value in facets["attribute:industry"].values} == industries


def test_a_facet_lists_twelve_values_and_counts_the_rest(workspace: Workspace) -> None:
    fill(workspace, 40)
    with workspace.store.transaction():
        for number in range(40):
            day = f"2024-{1 + number % 12:02}-01" if number < 24 else f"2023-{1 + number % 12:02}-01"
            workspace.store.documents.put_what(f"d{number:03}", Kind.CALL, day)
    months = Counter(one.date[:7] for one in workspace.store.highlights.select())
    [month] = [
        facet for facet in workspace.facets(View(since="2023-02", until="2023-02")).facets if facet.name == "month"
    ]
    listed = {value.value: value.count for value in month.values}
    assert len(listed) == 12
    assert listed["2023-02"] == months["2023-02"]
    assert sum(listed.values()) + month.rest == sum(months.values())
    assert month.others == len(months) - 12


def test_cards_show_what_reports_show_of_the_same_themes(small: Workspace) -> None:
    unanswered = SimpleNamespace(answered=True, category="", reason="")
    material = gather(small.store, small.settings, small.codebook, lambda _: unanswered)
    for category in CATEGORIES:
        cards = small.themes_page(category).items
        shown = shown_themes(material, category)
        assert [(card.id, card.members, card.others, card.mentions, card.trend) for card in cards] == [
            (theme.id, theme.members, theme.others, theme.mentions, theme.trend) for theme in shown
        ]
        assert [[one.id for one in card.quotes] for card in cards] == [
            [one.id for one in theme.quotes[:3]] for theme in shown
        ]


def test_the_highlights_of_a_view_are_grouped_by_theme_and_those_in_none_are_counted(small: Workspace) -> None:
    view = View(kind="call", category="praise")
    said = brute(small, view)
    grouped = small.grouped(view)
    members = Counter(one.themes["praise"] for one in said if "praise" in one.themes)
    assert {card.id: card.mentions for card in grouped.cards.items} == members
    assert grouped.loose_count == len(said) - members.total()
    assert {one.id for one in grouped.loose} <= {one.id for one in said if "praise" not in one.themes}
    card, page = small.theme_page("praise-0", View(kind="call"), most=200)
    assert (card.mentions, page.total) == (members["praise-0"], members["praise-0"])
    assert {one.id for one in page.items} == {one.id for one in said if one.themes.get("praise") == "praise-0"}


def test_a_transcript_shows_its_turns_with_all_that_is_said_of_them(workspace: Workspace) -> None:
    fill(workspace, 1)
    store = workspace.store
    text = store.documents.get("d000").turns[1].text
    with store.transaction():
        store.tags.put("model:x", {"d000a": [Tag(category="goal", score=0.9, coder="model:x")]})
        store.tags.decide("d000a", "goal", by="bo", state=TagState.REJECTED)
    page = workspace.document_page("d000", start=1, most=1)
    who = store.documents.get("d000").turns[1].speaker
    role = next(one.role for one in store.documents.get("d000").speakers if one.name == who)
    assert page.turns == (SpokenTurn(number=1, speaker=who, side=Side.CUSTOMER, role=role, text=text),)
    assert (page.total, page.previous, page.next) == (3, 0, 2)
    assert [one.id for one in page.highlights] == ["d000a", "d000b"]
    assert {(tag.coder, tag.category, tag.state) for tag in page.said["d000a"] if tag.category == "goal"} == {
        ("model:x", "goal", TagState.PROPOSED),
        ("person:bo", "goal", TagState.REJECTED),
    }
    assert page.document.turns == ()
    with pytest.raises(IcpVoiceError, match="No document"):
        workspace.document_page("nothing")


def test_documents_are_listed_with_what_is_not_known_of_them(small: Workspace) -> None:
    documents = {one.id: one for one in small.store.documents.all()}
    page = small.documents_page(most=200)
    assert page.total == len(documents) == len(page.items)
    for line in page.items:
        document = documents[line.id]
        needs = [] if document.account else ["account"]
        assert list(line.needs) == [*needs, "speakers", *([] if document.date else ["date"])]
        assert line.highlights == len(brute(small, View(document=line.id)))
    assert [line.date for line in page.items] == sorted((one.date for one in documents.values()), reverse=True)
    unmatched = small.documents_page(unmatched=True, most=200)
    assert {line.id for line in unmatched.items} == {one.id for one in documents.values() if not one.account}
    assert [line.title for line in small.documents_page(search="talk 17").items] == ["Talk 17"]
    assert small.documents_page(search="%").total == 0
    assert small.documents_page(search="birch").total == sum(one.account == "A-2" for one in documents.values())


def test_counts_are_those_of_all_that_is_there(small: Workspace) -> None:
    counts = small.counts()
    documents = small.store.documents.all()
    said = small.store.highlights.select()
    sure = [tag for one in said for tag in one.tags if tag.state is not TagState.REJECTED]
    assert (counts.accounts, counts.icp_accounts, counts.icp_heard) == (4, 2, 2)
    assert (counts.documents, counts.unmatched) == (60, sum(not one.account for one in documents))
    assert counts.undated == sum(not one.date for one in documents)
    assert (counts.passages, counts.highlights) == (small.store.highlights.count(View(coded=False)), len(said))
    assert (counts.themes, counts.unknown_speakers) == (6, 60)
    assert counts.unsure == sum(tag.score < 0.75 for tag in sure if tag.state is TagState.PROPOSED)


def test_an_empty_workspace_is_told_its_first_steps_and_a_full_one_what_is_missing(tmp_path: Path) -> None:
    workspace = Workspace.init(tmp_path / "ws", company="Ours", domains=["ours.example"])
    assert [todo.kind for todo in workspace.three_next()] == ["import accounts", "upload"]
    with workspace.store.transaction():
        workspace.store.accounts.put([Account(id=f"A-{n}", name=f"Firm {n}") for n in range(5)])
    assert [todo.kind for todo in workspace.three_next()] == ["upload", "icp rule"]
    workspace.set_icp(add=["A-1", "A-0"])
    fill(workspace, 8)
    workspace.store.db.execute("update document set account = 'A-1' where id <> 'd000'")
    workspace.store.db.execute("update document set account = '' where id = 'd000'")
    todos = workspace.three_next()
    assert [(todo.kind, todo.count, todo.target) for todo in todos] == [
        ("unmatched", 1, ""),
        ("upload", 1, "A-0"),
        ("speakers", 8, ""),
    ]
    assert todos[1].text == "Upload a transcript of Firm 0: nothing is known of it"


def test_news_are_what_came_after_the_last_visit(workspace: Workspace) -> None:
    fill(workspace, 2)
    workspace.store.db.execute("update arrival set at = '2026-01-01T10:00:00Z' where document = 'd000'")
    workspace.store.db.execute("update arrival set at = '2026-01-02T10:00:00Z' where document = 'd001'")
    workspace.confirm("d001a", "goal")
    news = workspace.whats_new("2026-01-01T10:00:00Z")
    assert (news.documents, [line.id for line in news.latest]) == (1, ["d001"])
    assert news.highlights == len(brute(workspace, View(document="d001")))
    assert "confirm" in {change.verb for change in news.changed}
    assert workspace.whats_new("2999-01-01T00:00:00Z").changed == ()


def test_views_saved_before_there_were_more_filters_still_load(workspace: Workspace) -> None:
    old = {"name": "Old", "kind": "call", "attributes": {}, "category": "", "account": "", "coded": True}
    workspace.store.db.execute("insert into view values ('Old', ?)", (json.dumps(old),))
    assert workspace.view("Old") == View(name="Old", kind="call")
    workspace.save_view(View(name="New", words="slow exports", role="CFO", source="files"))
    assert workspace.view("New") == View(name="New", words="slow exports", role="CFO", source="files")


@pytest.mark.parametrize(
    ("view", "told"),
    [
        (View(source="nowhere"), "source"),
        (View(document="nothing"), "document"),
        (View(words="?!"), "word"),
    ],
)
def test_a_slip_in_a_filter_is_an_error_and_not_an_empty_page(workspace: Workspace, view: View, told: str) -> None:
    with pytest.raises(IcpVoiceError, match=told):
        workspace.highlights_page(view)


@pytest.mark.parametrize("cursor", ["x", "n", "nAAAA", "n!!!", "z" + "W10", "nWzFd", "nW3t9XQ", "é"])
def test_a_broken_place_to_go_on_from_is_told(workspace: Workspace, cursor: str) -> None:
    with pytest.raises(IcpVoiceError, match=r"no place to go on|another order"):
        workspace.highlights_page(start_after=cursor)
