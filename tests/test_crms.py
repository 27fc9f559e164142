"""What HubSpot and Salesforce do in ways of their own."""
# ruff: noqa: F811 (pytest hands fixtures over by the name of a parameter)

from __future__ import annotations

from icp_voice.ingest.vendors import hubspot
from tests.fakes.base import answer
from tests.fakes.salesforce import case_id
from tests.opened import account, opened, people, sides  # noqa: F401
from tests.test_sources import WORDS, fill, heard

# -- HubSpot --------------------------------------------------------------------------------------------------------


def test_more_changes_at_one_moment_than_hubspots_search_shows_all_come(opened, monkeypatch):
    fake, connected = opened("hubspot")
    fill(fake, 1, 1)
    connected.sync()
    monkeypatch.setattr(hubspot, "MOST", 4)
    fill(fake, 2, 12)
    for one in fake.known["tickets"].values():
        one["updatedAt"] = fake.known["tickets"]["12"]["updatedAt"]
    added = connected.sync()["hubspot"]
    assert (len(added.new), added.errors) == (11, [])
    assert fake.asked("tickets/search") == 7  # pages of two, two of one search at most, and an empty one


def test_hubspots_companies_and_contacts_come_with_their_attributes_and_change(opened):
    fake, connected = opened("hubspot", company_properties=["plan_tier"])
    fake.put("companies", "102", {"name": "Fir Glass", "domain": "fir.example", "plan_tier": "gold"})
    fill(fake, 1, 1)
    connected.sync()
    assert account(connected, "Fir Glass").attributes == {"plan_tier": "gold"}
    assert account(connected, "Alder Foods").attributes["numberofemployees"] == 240
    fake.put("companies", "102", {"name": "Fir Glass", "domain": "fir.example", "plan_tier": "silver"})
    fake.put(
        "contacts", "202", {"firstname": "Finn", "lastname": "Oak", "jobtitle": "CFO", "associatedcompanyid": "102"}
    )
    connected.sync()
    assert account(connected, "Fir Glass").attributes == {"plan_tier": "silver"}
    assert [(one.role, one.account) for one in people(connected, "Finn Oak")] == [("CFO", "102")]


def test_a_single_company_of_hubspot_is_read_anew_by_its_id(opened):
    fake, connected = opened("hubspot")
    connected.sync()
    fake.put("companies", "101", {"name": "Alder Foods", "industry": "RETAIL"})
    assert connected.fetch("hubspot", ["companies/101", "contacts/999"]).errors == []
    assert account(connected, "Alder Foods").attributes["industry"] == "RETAIL"


def test_a_conversation_of_hubspots_inbox_holds_what_people_said_to_each_other(opened):
    fake, connected = opened("hubspot")
    fake.talk(
        4,
        {"actor": "V-11", "text": "The export is missing."},
        {"actor": "B-1", "text": "Welcome! Someone will be with you."},
        {"actor": "A-21", "text": "Do not promise it.", "type": "COMMENT"},
        {"actor": "S-1", "text": "", "type": "ASSIGNMENT"},
        {"actor": "A-21", "text": "It comes in May."},
    )
    added = connected.sync()["hubspot"]
    assert sides(connected, "hubspot://threads/4") == [
        ("customer", "The export is missing."),
        ("vendor", "It comes in May."),
    ]
    document = connected.document("hubspot://threads/4")
    assert (document.account, document.kind, document.url) == (
        "A-1",
        "chat",
        "https://app.hubspot.com/live-messages/77/inbox/4",
    )
    assert {"1 bot message left out", "1 internal note left out", "1 message of HubSpot itself left out"} <= set(
        added.warnings
    )
    assert connected.sync()["hubspot"].updated == []


def test_what_one_of_us_noted_in_hubspot_is_no_word_of_the_customer(opened):
    fake, connected = opened("hubspot")
    fake.put("notes", "31", {"hs_note_body": "<p>They want to leave.</p>"}, companies="101")
    fake.put(
        "tickets",
        "7",
        {"subject": "By phone", "content": "Asked for a refund.", "source_type": "PHONE"},
        companies="101",
    )
    connected.sync()
    assert sides(connected, "hubspot://notes/31") == [("unknown", "They want to leave.")]
    assert connected.document("hubspot://notes/31").url == (
        "https://app.hubspot.com/contacts/77/record/0-2/101?engagement=31"
    )
    assert sides(connected, "hubspot://tickets/7") == [("unknown", "Asked for a refund.")]
    assert {document.account for document in connected.documents()} == {"A-1"}


def test_hubspots_limit_without_a_word_on_how_long_is_waited_out(opened):
    fake, connected = opened("hubspot")
    fill(fake, 1, 1)
    told = {"status": "error", "message": "limit", "errorType": "RATE_LIMIT", "policyName": "TEN_SECONDLY_ROLLING"}
    fake.next(answer(told, 429))
    assert len(connected.sync()["hubspot"].new) == 1


