"""Settings, sources, codebook and changes: what is shown, what is changed, what is refused, and where it is told."""

from __future__ import annotations

import pytest
from markupsafe import escape
from starlette.testclient import TestClient

from icp_voice.web.pages.home import DOING
from icp_voice.web.pages.settings import PARTS
from icp_voice.workspace import Workspace
from tests.web.conftest import csrf, send

EXAMPLES = "The price is too high for us.\nIt costs too much per seat.\nYour competitor is half the price."


@pytest.mark.parametrize("part", PARTS)
def test_every_part_shows_its_settings(admin: TestClient, served: Workspace, part: str) -> None:
    text = admin.get("/settings" if part == "company" else f"/settings/{part}").text
    names = [one.name for one in served.settings_form() if one.group in PARTS[part][1]]
    assert names
    assert [name for name in names if f'name="{name}"' not in text] == []


def test_every_setting_stands_on_some_page(served: Workspace) -> None:
    shown = {group for _, groups in PARTS.values() for group in groups}
    assert {one.group for one in served.settings_form()} == shown


def test_a_change_is_previewed_and_then_made(admin: TestClient, served: Workspace) -> None:
    email = next(
        speaker.email
        for document in served.documents()
        for speaker in document.speakers
        if speaker.side == "customer" and speaker.email
    )
    form = {"company": "Ledgermoor", "domains": email.partition("@")[2], "people": "", "competitors": "Invoca"}
    previewed = send(admin, "/settings/company/preview", **form)
    assert "now count as ours." in previewed.text
    assert served.fresh().settings.competitors != ("Invoca",)
    assert send(admin, "/settings/company", **form).headers["location"] == "/settings"
    assert served.fresh().settings.competitors == ("Invoca",)
    assert "now count as ours." in admin.get("/settings").text


def test_what_is_not_allowed_is_told_beside_its_field_and_what_was_typed_stays(
    admin: TestClient, served: Workspace
) -> None:
    refused = send(admin, "/settings/reading", **{"tags.threshold": "7", "themes.smallest": "4"})
    assert refused.status_code == 422
    assert 'aria-invalid="true"' in refused.text.split('name="tags.threshold"')[1].split(">")[0]
    assert 'value="7"' in refused.text
    assert 'name="themes.smallest" type="text" class="digits" inputmode="numeric" value="4"' in refused.text
    assert served.fresh().settings.themes.smallest == 3


def test_a_box_that_is_not_ticked_is_off(admin: TestClient, served: Workspace) -> None:
    form = {"privacy.redact": "confirmed", "privacy.phone_region": "DE"}
    send(admin, "/settings/privacy", **form, **{"privacy.find_names": "1"})
    assert served.fresh().settings.privacy.find_names is True
    send(admin, "/settings/privacy", **form)
    assert served.fresh().settings.privacy.find_names is False


def test_a_researcher_reads_settings_and_changes_none(researcher: TestClient, served: Workspace) -> None:
    assert "An admin can change them." in researcher.get("/settings/reading").text
    assert send(researcher, "/settings/reading", **{"tags.threshold": "0.9"}).status_code == 403
    assert served.fresh().settings.tags.threshold == 0.4


def test_a_part_that_there_is_not(admin: TestClient) -> None:
    assert admin.get("/settings/nonsense").status_code == 404
    assert send(admin, "/settings/nonsense", company="x").status_code == 404


def test_the_model_is_tried_and_the_time_told(researcher: TestClient) -> None:
    tried = send(researcher, "/settings/models/try", text="We close the books faster now.")
    assert "384 numbers" in tried.text
    assert send(researcher, "/settings/models/try", text=" ").status_code == 422


