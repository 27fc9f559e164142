"""What is made ready beside, so that nobody waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from icp_voice.publish import kept
from icp_voice.web import warming
from icp_voice.web.site import Site
from icp_voice.web.warming import Warming
from icp_voice.workspace import Workspace


@pytest.fixture
def gathered(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often the material of reports was put together."""
    told: list[int] = []
    gather = kept.gather

    def counted(*arguments: object, **named: object) -> object:
        told.append(1)
        return gather(*arguments, **named)

    monkeypatch.setattr(kept, "gather", counted)
    return told


def until(is_true: Callable[[], bool]) -> bool:
    end = time.monotonic() + 60
    while not is_true() and time.monotonic() < end:
        time.sleep(0.05)
    return is_true()


def test_the_document_is_reckoned_before_somebody_asks(folder: Path, gathered: list[int]) -> None:
    site = Site(folder)
    Warming(site).warm()
    assert gathered == [1]
    with site.lent("Rae") as workspace:
        assert workspace.paper().sections
    assert gathered == [1]
    site.close()


def test_an_empty_folder_is_nothing_to_get_ready(tmp_path: Path) -> None:
    Warming(Site(tmp_path)).warm()
    assert not list(tmp_path.glob("voice.db*"))


def test_after_a_job_it_happens_again(folder: Path, gathered: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warming, "EVERY", 0.02)
    site, at_work = Site(folder), [False]
    monkeypatch.setattr(Site, "work", property(lambda _: object() if at_work[0] else None))
    with Warming(site):
        assert until(lambda: len(gathered) == 1 and not site.reckoning.is_set())
        at_work[0] = True
        time.sleep(0.2)
        workspace = Workspace(folder)
        with workspace.store.transaction():
            workspace.store.db.execute("update account set name = name || '.'")
        assert len(gathered) == 1
        at_work[0] = False
        assert until(lambda: len(gathered) == 2)
    site.close()


def test_what_goes_wrong_beside_leaves_nobody_with_an_older_document(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = Site(folder)

    def broken(self: Warming) -> None:
        assert site.behind
        raise ValueError

    monkeypatch.setattr(Warming, "warm", broken)
    with pytest.raises(ValueError):
        Warming(site)._run()
    assert not site.behind
    site.close()
