"""Asking in a view: what is read, what is counted, and which guiding question is met. Words are coded by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from icp_voice.model import Side, Tag, View
from icp_voice.store.documents import turn_keys
from icp_voice.store.highlights import Span
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

    def hear(said: list[tuple[str, str, str]]) -> None:
        for number, (domain, text, _) in enumerate(said):
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
                text, category = said[number][1:]
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
    get = Vectors.get
    monkeypatch.setattr(Vectors, "get", lambda self, model, texts: read.append(len(texts)) or get(self, model, texts))
    answer = workspace.ask(EXPORT)
    assert (answer.answered, answer.accounts, answer.of_accounts) == (True, 60, 80)
    assert read.count(80) == 1


def test_words_of_one_who_turns_out_to_be_ours_answer_nothing(workspace, hear):
    hear([("alder.example", SLOW, "pain_point"), ("birch.example", QUICK, "praise")])
    [ours] = [document for document in workspace.documents() if document.account == "A-2"]
    workspace.assign(ours.id, sides={"Pat No1": Side.VENDOR})
    assert [quote.highlight.text for quote in workspace.ask(EXPORT).quotes] == [SLOW]