def test_sources_tell_what_they_lack_and_where_it_goes_but_no_secret(
    admin: TestClient, served: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ICP_VOICE_ZENDESK_TOKEN", "hush-hush-hush")
    text = admin.get("/settings/sources").text
    assert [one.title for one in served.connectors() if one.title not in text] == []
    assert "found in ICP_VOICE_ZENDESK_TOKEN" in text
    assert "hush" not in text
    assert 'type="password"' not in text


def test_a_source_that_is_not_connected_cannot_be_synced(researcher: TestClient) -> None:
    assert send(researcher, "/settings/sources/zendesk/sync").status_code == 404
    assert send(researcher, "/settings/sources/zendesk/check").status_code == 404


def test_the_codebook_lists_categories_and_tries_a_sentence(viewer: TestClient, served: Workspace) -> None:
    text = viewer.get("/settings/codebook?text=It+saves+us+hours+every+week.").text
    assert [one.title for one in served.codebook if one.title not in text] == []
    assert text.index('class="holds"><th scope="row">What they love') < text.index('scope="row">Why some left')
    (tried,) = served.try_category("praise", ["It saves us hours every week."])
    assert tried.nearest in {one.text for one in served.codebook.examples if "praise" in one.labels}
    assert escape(tried.nearest) in text


def category(**more: str) -> dict[str, str]:
    return {
        "fresh": "1",
        "title": "Pricing",
        "definition": "What customers say of prices.",
        "question": "What do they say of our prices?",
        "examples": EXAMPLES,
        "expected_of": "nobody",
        "enough": "2",
        **more,
    }


def test_a_category_is_tried_before_it_is_saved(researcher: TestClient, served: Workspace) -> None:
    tried = send(researcher, "/settings/codebook/try", **category(text="Your price is too high."))
    assert "this one" in tried.text
    assert "The price is too high for us." in tried.text
    found = send(researcher, "/settings/codebook/finds", **category())
    assert "quotes would be found" in found.text
    assert "pricing" not in served.fresh().codebook.names


def test_a_category_is_added_changed_and_taken_out(researcher: TestClient, served: Workspace) -> None:
    added = send(researcher, "/settings/codebook", **category())
    assert added.headers["location"] == "/settings/codebook/pricing?saved=1"
    assert "Start a run" in researcher.get(added.headers["location"]).text
    again = send(researcher, "/settings/codebook", **category())
    assert again.status_code == 422
    assert "already" in again.text
    send(researcher, "/settings/codebook", **category(fresh="", name="pricing", title="Prices"))
    assert served.fresh().codebook["pricing"].title == "Prices"
    assert served.codebook["pricing"].examples == tuple(EXAMPLES.splitlines())
    send(researcher, "/settings/codebook/pricing/remove")
    assert "pricing" not in served.fresh().codebook.names


def test_too_few_examples_are_told_beside_them_and_what_was_typed_stays(researcher: TestClient) -> None:
    refused = send(researcher, "/settings/codebook", **category(examples="Only one."))
    assert refused.status_code == 422
    assert 'aria-invalid="true"' in refused.text.split('id="f-examples"')[1].split(">")[0]
    assert "Only one." in refused.text


def test_a_draft_without_examples_says_what_it_lacks(researcher: TestClient) -> None:
    tried = send(researcher, "/settings/codebook/try", **category(examples="", text="Anything"))
    assert tried.status_code == 200
    assert "no example to learn from" in tried.text


def test_a_shipped_category_is_hidden_and_shown_again(researcher: TestClient, served: Workspace) -> None:
    send(researcher, "/settings/codebook/goal/remove")
    assert "goal" not in served.fresh().codebook.names
    assert "Look for it again" in researcher.get("/settings/codebook").text
    send(researcher, "/settings/codebook/goal/show")
    assert "goal" in served.fresh().codebook.names


def test_categories_are_put_in_order(researcher: TestClient, served: Workspace) -> None:
    first, second = served.codebook.names[:2]
    send(researcher, "/settings/codebook/order", category=second, by="-1")
    assert served.fresh().codebook.names[:2] == (second, first)
    send(researcher, "/settings/codebook/order", category=second, by="-1")
    assert served.fresh().codebook.names[:2] == (second, first)


def test_an_unknown_category_is_not_there(researcher: TestClient) -> None:
    assert researcher.get("/settings/codebook/nonsense").status_code == 404
    assert send(researcher, "/settings/codebook/nonsense/remove").status_code == 404


def test_changes_are_told_in_words_and_taken_back(researcher: TestClient, served: Workspace) -> None:
    served.by = "Rae"
    theme = served.themes()[0]
    served.rename_theme(theme.id, "Slow at month end")
    text = researcher.get("/changes").text
    assert "renamed a theme" in text
    assert f'href="/themes/{theme.id}">Slow at month end</a>' in text
    number = served.changes()[0].number
    undone = researcher.post(f"/undo/{number}", data={"csrf": csrf(researcher), "next": "/changes"})
    assert undone.headers["location"] == "/changes"
    assert "taken back" in researcher.get("/changes").text
    assert served.themes()[0].name == theme.name


def test_changes_of_one_person_and_verb(viewer: TestClient, served: Workspace) -> None:
    served.by = "Rae"
    highlight = served.highlights()[0]
    served.confirm(highlight.id, "praise")
    text = viewer.get("/changes?by=Rae&verb=confirm").text
    assert "said a quote is What they love" in text
    assert f'href="/documents/{highlight.document}#t{highlight.turn}-{highlight.start}-{highlight.end}"' in text
    assert highlight.text not in text
    assert "ran what is new" not in text
    assert "Nothing fits." in viewer.get("/changes?by=Nobody").text


def test_many_changes_are_paged(viewer: TestClient, served: Workspace) -> None:
    for number in range(70):
        served.note("save view", subject=f"View {number}")
    text = viewer.get("/changes?verb=save+view").text
    assert ">View 69</a>" in text
    assert ">View 10</a>" not in text
    older = text.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert ">View 10</a>" in viewer.get(older).text


def test_every_thing_to_do_has_a_page() -> None:
    import inspect
    import re

    from icp_voice.profile import home_page

    assert set(re.findall(r'Todo\(\s*kind="([^"]+)"', inspect.getsource(home_page))) == set(DOING)
