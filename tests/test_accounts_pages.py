"""Accounts in pages, a rule tried before it is kept, accounts typed in by hand, and imports looked at beforehand."""

from __future__ import annotations

import pytest

from icp_voice.errors import FormError, IcpVoiceError, RuleError
from icp_voice.model import Contact
from icp_voice.profile.rule_parser import parse_rule
from icp_voice.profile.rule_writer import Row, write_rule
from icp_voice.workspace import Workspace

WORDS = """Vera Field: And what is hard at month end?
{who}: The approval queue is terribly slow at month end, we sit there until nine every evening.
"""
HEADER = "Account ID,Account Name,Website,Status,ACV USD"


def names(rows) -> list[str]:
    return [one.name for one in rows]


# -- the rule ---------------------------------------------------------------------------------------------------------


def test_a_rule_is_tried_and_nothing_is_kept(workspace):
    before = workspace.icp()
    tried = workspace.preview_icp("acv_usd >= 60000", remove=["Elm Textiles"])
    assert (tried.matches, tried.members, tried.entering, tried.leaving, tried.staying) == (3, 2, 1, 2, 1)
    assert names(tried.enters) == ["Cedar Paper"]
    assert [(one.name, one.reason) for one in tried.leaves] == [
        ("Birch Tools", "fails acv_usd >= 60000 (41000)"),
        ("Elm Textiles", "kept out by hand"),
    ]
    assert names(tried.stays) == ["Alder Foods"]
    assert workspace.icp() == before
    workspace.set_icp(where="acv_usd >= 60000", remove=["Elm Textiles"])
    assert names(workspace.icp().accounts) == ["Alder Foods", "Cedar Paper"]


def test_a_near_miss_tells_every_condition_as_it_stands(workspace):
    (missed,) = (one for one in workspace.preview_icp().near_misses if one.name == "Dogwood Steel")
    assert missed.reason == "fails only acv_usd >= 40000 (39500)"
    assert [(one.text, one.value, one.held) for one in missed.conditions] == [
        ("status = 'active'", "active", True),
        ("acv_usd >= 40000", 39500, False),
    ]


@pytest.mark.parametrize(
    ("rule", "position", "told"),
    [
        ("status = 'active' and acv_us >= 4", 22, 'Did you mean "acv_usd"?'),
        ("  statsu = 'active'", 2, 'Did you mean "status"?'),
        ("status = 'active' and )", 22, "Allowed"),
        ("status = 'active", 9, "Allowed"),
        ("status = 1; drop table account", 12, "Allowed"),
    ],
)
def test_what_is_wrong_with_a_rule_is_shown_where_it_stands(workspace, rule, position, told):
    tried = workspace.preview_icp(rule)
    assert tried.error.startswith("ICP rule: ")
    assert told in tried.hint
    assert (tried.position, tried.members) == (position, 0)


def test_a_rule_can_be_taken_back_and_an_account_left_to_it_again(workspace):
    workspace.tag_account("Cedar Paper", held=True)
    assert workspace.account("A-3").tags == ("ICP",)
    assert names(workspace.remove_icp_rule().accounts) == ["Cedar Paper"]
    workspace.set_icp(where="status = 'active'")
    workspace.tag_account("Cedar Paper", held=None)
    assert names(workspace.icp().accounts) == ["Alder Foods", "Birch Tools", "Dogwood Steel", "Elm Textiles"]
    was = {"hand": {"A-3": True}, "tag": "ICP"}
    assert workspace.changes(verb="tag account")[0].detail == {"tag": "ICP", "held": None, "was": was}


def test_a_rule_and_a_word_by_hand_are_taken_back_as_if_they_had_never_been(workspace):
    members = names(workspace.icp().accounts)
    before = workspace.store.accounts.recall("rule:ICP")
    workspace.set_icp(where="acv_usd > 80000")
    assert names(workspace.icp().accounts) != members
    assert workspace.undo().verb == "set icp"
    assert (names(workspace.icp().accounts), workspace.icp().rule) == (members, before)
    workspace.tag_account(members[0], held=False)
    assert names(workspace.icp().accounts) == members[1:]
    workspace.undo()
    assert names(workspace.icp().accounts) == members
    workspace.remove_icp_rule()
    workspace.undo()
    assert (names(workspace.icp().accounts), workspace.icp().rule) == (members, before)


