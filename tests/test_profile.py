"""What is known and what is not, on a store filled by hand: no model decides anything here."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from icp_voice.errors import IcpVoiceError, RuleError
from icp_voice.model import Account, CellState, Gap, Highlight, Side, Tag, View
from icp_voice.profile import gaps as gaps_of
from icp_voice.profile import icp as icp_of
from icp_voice.profile.coverage import coverage
from icp_voice.profile.plan import plan
from icp_voice.store.documents import turn_keys
from icp_voice.store.highlights import Span
from icp_voice.workspace import Workspace
from tests.conftest import ticket

Say = Callable[..., None]


@pytest.fixture
def say(workspace: Workspace, write) -> Say:
    """Let a customer say something that is coded as told."""
    number = 0

    def say(email: str, name: str, *categories: str, date: str = "2026-05-01") -> None:
        nonlocal number
        number += 1
        text = f"Sentence number {number} of {name}."
        added = workspace.add(write(f"{number}.json", ticket(text, email=email, name=name, date=date)))
        document = workspace.store.documents.get(added.new[0])
        [key] = turn_keys(document.turns)
        with workspace.store.transaction():
            span = Span(id=f"h{number}{key}", turn=0, start=0, end=len(text), context="", key=key)
            workspace.store.highlights.put(document.id, [span])
            tags = [Tag(category=category, score=0.9, coder="model:test") for category in categories]
            workspace.store.tags.put("model:test", {span.id: tags})

    return say


EXPECTED = ("pain_point", "buying_process", "discovery_channel", "why_they_buy", "praise")


def gaps(workspace: Workspace) -> list[Gap]:
    matrix = coverage(workspace.store, workspace.settings, workspace.codebook)
    return gaps_of.gaps(
        workspace.store, workspace.settings, workspace.codebook, matrix, lambda view: pytest.fail("no view")
    )


def kinds(workspace: Workspace) -> set[tuple[str, str, str]]:
    return {(gap.kind, gap.account, gap.category) for gap in gaps(workspace)}


def known(say: Say, email: str, *people: str, date: str = "2026-05-01", but: str = "") -> None:
    for person in people:
        for _ in range(2):
            say(email, person, *(category for category in EXPECTED if category != but), date=date)


def test_an_icp_account_never_heard_is_one_gap_and_not_five(workspace, say):
    known(say, "ann@alder.example", "Ann Lee", "Al Fox")
    known(say, "bo@birch.example", "Bo Ek", "Bea Ash")
    assert kinds(workspace) == {("no feedback", "A-5", ""), ("unknown", "A-3", "churn_reason")} | {
        ("thin category", "", category) for category in EXPECTED
    }


def test_gaps_close_when_words_arrive(workspace, say):
    known(say, "ann@alder.example", "Ann Lee", "Al Fox")
    known(say, "bo@birch.example", "Bo Ek", "Bea Ash")
    known(say, "ed@elm.example", "Ed Fry", "Eve Oak")
    say("cy@cedar.example", "Cy Dee", "churn_reason")
    assert kinds(workspace) == set()


def test_a_category_that_an_account_is_silent_on_is_a_gap_of_that_cell(workspace, say):
    known(say, "ann@alder.example", "Ann Lee", "Al Fox", but="discovery_channel")
    cell = workspace.coverage().cell("A-1", "discovery_channel")
    assert (cell.state, cell.reason) == (CellState.UNKNOWN, "nothing was said, nobody asked")
    assert ("unknown", "A-1", "discovery_channel") in kinds(workspace)


def test_one_highlight_where_two_are_wanted_is_weak(workspace, say):
    say("ann@alder.example", "Ann Lee", "pain_point", "discovery_channel")
    matrix = workspace.coverage()
    assert matrix.cell("A-1", "pain_point").state is CellState.WEAK
    assert matrix.cell("A-1", "discovery_channel").state is CellState.COVERED


def test_old_words_are_stale_measured_from_the_newest_document_and_not_from_today(workspace, say):
    known(say, "ann@alder.example", "Ann Lee", "Al Fox", date="2024-03-01")
    assert workspace.coverage().cell("A-1", "praise").state is CellState.COVERED
    say("bo@birch.example", "Bo Ek", "praise", date="2026-03-01")
    assert workspace.coverage().cell("A-1", "praise").state is CellState.STALE
    assert ("stale", "A-1", "") in kinds(workspace)


def test_an_account_heard_through_one_person_wants_a_second_voice(workspace, say):
    known(say, "ann@alder.example", "Ann Lee")
    assert ("one voice", "A-1", "") in kinds(workspace)
    picked = [one for one in plan(workspace.store, workspace.codebook, gaps(workspace), people=8).interviews]
    assert "Ann Lee" not in {one.person for one in picked if any(gap.kind == "one voice" for gap in one.closes)}


def test_the_plan_closes_every_gap_with_few_people_and_three_to_five_questions_each(workspace, say):
    known(say, "ann@alder.example", "Ann Lee", "Al Fox", but="why_they_buy")
    known(say, "bo@birch.example", "Bo Ek")
    open_gaps = gaps(workspace)
    made = plan(workspace.store, workspace.codebook, open_gaps, people=8)
    assert made.open_gaps == ()
    assert {gap for one in made.interviews for gap in one.closes} == set(open_gaps)
    assert all(3 <= len(one.questions) <= 5 for one in made.interviews)
    assert [one.person for one in made.interviews if one.account == "A-5"] == ["Ed Fry"]
    asked = next(one for one in made.interviews if one.account == "A-1" and one.person)
    assert asked.questions[0] == "At the moment of the decision, what tipped it?"


def open_gap(category: str = "", *, kind: str = "unknown", account: str = "A-1", question: str = "") -> Gap:
    return Gap(kind=kind, reason="", account=account, category=category, question=question)


def test_an_interview_asks_all_it_knows_of_its_own_gap_before_it_asks_of_others(workspace):
    [one] = plan(workspace.store, workspace.codebook, [open_gap("pain_point")], people=1).interviews
    assert one.questions == workspace.codebook["pain_point"].interview_questions[:3]


def test_a_question_for_which_no_interview_has_room_stays_open(workspace):
    own = [open_gap(category) for category in EXPECTED[:4]]
    put = [open_gap(kind="question", account="", question=f"What do customers say about {what}?") for what in "ABC"]
    made = plan(workspace.store, workspace.codebook, [*own, *put], people=1)
    [one] = made.interviews
    assert one.questions == (
        *(workspace.codebook[category].interview_questions[0] for category in EXPECTED[:4]),
        "What is your own experience with A?",
    )
    assert (one.closes, made.open_gaps) == ((*own, put[0]), tuple(put[1:]))


@pytest.mark.parametrize("name", ["Ann Lee", "Ann", "ann@alder.example"])
def test_who_did_not_answer_a_question_is_not_picked_for_it_when_another_is_known(workspace, say, name):
    say("al@alder.example", "Al Fox")
    say("ann@alder.example", name)
    asked = max(workspace.documents(), key=lambda document: document.file)
    with workspace.store.transaction():
        workspace.store.questions.put(asked.id, [(0, "praise")])
    own = [open_gap("praise", kind="asked but unanswered")]
    assert [one.person for one in plan(workspace.store, workspace.codebook, own, people=3).interviews] == ["Al Fox"]
    gaps = [open_gap(kind="no feedback", account="A-2"), open_gap("goal"), open_gap("pain_point")]
    shared = open_gap("praise", kind="thin category", account="")
    made = plan(workspace.store, workspace.codebook, [*gaps, *own, shared], people=8)
    assert {one.account for one in made.interviews} == {"A-1", "A-2"}
    assert "Ann Lee" not in {one.person for one in made.interviews if shared in one.closes or own[0] in one.closes}


def test_words_of_one_who_turns_out_to_be_ours_fill_no_cell_and_are_no_voice(workspace, say):
    say("ann@alder.example", "Ann Lee", "pain_point", "discovery_channel")
    [document] = workspace.documents()
    workspace.assign(document.id, sides={"Ann Lee": Side.VENDOR})
    assert {cell.state for cell in workspace.coverage().cells} == {CellState.UNKNOWN}
    assert {gap.kind for gap in gaps(workspace) if gap.account == "A-1"} == {"no feedback"}


def test_a_plan_for_one_person_says_what_stays_open(workspace, say):
    known(say, "ann@alder.example", "Ann Lee", "Al Fox")
    made = workspace.plan(1)
    assert (len(made.interviews), made.interviews[0].account) == (1, "A-2")
    assert made.open_gaps


def test_the_rule_makes_icp_and_hands_outlive_it(workspace):
    workspace.set_icp(add=["Dogwood Steel"], remove=["A-2"])
    icp = workspace.set_icp(where="status = 'active'")
    assert {(one.id, one.by) for one in icp.accounts} == {("A-1", "rule"), ("A-4", "hand"), ("A-5", "rule")}
    assert icp.kept_out == ("A-2",)


def test_one_unknown_name_leaves_rule_and_hands_as_they_were(workspace):
    before = workspace.icp()
    with pytest.raises(IcpVoiceError, match='Did you mean "Cedar Paper"'):
        icp_of.set_icp(workspace.store, "ICP", where="acv_usd > 0", add=["Dogwood Steel"], remove=["Cedar Papr"])
    assert workspace.icp() == before
    icp_of.set_icp(workspace.store, "ICP", where="acv_usd > 0", add=["A-4"], remove=["cedar.example"])
    after = workspace.icp()
    assert ([one.id for one in after.accounts], after.kept_out) == (["A-1", "A-2", "A-4", "A-5"], ("A-3",))


def test_accounts_come_with_their_tags_at_a_cost_that_grows_as_they_do(workspace):
    accounts, steps = workspace.store.accounts, []

    def cost(count: int) -> int:
        with workspace.store.transaction():
            accounts.put(Account(id=f"N-{number:04}", name="N") for number in range(count))
            for number in range(count):
                accounts.tag_by_hand("new", f"N-{number:04}", held=number % 2 == 0)
        steps.clear()
        workspace.store.db.conn.set_progress_handler(lambda: steps.append(1), 100)
        tagged = accounts.all(tag="new")
        workspace.store.db.conn.set_progress_handler(None, 0)
        assert [account.tags for account in tagged] == [("new",)] * (count // 2)
        return len(steps)

    assert [(one.id, one.tags) for one in accounts.all()][:3] == [("A-1", ("ICP",)), ("A-2", ("ICP",)), ("A-3", ())]
    assert 3 * cost(400) > cost(800)


def test_near_misses_say_what_keeps_them_out(workspace):
    icp = workspace.icp()
    assert [(one.id, one.reason) for one in icp.near_misses] == [
        ("A-3", "fails only status = 'active' (churned)"),
        ("A-4", "fails only acv_usd >= 40000 (39500)"),
    ]
    assert icp.without_feedback == ("A-1", "A-2", "A-5")


def test_a_rule_with_an_unknown_column_is_refused_and_the_old_one_stays(workspace):
    with pytest.raises(RuleError, match='Did you mean "acv_usd"'):
        workspace.set_icp(where="acv_usdd > 3")
    assert workspace.icp().rule == "status = 'active' and acv_usd >= 40000"


def test_reimported_accounts_are_tagged_by_the_rule_again(workspace, tmp_path):
    crm = tmp_path / "again.csv"
    crm.write_text("Account ID,Account Name,Website,Status,ACV USD\nA-4,Dogwood Steel,dogwood.example,active,52000\n")
    workspace.import_accounts(crm)
    assert "A-4" in {one.id for one in workspace.icp().accounts}
    assert len(workspace.store.accounts.all()) == 5


def texts(highlights: list[Highlight]) -> set[str]:
    return {highlight.speaker for highlight in highlights}


def test_a_view_is_kept_under_a_name_of_real_characters(workspace):
    workspace.save_view(View(name="half \udcff", category="pain_point"))
    assert [view.name for view in workspace.views()] == ["half \ufffd"]


def test_views_filter_by_tag_account_category_date_kind_and_attribute(workspace, say):
    say("ann@alder.example", "Ann Lee", "praise", date="2026-01-10")
    say("di@dogwood.example", "Di Orr", "praise", date="2026-03-10")
    say("bo@birch.example", "Bo Ek", "pain_point", date="2026-05-10")
    assert texts(workspace.highlights(View(account_tag="ICP"))) == {"Ann Lee", "Bo Ek"}
    assert texts(workspace.highlights(View(account="Alder Foods"))) == {"Ann Lee"}
    assert texts(workspace.highlights(View(category="praise"))) == {"Ann Lee", "Di Orr"}
    assert texts(workspace.highlights(View(since="2026-03"))) == {"Di Orr", "Bo Ek"}
    assert texts(workspace.highlights(View(until="2026-03"))) == {"Ann Lee", "Di Orr"}
    assert texts(workspace.highlights(View(kind="call"))) == set()
    assert texts(workspace.highlights(View(attributes={"acv_usd": "39500"}))) == {"Di Orr"}


@pytest.mark.parametrize(
    ("view", "told"),
    [
        (View(category="prais"), 'Did you mean "praise"'),
        (View(account="Alder Fods"), 'Did you mean "Alder Foods"'),
        (View(attributes={"acv": "1"}), "Known: acv_usd, status"),
        (View(kind="letter"), "Known: call"),
        (View(account_tag="VIP"), "Known: ICP"),
        (View(since="May"), "2026-05-12"),
    ],
)
def test_a_slip_in_a_view_is_an_error_and_not_an_empty_list(workspace, view, told):
    with pytest.raises(IcpVoiceError, match=told):
        workspace.highlights(view)


def test_a_persons_word_outranks_the_models_and_comes_back_with_the_words(workspace, write, say):
    say("ann@alder.example", "Ann Lee", "pain_point")
    highlight = workspace.highlights()[0]
    workspace.reject(highlight.id, "pain_point", by="Vera")
    workspace.confirm(highlight.id, "goal", by="Vera")
    [after] = workspace.highlights()
    assert after.categories == ("goal",)
    assert [(tag.category, tag.coder, tag.state) for tag in after.tags] == [
        ("goal", "person:Vera", "confirmed"),
        ("pain_point", "person:Vera", "rejected"),
    ]
