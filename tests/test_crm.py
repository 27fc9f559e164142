"""Accounts and contacts out of a CRM export."""

from __future__ import annotations

import pytest

from icp_voice.errors import UnreadableFile
from icp_voice.ingest.crm import AccountTable, bare_domain, read_accounts
from icp_voice.ingest.source import Source
from icp_voice.model import Account, Contact, Value

HEADER = (
    "Account ID,Account Name,Website,Status,Employees,ACV USD,Customer Since,"
    "Primary Contact,Contact Title,Contact Email"
)


def read(content: str, **mapping: str) -> AccountTable:
    return read_accounts(Source(file="accounts.csv", data=content.encode(), mapping=mapping))


def test_a_crm_export_gives_accounts_and_contacts() -> None:
    found = read(
        f"{HEADER}\n"
        'A-101,Brackwater Foods,https://www.brackwater.example/x,active,"1,200","$48,000",3/14/2022,'
        "Ann Ito,CFO,ann@b.example\n"
        "A-102,Greyfen Chemicals,greyfen.example; greyfen.co.uk,active,310,$41000,1/2/2023,,,\n"
    )
    brackwater: dict[str, Value] = {
        "status": "active",
        "employees": 1200,
        "acv_usd": 48000,
        "customer_since": "2022-03-14",
    }
    greyfen: dict[str, Value] = {"status": "active", "employees": 310, "acv_usd": 41000, "customer_since": "2023-01-02"}
    assert found == AccountTable(
        accounts=[
            Account(id="A-101", name="Brackwater Foods", domains=("brackwater.example",), attributes=brackwater),
            Account(
                id="A-102",
                name="Greyfen Chemicals",
                domains=("greyfen.example", "greyfen.co.uk"),
                attributes=greyfen,
            ),
        ],
        contacts=[Contact(account="A-101", name="Ann Ito", role="CFO", email="ann@b.example")],
    )


@pytest.mark.parametrize(
    ("website", "wanted"),
    [
        ("https://www.brackwater.example/x?y=1", "brackwater.example"),
        ("HTTP://Shop.Acme.co.uk:8080/", "acme.co.uk"),
        ("brackwater.example.", "brackwater.example"),
        ("//www.acme.com", "acme.com"),
        ("acme.com:8080/x", "acme.com"),
        ("info@acme.com", "acme.com"),
        ("müller.example", "müller.example"),
        ("acme.github.io/docs", "acme.github.io"),
        ("https://www.linkedin.com/company/acme", ""),
        ("ann@gmail.com", ""),
        ("http://10.0.0.1/", ""),
        ("Acme Inc", ""),
        ("", ""),
    ],
)
def test_a_website_is_reduced_to_its_registered_domain(website: str, wanted: str) -> None:
    assert bare_domain(website) == wanted


def test_without_an_id_column_the_name_makes_the_id() -> None:
    found = read("Company,Domain\nBrackwater Foods,brackwater.example\nM & S,none\n")
    assert [(account.id, account.domains) for account in found.accounts] == [
        ("brackwater-foods", ("brackwater.example",)),
        ("m-s", ()),
    ]
    assert found.warnings == ()


def test_ids_keep_their_leading_zeros() -> None:
    assert [account.id for account in read("id,name\n007,Acme\n8,Bolt\n").accounts] == ["007", "8"]


def test_the_same_row_twice_is_one_account_and_two_contacts_are_two() -> None:
    found = read(
        "id,name,status,contact name,contact email\n"
        "A,Acme,active,Ann,ann@a.example\n"
        "A,Acme,active,Ann,ann@a.example\n"
        "A,Acme,active,Bob,\n"
    )
    assert found.accounts == [Account(id="A", name="Acme", attributes={"status": "active"})]
    assert found.contacts == [
        Contact(account="A", name="Ann", email="ann@a.example"),
        Contact(account="A", name="Bob"),
    ]


def test_an_id_with_two_meanings_stops_the_import() -> None:
    with pytest.raises(UnreadableFile) as error:
        read("id,name,ACV\nA-103,Bolt,5\nA-104,Acme,40000\nA-105,Coil,7\nA-104,Acme,36000\nA-105,Coils,7\n")
    assert error.value.message == "accounts.csv: id A-104 stands in rows 3 and 5 with different values"
    assert error.value.hint == 'acv is "40000" and "36000". 1 more like it. Nothing was imported.'


def test_rows_without_id_or_name_are_told_and_the_others_live() -> None:
    found = read("id,name,website\nA,Acme,acme.example\n,Bolt,\nC,,\nD,Coil,see below\n,Dune,\n")
    assert [account.id for account in found.accounts] == ["A", "D"]
    assert found.warnings == (
        "Without id, left out: rows 3 and 6.",
        "Without name, left out: row 4.",
        'No domain could be read from "see" (row 5), "below" (row 5).',
    )


def test_a_domain_of_two_accounts_is_told() -> None:
    found = read("id,name,website\nA,Acme,acme.example\nB,Acme North,north.acme.example\n")
    assert found.warnings == ("More than one account has the domain acme.example (A, B).",)


def test_the_user_names_the_columns() -> None:
    found = read("key,konto,netz,name\n1,Acme,acme.example,Ann\n", id="key", name="konto", domain="netz")
    assert found.accounts == [Account(id="1", name="Acme", domains=("acme.example",), attributes={"name": "Ann"})]


@pytest.mark.parametrize(
    ("content", "mapping", "wanted"),
    [
        ("ref,status\n1,active\n", {}, "accounts.csv: no column with the accounts' names. Columns: ref, status."),
        (
            "id,name\n1,Acme\n",
            {"name": "nam"},
            'accounts.csv: no column "nam" for name Columns: id, name. Did you mean',
        ),
        ("id,name\n1,Acme\n", {"nmae": "name"}, 'accounts.csv: nothing is called "nmae"'),
        ("id,name\n1,\n", {}, "accounts.csv: no row with an account Columns: id, name."),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(content: str, mapping: dict[str, str], wanted: str) -> None:
    with pytest.raises(UnreadableFile) as error:
        read(content, **mapping)
    assert str(error.value).startswith(wanted)