def test_a_rule_under_a_later_one_is_not_taken_back_alone(workspace):
    workspace.set_icp(where="acv_usd > 80000")
    first = workspace.last_undoable().number
    workspace.set_icp(where="acv_usd > 20000")
    with pytest.raises(IcpVoiceError, match="Take back"):
        workspace.undo(first)


@pytest.mark.parametrize(
    ("rows", "joined", "rule"),
    [
        (
            [("status", "is", "active"), ("acv_usd", "at least", "40,000")],
            "and",
            "status = 'active' and acv_usd >= 40000",
        ),
        ([("Industry", "contains", "o'neill")], "and", "industry like '%o''neill%'"),
        (
            [("country", "is one of", "DE, AT"), ("pilot", "is", "true")],
            "or",
            "country in ('DE', 'AT') or pilot = true",
        ),
        (
            [("since", "is filled", ""), ("", "is", "x"), ("zip", "is", "0071")],
            "and",
            "since is not null and zip = '0071'",
        ),
    ],
)
def test_rows_that_people_choose_become_a_rule_that_can_be_read(rows, joined, rule):
    written = write_rule([Row(column=one, comparison=two, value=three) for one, two, three in rows], joined)
    assert written == rule
    assert parse_rule(written).text == rule


def test_a_row_without_its_value_says_which(workspace):
    with pytest.raises(FormError, match="acv_usd at least: a value is missing"):
        write_rule([Row(column="acv_usd", comparison="at least")])


def test_the_columns_a_rule_may_name_come_with_type_range_and_values(workspace):
    workspace.put_account("Alder Foods", attributes={"Since": "2024-05-01", "Pilot": True})
    columns = {one.name: one for one in workspace.account_columns()}
    assert (columns["acv_usd"].kind, columns["acv_usd"].low, columns["acv_usd"].high) == ("number", 39500, 90000)
    assert columns["status"].commonest == (("active", 4), ("churned", 1))
    assert (columns["since"].kind, columns["since"].filled, columns["since"].accounts) == ("date", 1, 5)
    assert (columns["pilot"].kind, columns["pilot"].commonest) == ("yes or no", ((True, 1),))


# -- pages ------------------------------------------------------------------------------------------------------------


def test_a_page_counts_what_is_known_of_each_account(workspace, write):
    workspace.add(write("Alder Foods/2026-05-01.txt", WORDS.format(who="Ann Lee")))
    workspace.add(write("Alder Foods/2026-06-01.txt", WORDS.format(who="Al Orr").replace("nine", "ten")))
    workspace.add(write("Birch Tools/2026-04-01.txt", WORDS.format(who="Bo Ek").replace("nine", "six")))
    workspace.run()
    page = workspace.accounts_page(sort="-documents", most=2)
    assert (page.total, len(page.rows)) == (5, 2)
    alder, birch = page.rows
    assert (alder.account.name, alder.by, alder.documents, alder.highlights, alder.newest, alder.contacts) == (
        *("Alder Foods", "rule", 2, 2, "2026-06-01"),
        1,
    )
    assert (birch.account.name, birch.highlights) == ("Birch Tools", 1)
    assert [row.account.name for row in workspace.accounts_page(sort="newest").rows[:2]] == [
        "Birch Tools",
        "Alder Foods",
    ]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"search": "birch"}, ["Birch Tools"]),
        ({"search": "controller"}, []),
        ({"search": "ed fry"}, ["Elm Textiles"]),
        ({"search": "a-3"}, ["Cedar Paper"]),
        ({"search": "%"}, []),
        ({"tag": "ICP"}, ["Alder Foods", "Birch Tools", "Elm Textiles"]),
        ({"where": "acv_usd < 50000"}, ["Birch Tools", "Dogwood Steel"]),
        ({"sort": "-acv_usd", "most": 2}, ["Alder Foods", "Elm Textiles"]),
        ({"sort": "-name", "start": 3}, ["Birch Tools", "Alder Foods"]),
        (
            {"sort": "'; drop table account"},
            ["Alder Foods", "Birch Tools", "Cedar Paper", "Dogwood Steel", "Elm Textiles"],
        ),
    ],
)
def test_accounts_are_found_and_sorted(workspace, asked, found):
    assert [row.account.name for row in workspace.accounts_page(**asked).rows] == found