def test_a_scope_that_hubspot_misses_is_named(opened):
    fake, connected = opened("hubspot")
    context = {"requiredGranularScopes": ["crm.objects.companies.read"]}
    told = {"status": "error", "message": "no", "errors": [{"context": context}], "category": "MISSING_SCOPES"}
    fake.next(answer(told, 403))
    assert "Missing: crm.objects.companies.read" in connected.sync()["hubspot"].errors[0].error


# -- Salesforce -----------------------------------------------------------------------------------------------------


def test_a_comment_brings_its_salesforce_case_again_though_the_case_did_not_change(opened):
    fake, connected = opened("salesforce")
    fill(fake, 1, 3)
    connected.sync()
    for number in range(10, 30):
        fake.put("Contact", f"0030000000{number:05}AAA", Name=f"Person {number}", AccountId=None)  # time passes
    fake.comment(2, 3, "It is still slow.", user="CspLitePortal")
    added = connected.sync()["salesforce"]
    assert (len(added.new), len(added.updated)) == (0, 1)
    assert sides(connected, fake.file(2)) == [
        ("customer", WORDS.format(2)),
        ("vendor", "Thanks, we are looking into it."),
        ("customer", "It is still slow."),
    ]
    fake.put("CaseComment", f"00a{2:011}3AAA", IsDeleted=True)
    connected.sync()
    assert heard(connected)[fake.file(2)] == WORDS.format(2)


def test_salesforces_next_page_lies_at_an_address_without_a_host_and_needs_no_query(opened):
    fake, connected = opened("salesforce")
    fill(fake, 1, 5)
    connected.sync()
    assert len(heard(connected)) == 5
    assert all("q=" not in one for one in fake.requests if "/query/01g" in one)
    assert fake.tokens == 1


def test_salesforces_limit_inside_a_403_is_waited_out_and_is_no_missing_right(opened):
    fake, connected = opened("salesforce")
    fill(fake, 1, 1)
    limit = [{"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}]
    fake.next(answer(limit, 403), "queryAll")
    assert len(connected.sync()["salesforce"].new) == 1
    for _ in range(4):
        fake.next(answer(limit, 403), "queryAll")
    added = connected.sync()["salesforce"]
    assert added.paused and "limit is reached" in added.errors[0].error


def test_an_object_that_is_switched_off_in_salesforce_is_told_and_the_others_come(opened):
    fake, connected = opened("salesforce")
    fill(fake, 1, 1)
    fake.off = {"EmailMessage"}
    added = connected.sync()["salesforce"]
    assert (len(added.new), added.errors) == (1, [])
    assert any("EmailMessage is switched off" in warning for warning in added.warnings)


def test_salesforces_mails_drafts_and_phone_cases_are_told_apart(opened):
    fake, connected = opened("salesforce")
    fill(fake, 1, 1)
    fake.mail(1, 2, "We will look into the queue.", Incoming=False, FromName="Vera Field", FromAddress="v@ours.example")
    fake.mail(1, 3, "A draft that was never sent.", Incoming=False, Status="5")
    fake.mail(1, 4, "Thanks.\n\nOn Mon, 4 May 2026, Vera Field <v@ours.example> wrote:\n> We will look into the queue.")
    fake.put(
        "Case",
        case_id(9),
        CaseNumber="9",
        Description="Wants a refund.",
        Origin="Phone",
        AccountId="001000000000101AAA",
    )
    connected.sync()
    said = sides(connected, fake.file(1))
    assert said.count(("customer", WORDS.format(1))) == 1  # a case's description repeats the mail that opened it
    assert ("vendor", "We will look into the queue.") in said
    assert ("customer", "Thanks.") in said
    assert not any("draft" in words for _, words in said)
    assert sides(connected, fake.file(9)) == [("unknown", "Wants a refund.")]


def test_salesforces_accounts_people_and_tasks_come_with_links(opened):
    fake, connected = opened("salesforce", account_fields=["Segment__c"])
    fake.put("Account", "001000000000102AAA", Name="Fir Glass", Website="fir.example", Segment__c="mid")
    fake.put("Contact", "003000000000202AAA", Name="Finn Oak", Title="CFO", AccountId="001000000000102AAA")
    fake.put(
        "Task", "00T000000000001AAA", Subject="Call", Description="They compare us.", AccountId="001000000000102AAA"
    )
    connected.sync()
    assert account(connected, "Fir Glass").attributes == {"segment": "mid"}
    assert account(connected, "Alder Foods").attributes["number_of_employees"] == 240
    assert [(one.role, one.account) for one in people(connected, "Finn Oak")] == [("CFO", "001000000000102AAA")]
    note = connected.document("salesforce://Task/00T000000000001AAA")
    assert (note.account, note.kind) == ("001000000000102AAA", "note")
    assert note.url == "https://acme.lightning.force.com/lightning/r/Task/00T000000000001AAA/view"


def test_no_record_id_gets_into_a_query_of_salesforce(opened):
    fake, connected = opened("salesforce")
    gone = connected.fetch("salesforce", ["Case/x') OR (Id != '"])
    assert gone.errors == []
    assert fake.queries[-1].endswith("WHERE Id IN ('')")
