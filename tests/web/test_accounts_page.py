"""Accounts in the browser: found, typed in, corrected, imported, and put in or out; the rule tried and kept."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from icp_voice.model import Account
from icp_voice.workspace import Workspace
from tests.web.conftest import csrf, send

LIST = (
    b"Account ID,Account Name,Website,Status,Contact Name\n"
    b"X-1,Brand New Mills,newmills.example,active,Ann New\n"
    b"A-1001,Brackwater Foods,brackwater.example,paused,\n"
)


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_the_table_shows_every_account_with_attributes_and_counts(researcher: TestClient, served: Workspace) -> None:
    shown = researcher.get("/accounts").text
    assert f"{len(served.accounts())} accounts" in shown
    row = next(one for one in served.accounts_page(search="Brackwater").rows)
    cells = text_of(re.search(r"<tr><th scope=\"row\"><a href=\"/accounts/A-1001\">.*?</tr>", shown, re.S)[0])  # type: ignore[index]
    assert cells.startswith("Brackwater Foods brackwater.example yes")
    assert f"{row.documents} {row.highlights}" in cells


def test_search_tag_attribute_and_columns_stand_in_the_address(researcher: TestClient) -> None:
    answer = researcher.get(
        "/accounts?tag=ICP&attribute=erp&comparison=is&value=Kestrel&col=region&col=status&sort=-name"
    )
    names = re.findall(r'<th scope="row"><a[^>]*>([^<]+)', answer.text)
    assert names == ["Pellworth Medical", "Oskarlind Tooling", "Nordhall Logistics", "Mistral Bay Seafood"]
    heads = [text_of(one) for one in re.findall(r"<th scope=\"col\".*?</th>", answer.text, re.S)]
    assert heads == ["Account ↓", "ICP", "region", "status", "Transcripts", "Quotes", "Newest"]
    assert "5 to" not in researcher.get("/accounts?search=bellmere").text
    assert "No account is like that" in researcher.get("/accounts?search=nobody+here").text


@pytest.mark.parametrize(
    "address", ["/accounts?attribute=nothing&value=x", "/accounts?attribute=erp&comparison=resembles&value=x"]
)
def test_what_is_not_allowed_in_a_filter_is_told(researcher: TestClient, address: str) -> None:
    answer = researcher.get(address)
    assert answer.status_code == 422
    assert "rror" not in text_of(answer.text).split("Sign out")[1]


def test_an_account_is_typed_in_and_corrected_by_hand(researcher: TestClient, served: Workspace) -> None:
    made = send(
        researcher, "/accounts/save", name="Tiny & <Sons>", domains="tiny.example",
        attribute=["erp", "Head count", ""], value=["Kestrel", "12", ""], icp="in",
    )  # fmt: skip
    assert (made.status_code, made.headers["location"]) == (303, "/accounts/tiny-sons")
    account = served.account("tiny-sons")
    assert (account.name, account.domains, account.tags) == ("Tiny & <Sons>", ("tiny.example",), ("ICP",))
    assert account.attributes == {"erp": "Kestrel", "head_count": 12}
    shown = researcher.get("/accounts/tiny-sons").text
    assert "Tiny &amp; &lt;Sons&gt;" in shown
    assert "Nobody at Tiny" in shown
    send(
        researcher, "/accounts/save", account="tiny-sons", name="Tiny & <Sons>", domains="tiny.example",
        attribute=["erp", "head_count"], value=["", "12"],
    )  # fmt: skip
    assert served.account("tiny-sons").attributes == {"head_count": 12}
    assert served.changes(verb="put account")[0].detail["fields"] == ["attribute:erp"]


def test_a_name_that_is_known_is_refused(researcher: TestClient, served: Workspace) -> None:
    before = len(served.accounts())
    answer = send(researcher, "/accounts/save", name="brackwater foods")
    assert answer.status_code == 422
    assert "is known already, as A-1001" in answer.text
    assert len(served.accounts()) == before


def test_one_page_holds_quotes_cells_people_and_why_it_is_icp(researcher: TestClient, served: Workspace) -> None:
    found = served.account_page("A-1001")
    shown = researcher.get("/accounts/A-1001").text
    assert "ICP: yes" in shown
    assert "acv_usd &gt;= 40000 (96000)" in shown
    assert shown.count('<figure class="quote">') == 12
    assert all(one.person.name in shown for one in found.people)
    assert all(title.title in shown for title in served.codebook)
    assert f'href="/documents/{found.documents[0].id}"' in shown
    assert '/upload?account=A-1001"' in shown
    one = researcher.get("/accounts/A-1001?category=trigger").text
    [quote] = served.highlights_page(_view("A-1001", "trigger")).items
    assert one.count('<figure class="quote">') == 1
    assert f"/documents/{quote.document}" in one


def _view(account: str, category: str):
    from icp_voice.model import View

    return View(account=account, category=category)


def test_an_account_is_kept_out_by_hand_and_that_is_taken_back(researcher: TestClient, served: Workspace) -> None:
    done = send(researcher, "/accounts/tag", account="A-1001", held="out")
    assert done.headers["location"] == "/accounts/A-1001"
    assert served.account("A-1001").tags == ()
    undo = re.search(r'action="(/undo/\d+)"', researcher.get("/accounts/A-1001").text)[1]  # type: ignore[index]
    send(researcher, undo)
    assert served.account("A-1001").tags == ("ICP",)


def test_people_are_added_and_taken_off(researcher: TestClient, served: Workspace) -> None:
    send(researcher, "/accounts/people", account="A-1001", name="Zoe Quill", role="CFO", email="zoe@brackwater.example")
    assert "Zoe Quill" in researcher.get("/accounts/A-1001").text
    assert send(researcher, "/accounts/people", account="A-1001", name="Zed", email="no address").status_code == 422
    send(researcher, "/accounts/people/remove", account="A-1001", name="Zoe Quill")
    assert "Zoe Quill" not in [one.name for one in served.contacts("A-1001")]


def test_an_import_is_looked_at_first_and_then_brought(researcher: TestClient, served: Workspace) -> None:
    token = csrf(researcher)
    before = len(served.accounts())
    up = researcher.post("/accounts/import", data={"csrf": token}, files={"file": ("../crm.csv", LIST)})
    assert up.status_code == 303, up.text
    at = up.headers["location"]
    looked = researcher.get(at).text
    assert [figure for figure in re.findall(r'class="value">(\d+)<', looked)] == ["1", "1", "0", "1"]
    assert "active" in looked and "paused" in looked
    assert len(served.accounts()) == before
    names = re.findall(r'name="column" value="([^"]+)"', looked)
    meanings = re.findall(r'name="meaning" value="([^"]+)"', looked)
    assert dict(zip(names, meanings, strict=False))["Website"] == "domain"
    again = researcher.get(
        at, params={"column": ["Account ID", "Account Name", "Website"], "meaning": ["id", "name", "attribute"]}
    )
    assert re.search(r'<option value="attribute" selected>', again.text)
    brought = send(researcher, at, column=names[: len(meanings)], meaning=meanings)
    assert brought.headers["location"] == "/accounts"
    assert len(served.accounts()) == before + 1
    assert served.account("A-1001").attributes["status"] == "paused"
    assert "1 new accounts, 1 known ones" in researcher.get("/accounts").text


def test_a_file_that_is_no_list_says_so_and_can_be_thrown_away(researcher: TestClient, served: Workspace) -> None:
    token = csrf(researcher)
    assert "No file is chosen" in researcher.post("/accounts/import", data={"csrf": token}).text
    up = researcher.post(
        "/accounts/import", data={"csrf": token}, files={"file": ("a.csv", b"colour,shape\nred,round\n")}
    )
    looked = researcher.get(up.headers["location"]).text
    assert 'class="warn" role="alert"' in looked
    assert "Columns: colour, shape. Say below what each column is." in looked
    assert "--name" not in looked  # that is said at a command line
    assert ">Import " not in looked.split("What each column is")[0].split('class="actions keep"')[1]
    assert send(researcher, up.headers["location"] + "/discard").status_code == 303
    assert served.uploads.batches() == []


# -- the rule ---------------------------------------------------------------------------------------------------------


def test_a_rule_is_tried_by_its_address_and_nothing_is_kept(researcher: TestClient, served: Workspace) -> None:
    before = served.icp().rule
    shown = researcher.get("/accounts/rule", params={"where": "acv_usd >= 50000 and status = 'active'"}).text
    tried = served.preview_icp("acv_usd >= 50000 and status = 'active'")
    figures = [int(one) for one in re.findall(r'class="value">(\d+)<', shown)]
    assert figures == [tried.members, tried.entering, tried.leaving, tried.staying]
    assert all(one.name in shown for one in (*tried.leaves, *tried.near_misses))
    assert "Keep this rule" in shown
    assert served.icp().rule == before


def test_what_is_wrong_with_a_rule_stands_marked_beside_what_may_be_meant(researcher: TestClient) -> None:
    shown = researcher.get("/accounts/rule", params={"where": "status = 'active' and acv_usx > 3"}).text
    assert "<mark>acv_usx</mark>" in shown
    assert "Did you mean &#34;acv_usd&#34;?" in shown
    both = researcher.get("/accounts/rule", params={"where": "statsu = 'active' and acv_usx > 3"}).text
    assert "Did you mean &#34;status&#34;?" in both
    assert "“acv_usx”: did you mean <b>acv_usd</b>?" in both
    assert "Keep this rule" not in shown
    broken = researcher.get("/accounts/rule", params={"where": "status = <b>'"})
    assert broken.status_code == 200
    assert "&lt;b&gt;" in broken.text and "status = <b>" not in broken.text


def test_a_rule_is_kept_and_taken_back(researcher: TestClient, served: Workspace) -> None:
    before = served.icp()
    done = send(researcher, "/accounts/rule", where="acv_usd >= 50000 and status = 'active'")
    assert done.status_code == 303
    shown = researcher.get("/accounts/rule").text
    assert "The rule is kept: 0 entered, 3 left, 7 are in." in shown
    send(researcher, re.search(r'action="(/undo/\d+)"', shown)[1])  # type: ignore[index]
    assert served.icp() == before
    send(researcher, "/accounts/rule/remove")
    assert served.icp().rule == ""


def test_parts_that_are_chosen_become_the_rule(researcher: TestClient) -> None:
    parts = {
        "column": ["erp", "acv_usd", ""],
        "comparison": ["is one of", "at least", "is"],
        "value": ["Kestrel, Astra ERP", "40,000", ""],
        "join": "and",
    }
    answer = researcher.get("/accounts/rule/write", params=parts)
    assert answer.status_code == 303
    shown = researcher.get(answer.headers["location"]).text
    assert "erp in (&#39;Kestrel&#39;, &#39;Astra ERP&#39;) and acv_usd &gt;= 40000</textarea>" in shown


# -- who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/accounts/save", {"name": "Mine"}),
        ("/accounts/tag", {"account": "A-1001", "held": "out"}),
        ("/accounts/people", {"account": "A-1001", "name": "Zoe Quill"}),
        ("/accounts/merge", {"account": "A-1001", "into": "A-1002"}),
        ("/accounts/import", {}),
        ("/accounts/rule", {"where": "acv_usd > 1"}),
        ("/accounts/rule/remove", {}),
        ("/plan/mark", {"account": "A-1001", "state": "asked"}),
    ],
)
def test_a_viewer_changes_nothing(viewer: TestClient, served: Workspace, path: str, fields: dict[str, str]) -> None:
    before = len(served.changes())
    assert send(viewer, path, **fields).status_code == 403
    assert len(served.changes()) == before


@pytest.mark.parametrize("path", ["/accounts", "/accounts/A-1001", "/accounts/rule", "/gaps", "/plan"])
def test_a_viewer_reads_all_of_it_and_sees_no_button_to_change_it(viewer: TestClient, path: str) -> None:
    answer = viewer.get(path)
    assert answer.status_code == 200
    main = answer.text.split('<main id="main"')[1]
    assert 'method="post"' not in main
    assert "/accounts/new" not in main and "/accounts/import" not in main


def test_nobody_is_found_at_a_name_that_no_account_has(researcher: TestClient) -> None:
    assert researcher.get("/accounts/NOBODY").status_code == 404
    assert researcher.get("/accounts/..%2F..%2Fetc%2Fpasswd").status_code == 404


@pytest.mark.parametrize("id", ["new", "edit", "rule", "import", "id", "import/3", "id/new", "rule/write"])
def test_an_account_has_its_page_whatever_its_id_is(researcher: TestClient, served: Workspace, id: str) -> None:
    with served.writing("test") as store, store.transaction():
        store.accounts.put([Account(id=id, name="Oddly Numbered Mills")])
    listed = researcher.get("/accounts?search=Oddly").text
    address = re.search(r'<th scope="row"><a href="([^"]+)">Oddly Numbered Mills', listed)[1]  # type: ignore[index]
    assert "<h1>Oddly Numbered Mills" in researcher.get(address).text
    moved = send(researcher, "/accounts/people", account=id, name="Ann New")
    assert moved.headers["location"] == f"{address}#people"


def test_of_an_account_outside_it_is_said_that_no_gaps_are_kept(researcher: TestClient, served: Workspace) -> None:
    inside = served.icp().accounts[0].id
    assert "gaps are only kept of" not in researcher.get(f"/accounts/{inside}").text
    served.tag_account(inside, held=False)
    shown = text_of(researcher.get(f"/accounts/{inside}").text)
    assert "gaps are only kept of ICP accounts" in shown
    assert "0 gaps" not in shown


def test_an_empty_workspace_tells_how_to_begin(tmp_path) -> None:
    from icp_voice.access import Role, open_access
    from icp_voice.web.app import build
    from tests.web.conftest import PASSWORD

    Workspace.init(tmp_path / "new", company="Acme")
    access = open_access(tmp_path / "new")
    access.add_person("Ada", PASSWORD, Role.ADMIN)
    access.close()
    client = TestClient(build(tmp_path / "new"), base_url="http://127.0.0.1", follow_redirects=False)
    client.post("/sign-in", data={"name": "Ada", "password": PASSWORD})
    assert 'href="/accounts/new">Type one in' in client.get("/accounts").text
    for path, link in (
        ("/accounts/rule", "/accounts/import"),
        ("/gaps", "/accounts/rule"),
        ("/gaps/list", "/accounts/rule"),
        ("/plan", "/accounts/rule"),
    ):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert link in answer.text.split('class="empty"')[1]
    made = client.post("/accounts/save", data={"csrf": csrf(client), "name": "First Mills"})
    assert made.headers["location"] == "/accounts/first-mills"
    assert client.get(made.headers["location"]).status_code == 200


def test_whether_an_account_is_icp_is_told_in_whole_sentences(researcher: TestClient, served: Workspace) -> None:
    def told(account: str) -> str:
        found = re.search(r'class="membership".*?<p>(.*?)</p>', researcher.get(f"/accounts/{account}").text, re.DOTALL)
        return " ".join(re.sub("<[^>]+>", "", found[1]).split()) if found else ""

    fails = next(one for one in served.accounts() if served.account_page(one.id).icp.reason.startswith("does not hold"))
    assert told(fails.id).startswith("ICP: no. The rule does not hold: ")
    send(researcher, "/accounts/tag", account=fails.id, held="in")
    assert told(fails.id) == "ICP: yes, put in by hand."