def test_a_filter_that_names_no_column_is_an_error(workspace):
    with pytest.raises(RuleError, match=r'no column "acv".*Did you mean "acv_usd"'):
        workspace.accounts_page(where="acv > 4")


# -- by hand ----------------------------------------------------------------------------------------------------------


def test_an_account_is_typed_in_and_its_words_find_it(workspace, write):
    workspace.add(write("fir.txt", WORDS.format(who="Fay Ott")), write("Fir Glass/call.txt", WORDS.format(who="Fi")))
    made = workspace.put_account(
        name=" Fir  Glass ", domains="https://www.fir.example/x", attributes={"ACV USD": "52000", "Status": "active"}
    )
    assert (made.id, made.name, made.domains) == ("fir-glass", "Fir Glass", ("fir.example",))
    assert (made.attributes, made.tags) == ({"acv_usd": 52000, "status": "active"}, ("ICP",))
    assert {one.file.split("/")[-1]: one.account for one in workspace.documents()}["call.txt"] == "fir-glass"


def test_what_a_person_corrected_outlives_the_next_import(workspace, tmp_path):
    workspace.put_account("A-1", name="Alder & Sons", attributes={"acv_usd": 99000, "status": None})
    crm = tmp_path / "again.csv"
    crm.write_text(f"{HEADER},City\nA-1,Alder Foods,alder.example,active,90000,Graz\n", "utf-8")
    workspace.import_accounts(crm)
    account = workspace.account("A-1")
    assert (account.name, account.attributes) == ("Alder & Sons", {"acv_usd": 99000, "city": "Graz"})


@pytest.mark.parametrize(
    ("given", "field", "told"),
    [
        ({"name": " "}, "name", "needs a name"),
        ({"name": "birch tools"}, "name", "known already, as A-2"),
        ({"name": "Fir", "domains": "not a domain"}, "domains", "is no domain"),
        ({"name": "Fir", "domains": ["elm.example"]}, "domains", "a domain of Elm Textiles"),
        ({"name": "Fir", "attributes": {"Name": "x"}}, "attributes", "cannot be the name"),
    ],
)
def test_a_typed_account_that_is_not_allowed_names_its_field(workspace, given, field, told):
    with pytest.raises(FormError, match=told) as error:
        workspace.put_account(**given)
    assert (error.value.field, len(workspace.accounts())) == (field, 5)


def test_people_are_added_corrected_and_forgotten(workspace):
    workspace.put_contact("Alder Foods", "Al Orr", role="CFO", email="al@alder.example")
    workspace.put_contact("alder.example", "Al Orr", role="CEO")
    assert workspace.contacts("A-1")[0] == Contact(account="A-1", name="Al Orr", role="CEO")
    workspace.remove_contact("A-1", "Al Orr")
    assert [one.name for one in workspace.contacts("A-1")] == ["Ann Lee"]
    with pytest.raises(FormError, match="no such person"):
        workspace.remove_contact("A-1", "Al Orr")
    with pytest.raises(FormError, match="mail address") as error:
        workspace.put_contact("A-1", "Al", email="al")
    assert error.value.field == "email"
    assert "Al" not in str([one.detail for one in workspace.changes()])


