"""Who may come in: passwords, tries, sessions, links, tokens, and the file that knows them."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from typer.testing import CliRunner, Result

from icp_voice.access import Access, AccessError, Role, Session, SignInRefused, TooManyTries, open_access, passwords
from icp_voice.cli.main import app
from icp_voice.errors import UnknownName
from icp_voice.ingest.files import find_files
from icp_voice.workspace import Workspace

ROOT = Path(__file__).resolve().parents[1]
GOOD, OTHER = "correct horse battery", "staple of four words"
HERE, THERE = "192.0.2.7", "198.51.100.9"
MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0


@dataclass
class Clock:
    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> PasswordHasher:
    """A hasher that takes no time, for tests that are not about it."""
    hasher = PasswordHasher.from_parameters(CHEAPEST)
    monkeypatch.setattr(passwords, "_hasher", lambda: hasher)
    return hasher


@pytest.fixture
def access(tmp_path: Path, clock: Clock, cheap: PasswordHasher) -> Iterator[Access]:
    """Nobody yet."""
    opened = open_access(tmp_path, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def team(access: Access) -> Access:
    """Ana is admin, Bo researcher."""
    access.add_person("Ana", GOOD, Role.ADMIN)
    access.add_person("Bo", OTHER, Role.RESEARCHER)
    return access


def fail(access: Access, name: str, address: str, times: int) -> None:
    for _ in range(times):
        with pytest.raises(SignInRefused):
            access.sign_in(name, "not the password", address)


@pytest.mark.parametrize(
    ("role", "may"),
    [(Role.VIEWER, [True, False, False]), (Role.RESEARCHER, [True, True, False]), (Role.ADMIN, [True, True, True])],
)
def test_a_role_may_what_lower_roles_may(role, may):
    assert [role.may(needed) for needed in (Role.VIEWER, Role.RESEARCHER, Role.ADMIN)] == may


def test_people_are_listed_by_name_with_role_and_times(team, clock):
    clock.pass_(HOUR)
    team.sign_in("bo", OTHER, HERE)
    listed = [(one.name, one.role, one.created, one.last_seen) for one in team.people()]
    assert listed == [("Ana", "admin", clock.now - HOUR, 0), ("Bo", "researcher", clock.now - HOUR, clock.now)]


@pytest.mark.parametrize("name", ["", "   ", "a" * 65, "an\na", "a\x00b", "a\u202eb", "a\u200bb", "me", "ME"])
def test_a_name_that_cannot_be_shown_or_told_apart_is_refused(access, name):
    with pytest.raises(AccessError):
        access.add_person(name, GOOD, Role.ADMIN)
    assert not access.has_people()


@pytest.mark.parametrize("name", ["ana", "ANA", " Ana ", "Ａｎａ"])
def test_a_name_is_taken_in_whatever_case_or_width(team, name):
    with pytest.raises(AccessError, match="already"):
        team.add_person(name, OTHER, Role.VIEWER)


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("ninechars", "has 9 characters"),
        ("x" * 1025, "more than 1024"),
        ("ana carolina", "is the name"),
        ("Password123", "tried first"),
        ("1234567890", "tried first"),
        ("aaaaaaaaaaaa", "tried first"),
    ],
)
def test_a_weak_password_is_refused_with_what_is_wanted(access, password, told):
    with pytest.raises(AccessError, match=told) as refused:
        access.add_person("Ana Carolina", password, Role.ADMIN)
    assert refused.value.hint and password not in str(refused.value)


def test_passwords_are_kept_as_argon2id_with_the_librarys_defaults(tmp_path):
    opened = open_access(tmp_path)
    opened.add_person("Ana", GOOD, Role.ADMIN)
    kept = str(_rows(tmp_path, "select password from person")[0][0])
    assert kept.startswith("$argon2id$") and not PasswordHasher().check_needs_rehash(kept)
    assert opened.sign_in("ana", GOOD, HERE).person.name == "Ana"
    opened.close()


def test_a_password_kept_in_an_older_way_is_kept_anew_when_it_comes(team, tmp_path, monkeypatch):
    newer = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: newer)
    team.sign_in("Ana", GOOD, HERE)
    assert not newer.check_needs_rehash(_rows(tmp_path, "select password from person where key = 'ana'")[0][0])
    assert team.sign_in("Ana", GOOD, HERE)


def test_the_same_letters_in_another_spelling_are_the_same_password(team):
    team.set_password("Ana", "caf\u00e9 au lait")
    assert team.sign_in("Ana", "cafe\u0301 au lait", HERE)


@pytest.mark.parametrize("name", ["Ana", "Nobody"])
def test_a_refusal_does_not_tell_whether_there_is_such_a_person(team, name):
    with pytest.raises(SignInRefused) as refused:
        team.sign_in(name, "not the password", HERE)
    assert str(refused.value) == "Name and password do not fit. Try again; an admin can give you a new password."


@pytest.mark.parametrize("name", ["Ana", "Nobody", "n" * 5000])
def test_a_password_is_looked_at_once_whether_or_not_there_is_such_a_person(team, name, monkeypatch):
    fail(team, "Somebody", THERE, 1)  # from here on the stand-in is made
    looked: list[str | bytes] = []
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, kept: str | bytes, given: str | bytes) -> bool:
        looked.append(kept)
        return bool(verify(self, kept, given))

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    fail(team, name, HERE, 1)
    assert len(looked) == 1


@pytest.mark.parametrize("password", ["", "x" * 100_000, "\ud800 lone", "a\x00b"])
def test_any_password_gets_an_answer(team, password):
    with pytest.raises(SignInRefused):
        team.sign_in("Ana", password, HERE)


def test_after_five_failures_a_name_at_an_address_waits_and_is_told_how_long(team, clock):
    fail(team, "Ana", HERE, 4)
    clock.pass_(10 * MINUTE)
    fail(team, "ANA", HERE, 1)
    with pytest.raises(TooManyTries, match="5 minutes") as refused:
        team.sign_in("Ana", GOOD, HERE)
    assert refused.value.wait == 300
    assert team.sign_in("Ana", GOOD, THERE) and team.sign_in("Bo", OTHER, HERE)
    clock.pass_(refused.value.wait)
    assert team.sign_in("Ana", GOOD, HERE)


def test_names_that_nobody_has_wait_like_the_others(team):
    fail(team, "Nobody", HERE, 5)
    with pytest.raises(TooManyTries):
        team.sign_in("nobody", GOOD, HERE)


def test_what_is_refused_does_not_make_the_wait_longer(team, clock):
    fail(team, "Ana", HERE, 5)
    for _ in range(20):
        clock.pass_(30)
        with pytest.raises(TooManyTries):
            team.sign_in("Ana", "not the password", HERE)
    clock.pass_(5 * MINUTE)
    assert team.sign_in("Ana", GOOD, HERE)


def test_coming_in_forgets_the_failures_of_that_name_at_that_address_alone(team):
    fail(team, "Ana", HERE, 4)
    fail(team, "Bo", HERE, 4)
    team.sign_in("Ana", GOOD, HERE)
    fail(team, "Ana", HERE, 4)
    fail(team, "Bo", HERE, 1)
    with pytest.raises(TooManyTries):
        team.sign_in("Bo", OTHER, HERE)


def test_an_address_that_tries_many_names_waits_with_all_of_them(team):
    for number in range(20):
        fail(team, f"name {number}", HERE, 1)
    with pytest.raises(TooManyTries):
        team.sign_in("Ana", GOOD, HERE)
    assert team.sign_in("Ana", GOOD, THERE)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("192.0.2.7", "::ffff:192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("fe80::1%eth0", "fe80::1", True),
        ("a socket", "a socket", True),
    ],
)
def test_an_address_is_what_its_sender_cannot_vary_at_will(team, one, other, same):
    fail(team, "Ana", one, 5)
    if same:
        with pytest.raises(TooManyTries):
            team.sign_in("Ana", GOOD, other)
    else:
        assert team.sign_in("Ana", GOOD, other)


def test_opening_anew_does_not_forget_failures_nor_sessions(team, tmp_path, clock):
    session = team.sign_in("Bo", OTHER, HERE)
    fail(team, "Ana", HERE, 5)
    team.close()
    again = open_access(tmp_path, clock=clock)
    with pytest.raises(TooManyTries):
        again.sign_in("Ana", GOOD, HERE)
    assert again.session(session.token) == session
    again.close()


def test_many_tries_at_once_are_no_more_than_many_in_a_row(team, tmp_path, clock):
    second = open_access(tmp_path, clock=clock)

    def attempt(number: int) -> type[Exception]:
        with pytest.raises((SignInRefused, TooManyTries)) as refused:
            (team, second)[number % 2].sign_in("Ana", f"not the password {number}", HERE)
        return refused.type

    with ThreadPoolExecutor(16) as pool:
        kinds = list(pool.map(attempt, range(40)))
    assert (kinds.count(SignInRefused), kinds.count(TooManyTries)) == (5, 35)
    second.close()


def test_two_processes_may_open_an_empty_folder_at_once(tmp_path):
    code = "import sys; from icp_voice.access import open_access; print(open_access(sys.argv[1]).has_people())"
    command = [sys.executable, "-c", code, str(tmp_path)]
    started = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert [process.communicate()[0].strip() for process in started] == ["False", "False"]


def test_many_threads_may_come_in_and_be_asked_for_at_once(team):
    def come(number: int) -> bool:
        session = team.sign_in("Ana", GOOD, f"10.0.0.{number}")
        return team.session(session.token) == session

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(come, range(40)))


def test_a_session_says_who_until_when_and_with_which_form_token(team, clock):
    session = team.sign_in("ana", GOOD, HERE)
    other = team.sign_in("ana", GOOD, HERE)
    assert (session.person.name, session.person.role, session.expires) == ("Ana", Role.ADMIN, clock.now + 12 * HOUR)
    assert len({session.token, session.csrf, other.token, other.csrf}) == 4
    assert len(session.token) >= 43 and len(session.csrf) == 64
    assert team.session(session.token) == session
    assert session.token not in repr(session) and session.csrf not in repr(session)


@pytest.mark.parametrize("token", ["", "x", "\ud800", "icpv_x"])
def test_what_is_no_token_is_no_session(team, token):
    assert team.session(token) is None and team.person_of_token(token) is None


def test_a_session_holds_on_while_somebody_is_there_and_ends_after_twelve_idle_hours(team, clock):
    token = team.sign_in("Ana", GOOD, HERE).token
    for _ in range(3):
        clock.pass_(11 * HOUR)
        assert _alive(team, token).expires == clock.now + 12 * HOUR
    clock.pass_(12 * HOUR)
    assert team.session(token) is None


def test_no_session_is_older_than_fourteen_days(team, clock):
    begun = clock.now
    token = team.sign_in("Ana", GOOD, HERE).token
    while clock.now + 10 * HOUR < begun + 14 * DAY:
        clock.pass_(10 * HOUR)
        assert team.session(token)
    assert _alive(team, token).expires == begun + 14 * DAY
    clock.now = begun + 14 * DAY
    assert team.session(token) is None


def test_that_somebody_is_there_is_written_at_most_once_a_minute(team, tmp_path, clock):
    begun = clock.now
    token = team.sign_in("Ana", GOOD, HERE).token
    seen = []
    for _ in range(7):
        clock.pass_(20)
        team.session(token)
        seen.append(_rows(tmp_path, "select seen from session")[0][0] - begun)
    assert seen == [0, 0, 60, 60, 60, 120, 120]
    assert team.person("Ana").last_seen == begun + 120


def test_expired_sessions_are_deleted(team, tmp_path, clock):
    first = team.sign_in("Ana", GOOD, HERE).token
    team.sign_in("Ana", GOOD, HERE)
    clock.pass_(12 * HOUR)
    team.session(first)
    assert _rows(tmp_path, "select count(*) from session") == [(1,)]
    team.sign_in("Bo", OTHER, HERE)
    assert _rows(tmp_path, "select count(*) from session") == [(1,)]


def test_a_session_check_takes_less_than_a_millisecond(team):
    token = team.sign_in("Ana", GOOD, HERE).token
    took = []
    for _ in range(200):
        start = time.perf_counter()
        team.session(token)
        took.append(time.perf_counter() - start)
    assert sorted(took)[100] < 0.001


def test_signing_out_ends_one_session_or_all_of_a_person(team):
    tokens = [team.sign_in("Ana", GOOD, HERE).token for _ in range(3)]
    bo = team.sign_in("Bo", OTHER, HERE).token
    team.end_session(tokens[0])
    assert [team.session(token) is not None for token in tokens] == [False, True, True]
    assert team.end_sessions_of("ANA") == 2
    assert not any(team.session(token) for token in tokens) and team.session(bo)


def test_a_new_password_ends_the_sessions_and_the_old_one_is_good_no_longer(team):
    token = team.sign_in("Bo", OTHER, HERE).token
    team.set_password("bo", GOOD)
    assert team.session(token) is None
    with pytest.raises(SignInRefused):
        team.sign_in("Bo", OTHER, HERE)
    assert team.sign_in("Bo", GOOD, HERE)


def test_a_password_that_changes_while_it_is_looked_at_lets_nobody_in(team, monkeypatch):
    fits = passwords.fits

    def slow(password: str, kept: str | None) -> bool:
        answer = fits(password, kept)
        team.set_password("Bo", GOOD)
        return answer

    monkeypatch.setattr(passwords, "fits", slow)
    with pytest.raises(SignInRefused):
        team.sign_in("Bo", OTHER, HERE)


def test_a_new_role_holds_at_once_in_open_sessions(team):
    token = team.sign_in("Bo", OTHER, HERE).token
    team.set_role("bo", Role.VIEWER)
    assert _alive(team, token).person.role is Role.VIEWER


def test_who_is_removed_is_out_with_sessions_and_tokens_and_gets_none_back(team, tmp_path):
    session = team.sign_in("Bo", OTHER, HERE)
    raw, _ = team.make_token("Bo", "nightly", Role.VIEWER)
    team.remove_person("bo")
    assert team.session(session.token) is None and team.person_of_token(raw) is None
    with pytest.raises(SignInRefused):
        team.sign_in("Bo", OTHER, HERE)
    team.add_person("Bo", OTHER, Role.ADMIN)
    assert team.session(session.token) is None and team.person_of_token(raw) is None
    assert _rows(tmp_path, "select (select count(*) from session), (select count(*) from token)") == [(0, 0)]


def test_the_last_admin_can_neither_be_removed_nor_lowered(team):
    for change in (lambda: team.remove_person("Ana"), lambda: team.set_role("Ana", Role.RESEARCHER)):
        with pytest.raises(AccessError, match="last admin"):
            change()
    assert team.person("Ana").role is Role.ADMIN and team.sign_in("Ana", GOOD, HERE)
    team.set_role("Bo", Role.ADMIN)
    team.remove_person("Ana")
    assert [person.name for person in team.people()] == ["Bo"]


def test_the_first_person_has_to_be_an_admin(access):
    with pytest.raises(AccessError, match="first"):
        access.add_person("Bo", GOOD, Role.RESEARCHER)
    assert not access.has_people()


def test_a_name_that_nobody_has_is_told_with_those_that_there_are(team):
    changes = (
        lambda: team.set_role("Anna", Role.ADMIN),
        lambda: team.set_password("Anna", GOOD),
        lambda: team.remove_person("Anna"),
        lambda: team.make_token("Anna", "x", Role.VIEWER),
    )
    for change in changes:
        with pytest.raises(UnknownName, match=r'No person "Anna"\. Known: Ana, Bo\. Did you mean "Ana"\?'):
            change()


def test_a_link_is_good_once_and_lets_me_in_as_admin(access):
    link = access.one_time_link()
    session = access.redeem(link)
    assert (session.person.name, session.person.role) == ("me", Role.ADMIN)
    assert access.session(session.token) == session and access.people() == []
    with pytest.raises(SignInRefused):
        access.redeem(link)


def test_a_link_is_good_for_ten_minutes(access, clock):
    first, second = access.one_time_link(), access.one_time_link()
    clock.pass_(10 * MINUTE - 1)
    access.redeem(first)
    clock.pass_(1)
    with pytest.raises(SignInRefused):
        access.redeem(second)


def test_of_many_who_use_a_link_at_once_one_comes_in(access):
    link = access.one_time_link()

    def use(_: int) -> bool:
        try:
            return bool(access.redeem(link))
        except SignInRefused:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(use, range(16))) == 1


def test_when_there_are_people_links_and_sessions_of_me_hold_no_longer(access):
    session, link = access.redeem(access.one_time_link()), access.one_time_link()
    access.add_person("Ana", GOOD, Role.ADMIN)
    assert access.session(session.token) is None
    with pytest.raises(SignInRefused):
        access.redeem(link)
    with pytest.raises(AccessError, match="has people"):
        access.one_time_link()


def test_me_can_be_signed_out(access):
    session = access.redeem(access.one_time_link())
    assert access.end_sessions_of("me") == 1 and access.session(session.token) is None


def test_a_token_acts_for_its_person_with_the_lower_role_until_it_expires(team, clock):
    raw, token = team.make_token("bo", "nightly sync", Role.RESEARCHER)
    assert raw.startswith("icpv_") and len(raw) >= 48
    assert token.expires == clock.now + 90 * DAY and token.person == "Bo"
    assert team.person_of_token(raw) == team.person("Bo")
    team.set_role("Bo", Role.VIEWER)
    assert team.person_of_token(raw).role is Role.VIEWER
    team.set_role("Bo", Role.ADMIN)
    assert team.person_of_token(raw).role is Role.RESEARCHER
    clock.pass_(90 * DAY)
    assert team.person_of_token(raw) is None


@pytest.mark.parametrize(
    ("label", "role", "days"),
    [
        ("x", Role.ADMIN, 90),
        ("x", Role.VIEWER, 0),
        ("x", Role.VIEWER, 367),
        ("", Role.VIEWER, 9),
        ("\n", Role.VIEWER, 9),
    ],
)
def test_a_token_that_may_more_than_its_person_or_holds_too_long_is_refused(team, label, role, days):
    with pytest.raises(AccessError):
        team.make_token("Bo", label, role, days=days)
    assert team.tokens() == []


def test_tokens_are_listed_with_the_day_of_their_last_use(team, clock):
    clock.now = 1_778_544_000.0  # 2026-05-12, 00:00 UTC
    first, _ = team.make_token("Bo", "first", Role.VIEWER, days=366)
    team.make_token("Ana", "second", Role.ADMIN)
    clock.pass_(DAY + HOUR)
    team.person_of_token(first)
    assert [(one.person, one.label, one.last_used) for one in team.tokens()] == [
        ("Ana", "second", ""),
        ("Bo", "first", "2026-05-13"),
    ]
    assert [one.label for one in team.tokens("BO")] == ["first"]


def test_a_token_is_revoked_by_its_id_and_by_its_owner_only_where_one_is_named(team):
    raw, token = team.make_token("Bo", "nightly", Role.VIEWER)
    with pytest.raises(UnknownName):
        team.revoke_token(token.id, person="Ana")
    assert team.person_of_token(raw)
    team.revoke_token(token.id, person="bo")
    assert team.person_of_token(raw) is None
    with pytest.raises(UnknownName):
        team.revoke_token(token.id)


def test_no_secret_stands_in_the_files_in_the_clear(access, tmp_path):
    link = access.one_time_link()
    mine = access.redeem(access.one_time_link())
    access.add_person("Ana", GOOD, Role.ADMIN)
    session = access.sign_in("Ana", GOOD, HERE)
    raw, _ = access.make_token("Ana", "nightly", Role.ADMIN)
    with pytest.raises(SignInRefused):
        access.sign_in("my password in the wrong field", "not the password", HERE)
    written = b"".join(path.read_bytes() for path in tmp_path.glob("access*"))
    assert b"nightly" in written
    secrets = (
        link,
        mine.token,
        mine.csrf,
        GOOD,
        session.token,
        session.csrf,
        raw,
        raw[5:],
        "my password",
        "not the pass",
    )
    assert [secret for secret in secrets if secret.encode() in written] == []


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_the_files_are_their_owners_alone_whatever_the_umask(tmp_path, cheap):
    before = os.umask(0)
    try:
        opened = open_access(tmp_path)
        opened.add_person("Ana", GOOD, Role.ADMIN)
    finally:
        os.umask(before)
    assert {path.name: path.stat().st_mode & 0o777 for path in tmp_path.glob("access.db*")} == {
        "access.db": 0o600,
        "access.db-wal": 0o600,
        "access.db-shm": 0o600,
    }
    opened.close()
    (tmp_path / "access.db").chmod(0o644)
    open_access(tmp_path).close()
    assert (tmp_path / "access.db").stat().st_mode & 0o777 == 0o600


def test_the_file_is_no_customers_words(workspace):
    workspace.access.has_people()
    (workspace.folder / "call.txt").write_text("Ann Lee: It is slow.")
    assert [path.name for path in find_files([workspace.folder])] == ["call.txt"]


def test_changes_of_people_are_recorded_without_passwords_and_keys(workspace, cheap):
    acting = Workspace(workspace.folder, by="Ana")
    acting.add_person(" Ana ", GOOD, Role.ADMIN)
    acting.add_person("Bo", OTHER, Role.VIEWER)
    acting.set_role("bo", Role.RESEARCHER)
    acting.set_password("bo", GOOD)
    raw, token = acting.make_token("bo", "nightly")
    acting.revoke_token(token.id)
    acting.remove_person("bo")
    noted = [(one.by, one.verb, one.subject) for one in acting.changes(most=7)]
    assert noted == [
        ("Ana", "remove person", "Bo"),
        ("Ana", "revoke token", str(token.id)),
        ("Ana", "make token", "Bo"),
        ("Ana", "set password", "Bo"),
        ("Ana", "set role", "Bo"),
        ("Ana", "add person", "Bo"),
        ("Ana", "add person", "Ana"),
    ]
    kept = repr(acting.changes(most=7))
    assert not any(secret in kept for secret in (GOOD, OTHER, raw, "argon2"))


def test_a_change_that_is_refused_is_not_recorded(workspace, cheap):
    workspace.add_person("Ana", GOOD, Role.ADMIN)
    before = len(workspace.changes())
    for change in (lambda: workspace.remove_person("Ana"), lambda: workspace.add_person("Bo", "short", Role.VIEWER)):
        with pytest.raises(AccessError):
            change()
    assert len(workspace.changes()) == before


def call(workspace: Workspace, *arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, [*arguments, "-w", str(workspace.folder)], input=typed)


def test_people_by_the_command_line(workspace, cheap):
    assert call(workspace, "users", "add", "Ana", typed=f"{GOOD}\n").stdout == "Ana may come in as admin\n"
    assert call(workspace, "users", "add", "Bo", typed=f"{OTHER}\n").stdout == "Bo may come in as researcher\n"
    assert call(workspace, "users", "role", "bo", "viewer").stdout == "Bo is viewer\n"
    assert call(workspace, "users", "password", "bo", typed=f"{GOOD}\r\n").exit_code == 0
    listed = json.loads(call(workspace, "users", "list", "--format", "json").stdout)
    assert [(one["name"], one["role"], one["last_seen"]) for one in listed] == [
        ("Ana", "admin", None),
        ("Bo", "viewer", None),
    ]
    assert workspace.access.sign_in("Bo", GOOD, HERE)
    assert call(workspace, "users", "remove", "BO").exit_code == 0
    assert [person.name for person in workspace.people()] == ["Ana"]


def test_tokens_by_the_command_line(workspace, cheap):
    call(workspace, "users", "add", "Ana", typed=f"{GOOD}\n")
    made = call(workspace, "tokens", "make", "ana", "nightly", "--role", "viewer", "--days", "7")
    raw = made.stdout.strip()
    assert re.fullmatch(r"icpv_[\w-]{43}", raw) and raw not in made.stderr
    assert workspace.access.person_of_token(raw).role is Role.VIEWER
    (listed,) = json.loads(call(workspace, "tokens", "list", "--format", "json").stdout)
    documented = (ROOT / "docs" / "records.md").read_text("utf-8")
    assert f"`{', '.join(listed)}`" in documented
    assert call(workspace, "tokens", "revoke", str(listed["id"])).exit_code == 0
    assert workspace.access.person_of_token(raw) is None


def test_a_password_is_asked_for_twice_at_a_terminal_and_never_shown(workspace, cheap):
    pty = pytest.importorskip("pty")
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "icp_voice", "users", "add", "Ana", "-w", str(workspace.folder)]
    started = subprocess.Popen(
        command, cwd=ROOT, stdin=slave, stdout=slave, stderr=slave, start_new_session=True, close_fds=True
    )
    os.close(slave)
    shown = _until(master, b"Password: ")
    os.write(master, f"{GOOD}\n".encode())
    shown += _until(master, b"again: ")
    os.write(master, f"{GOOD}\n".encode())
    shown += _until(master, b"admin")
    assert started.wait(20) == 0 and GOOD.encode() not in shown
    os.close(master)


def _until(terminal: int, text: bytes) -> bytes:
    shown = b""
    while text not in shown:
        shown += os.read(terminal, 1000)
    return shown


def _alive(access: Access, token: str) -> Session:
    session = access.session(token)
    assert session is not None
    return session


def _rows(folder: Path, sql: str) -> list[tuple[object, ...]]:
    conn = sqlite3.connect(folder / "access.db")
    try:
        return conn.execute(sql).fetchall()
    finally:
        conn.close()


def test_what_is_new_since_the_last_visit_stays_new_while_a_visit_lasts(tmp_path: Path) -> None:
    now = [1_000_000.0]
    access = open_access(tmp_path, clock=lambda: now[0])
    access.add_person("Ana", "four random words", Role.ADMIN)
    first = access.sign_in("Ana", "four random words", "192.0.2.1")
    assert first.since == 0
    left = now[0] = now[0] + 120
    assert access.session(first.token).since == 0
    now[0] += 5 * 3600
    assert access.session(first.token).since == left
    now[0] += 600
    assert access.session(first.token).since == left  # a reload does not end the visit
    assert access.sign_in("Ana", "four random words", "192.0.2.1").since == left  # nor does another browser


def test_who_comes_by_links_has_visits_too(tmp_path: Path) -> None:
    now = [1_000_000.0]
    access = open_access(tmp_path, clock=lambda: now[0])
    first = access.redeem(access.one_time_link())
    access.end_session(first.token)
    left, now[0] = now[0], now[0] + 86_400
    assert access.redeem(access.one_time_link()).since == left
