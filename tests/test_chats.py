"""What Intercom and Slack do in ways of their own."""
# ruff: noqa: F811 (pytest hands fixtures over by the name of a parameter)

from __future__ import annotations

from icp_voice.ingest import connector
from icp_voice.ingest.pull.api import Api
from icp_voice.ingest.pull.rest import Http
from icp_voice.ingest.pull.secrets import Secrets
from icp_voice.workspace import Workspace
from tests.fakes import slack
from tests.fakes.base import answer
from tests.opened import account, opened, people, sides  # noqa: F401
from tests.test_sources import WORDS, fill, heard

# -- Intercom -------------------------------------------------------------------------------------------------------


def test_intercom_brings_every_company_though_its_scroll_parameter_stays_the_same(opened):
    fake, connected = opened("intercom")
    fill(fake, 1, 1)
    connected.sync()
    assert fake.asked("scroll_param=25b649f7") == 2
    assert account(connected, "Fir Glass").domains == ("fir.example",)
    alder = account(connected, "Alder Foods")
    assert (alder.id, alder.attributes["plan"], alder.attributes["region_name"]) == ("A-1", "Scale", "North")
    assert [(one.role, one.account) for one in people(connected, "Ann Lee")] == [("Head of Finance", "A-1")]


def test_a_scroll_that_intercom_still_holds_open_does_not_stop_the_conversations(opened):
    fake, connected = opened("intercom")
    fill(fake, 1, 1)
    fake.next(answer({"type": "error.list", "errors": [{"code": "scroll_exists"}]}, 400), "scroll")
    added = connected.sync()["intercom"]
    assert (len(added.new), added.errors) == (1, [])


def test_intercoms_notes_bots_and_redacted_messages_are_no_words_of_customers(opened):
    fake, connected = opened("intercom")
    fill(fake, 1, 1)
    fake.known[1]["conversation_parts"]["conversation_parts"][2]["redacted"] = True
    added = connected.sync()["intercom"]
    assert sides(connected, "intercom://1") == [("customer", WORDS.format(1))]
    assert [one for one in added.warnings if "left out" in one] == [
        "1 bot message left out",
        "1 internal note left out",
        "1 redacted message left out",
    ]


def test_what_intercom_does_not_give_beyond_500_parts_is_told(opened):
    fake, connected = opened("intercom")
    fill(fake, 1, 1)
    fake.known[1]["conversation_parts"]["total_count"] = 740
    assert "737 older messages that Intercom does not give left out" in connected.sync()["intercom"].warnings


def test_intercoms_unix_times_are_the_days_of_its_documents_and_its_region_the_host_of_their_pages(opened):
    fake, connected = opened("intercom", region="eu")
    fill(fake, 1, 1)
    connected.sync()
    document = connected.document("intercom://1")
    assert (document.date, document.kind) == ("2025-10-09", "chat")
    assert document.url == "https://app.eu.intercom.com/a/inbox/ecahpwf5/inbox/conversation/1"


def test_a_conversation_that_intercom_deletes_while_it_is_fetched_is_gone(opened):
    fake, connected = opened("intercom")
    fill(fake, 1, 2)
    connected.sync()
    fake.delete(2)
    assert connected.fetch("intercom", ["2"]).gone == ["intercom://2"]


# -- Slack ----------------------------------------------------------------------------------------------------------


def test_a_slack_thread_is_read_again_when_its_latest_reply_has_moved_and_not_before(opened):
    fake, connected = opened("slack")
    fill(fake, 1, 3)
    connected.sync()
    read = fake.asked("conversations.replies")
    fake.reply(2, 3, "It is still slow.")
    added = connected.sync()["slack"]
    assert fake.asked("conversations.replies") - read == 2  # two pages of one thread
    assert len(added.updated) == 1
    assert heard(connected)[fake.file(2)] == f"{WORDS.format(2)} It is still slow."


def test_an_old_slack_thread_that_somebody_answers_to_the_whole_channel_is_read_again(opened):
    fake, connected = opened("slack", look_back_days=0)
    fill(fake, 1, 1)
    fill(fake, 60, 60)
    connected.sync()
    fake.reply(1, 3600, "It is slow again.")
    fake.said[slack.ts(61)]["subtype"] = "thread_broadcast"
    connected.sync()
    assert heard(connected)[fake.file(1)] == f"{WORDS.format(1)} It is slow again."


def test_what_is_said_outside_slacks_threads_is_one_document_a_day(opened):
    fake, connected = opened("slack")
    fake.say("1777611600.000100", "The export is missing.")
    fake.say("1777615200.000100", "&gt; We will add it soon.\nWhen is soon?")
    fake.say("1777698000.000100", "Still missing.")
    connected.sync()
    day = f"slack://{slack.CHANNEL}:2026-05-01"
    assert sides(connected, day) == [("customer", "The export is missing."), ("customer", "When is soon?")]
    assert connected.document(day).url == f"https://acme.slack.com/archives/{slack.CHANNEL}/p1777611600000100"
    del fake.said["1777698000.000100"]
    assert connected.sync()["slack"].gone == [f"slack://{slack.CHANNEL}:2026-05-02"]


def test_a_day_of_slack_and_a_thread_that_is_gone_can_be_read_alone(opened):
    fake, connected = opened("slack")
    fake.say("1777611600.000100", "The export is missing.")
    fill(fake, 1, 1)
    connected.sync()
    fake.said["1777611600.000100"]["text"] = "The export is there."
    fake.delete(1)
    day = f"{slack.CHANNEL}:2026-05-01"
    fetched = connected.fetch("slack", [day, fake.file(1).partition("://")[2]])
    assert (len(fetched.updated), fetched.gone) == (1, [fake.file(1)])
    assert heard(connected) == {f"slack://{day}": "The export is there."}


def test_slacks_channels_are_those_that_are_named_and_belong_to_whom_the_settings_say(opened):
    fake, connected = opened("slack")
    fake.joined = [channel | {"is_member": True} for channel in fake.joined]
    with (connected.folder / "icp-voice.toml").open("a") as file:
        file.write('[connectors.slack.channels]\nshared-alder = "Birch Tools"\nshared-elm = ""\n')
    connected = Workspace(connected.folder)
    fill(fake, 1, 1)
    added = connected.sync()["slack"]
    assert {document.account for document in connected.documents()} == {"A-2"}
    assert fake.asked("channel=C0BIRCH002") == 0
    assert any("shared-elm" in warning for warning in added.warnings)


def test_slack_is_asked_at_the_pace_of_each_method(opened):
    fake, connected = opened("slack")
    paces: list[dict[str, float]] = []

    class Watched(connector.Client):
        def open(self, api: Api) -> Http:
            paces.append({pace.path: pace.per_minute for pace in api.paces})
            return super().open(api)

    shipped = connector.load("slack")
    client = Watched(name="slack", secrets=Secrets("slack", fake.SECRETS, connected.folder))
    assert shipped.check(shipped.Settings(workspace="acme", base_url=fake.base_url), client) == "reads shared-alder"
    client.close()
    assert paces == [{"/conversations.list": 20, "/users.list": 20, "/conversations.replies": 50, "": 50}]