def test_two_accounts_that_are_one_company_become_one_for_good(workspace, write, tmp_path):
    workspace.add(write("Birch Tools/call.txt", WORDS.format(who="Bo Ek")))
    workspace.put_account("A-2", attributes={"city": "Graz"})
    workspace.tag_account("Birch Tools", held=True)
    merged = workspace.merge_accounts("Birch Tools", "Cedar Paper")
    assert (merged.id, merged.also, merged.tags) == ("A-3", ("A-2", "Birch Tools"), ("ICP",))
    assert merged.domains == ("cedar.example", "birch.example")
    assert merged.attributes == {"status": "churned", "acv_usd": 60000, "city": "Graz"}
    assert [one.name for one in workspace.contacts("A-2")] == ["Bo Ek", "Cy Dee"]
    workspace.add(write("Birch Tools/other.txt", WORDS.format(who="Bo Ek").replace("nine", "four")))
    crm = tmp_path / "again.csv"
    crm.write_text(
        f"{HEADER}\nA-2,Birch Tools,birch.example,active,1\nA-3,Cedar Paper,cedar.example,active,2\n", "utf-8"
    )
    assert workspace.import_accounts(crm).new == 0
    assert {one.account for one in workspace.documents()} == {"A-3"}
    assert workspace.account("birch.example").id == workspace.account("A-2").id == "A-3"
    assert len(workspace.accounts()) == 4
    with pytest.raises(FormError, match="twice"):
        workspace.merge_accounts("A-2", "A-3")


# -- an import looked at beforehand -----------------------------------------------------------------------------------


def test_an_import_is_previewed_with_what_is_new_and_what_changes(workspace, tmp_path):
    crm = tmp_path / "new.csv"
    crm.write_text(
        f"{HEADER}\nA-1,Alder Foods,alder.example,active,95000\nA-2,Birch Tools,birch.example,active,41000\n"
        "A-9,Fir Glass,fir.example,active,1\n",
        "utf-8",
    )
    shown = workspace.preview_accounts(crm)
    assert (shown.accounts, shown.new, shown.changed, shown.unchanged, shown.error) == (3, 1, 1, 1, "")
    (change,) = shown.changes
    assert (change.account, change.field, change.before, change.after) == ("A-1", "acv_usd", 90000, 95000)
    assert shown.fields == (("acv_usd", 1),)
    assert [(one.name, one.meaning, one.samples[0]) for one in shown.columns][:4] == [
        ("Account ID", "id", "A-1"),
        ("Account Name", "name", "Alder Foods"),
        ("Website", "domain", "alder.example"),
        ("Status", "attribute", "active"),
    ]
    assert len(workspace.accounts()) == 5


def test_a_file_whose_columns_say_nothing_is_mapped_by_hand(workspace, tmp_path):
    crm = tmp_path / "odd.csv"
    crm.write_text("Nr,Wer,Ort\nK-1,Fir Glass,Graz\n", "utf-8")
    shown = workspace.preview_accounts(crm)
    assert "no column with the accounts' names" in shown.error
    assert [one.name for one in shown.columns] == ["Nr", "Wer", "Ort"]
    assert "name" in shown.choices
    mapping = {"id": "Nr", "name": "Wer"}
    assert [one.id for one in workspace.preview_accounts(crm, mapping=mapping).added] == ["K-1"]
    workspace.import_accounts(crm, mapping=mapping)
    assert workspace.account("Fir Glass").attributes == {"ort": "Graz"}
    assert workspace.preview_accounts(crm, mapping=mapping).unchanged == 1


def test_known_accounts_under_other_ids_are_told_before_the_import(workspace, tmp_path):
    crm = tmp_path / "ids.csv"
    crm.write_text(f"{HEADER}\nX-1,Alder Foods,alder.example,active,1\n", "utf-8")
    assert "known under the id A-1, and comes as X-1" in workspace.preview_accounts(crm).error


def test_a_decision_about_an_account_does_not_wait_for_a_run(workspace):
    other = Workspace(workspace.folder, by="anna")
    with workspace.writing("run"):
        other.tag_account("A-3", held=True)
        other.put_account(name="Fir Glass")
        other.set_icp(where="acv_usd > 1")
    assert {one.by for one in workspace.changes(most=3)} == {"anna"}


def test_what_another_process_says_of_accounts_is_seen_at_once(workspace):
    other = Workspace(workspace.folder, by="anna")
    assert (len(workspace.accounts()), len(other.accounts())) == (5, 5)
    other.put_account(name="Fir Glass")
    assert (len(workspace.accounts()), len(other.accounts())) == (6, 6)
    workspace.tag_account("Fir Glass", held=True)
    assert other.account("Fir Glass").tags == workspace.account("Fir Glass").tags == ("ICP",)
