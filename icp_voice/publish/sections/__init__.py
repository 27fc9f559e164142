"""The sections of each report in order: a section is a query here and a template of its name in reports/sections/."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from icp_voice.publish import own
from icp_voice.publish.material import Material
from icp_voice.publish.sections import buying, firmographics, glance, method, missing, product, voices


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, and the query whose value the template `reports/sections/NAME.*.j2` shows."""

    name: str
    title: str
    query: Callable[[Material], object]


@dataclass(frozen=True, slots=True)
class Report:
    """A report: its template, what it is called and for, which section tells what is missing, and all sections."""

    template: str
    title: str
    purpose: str
    missing: str
    sections: tuple[Section, ...]


METHOD = Section("method", "How this was made", method.method)

REPORTS = {
    "icp": Report(
        "icp",
        "Ideal Customer Profile",
        "What the best-fit accounts suffer from, how they buy, why they choose us, and what we do not know yet.",
        "gaps",
        (
            Section("glance", "At a glance", glance.glance),
            Section("firmographics", "Who they are", firmographics.firmographics),
            Section("pain_points", "Pain points and needs", voices.pain_points),
            Section("goals_and_triggers", "Goals and triggers", voices.goals_and_triggers),
            Section("buying_process", "Buying process", buying.buying_process),
            Section("discovery", "Where they find solutions", buying.discovery),
            Section("why_they_buy", "Why they buy", voices.why_they_buy),
            Section("praise", "What they love", voices.praise),
            Section("churn", "Why some left", voices.churn),
            Section("exceptions", "Exceptions and disqualifiers", missing.exceptions),
            Section("asked", "What we asked", own.asked),
            Section("gaps", "Gaps and interview plan", missing.gaps),
            METHOD,
        ),
    ),
    "pain-points": Report(
        "pain_points",
        "Pain points",
        "For product: what customers suffer from, how far each theme reaches, and what they ask for beside it.",
        "pain_unknown",
        (
            Section("pain_reach", "Reach of each theme", product.reach),
            Section("pain_themes", "Theme by theme", product.themes),
            Section("requests", "What customers ask for", product.requests),
            Section("pain_unknown", "Not heard yet", product.unknown),
            METHOD,
        ),
    ),
    "buying-process": Report(
        "buying_process",
        "Buying process",
        "For sales: who is involved, which steps they take, what they compare, how long it takes, and what tips it.",
        "sales_open",
        (
            Section("sales_brief", "In brief", buying.brief),
            Section("sales_path", "Who is involved, and the path", buying.path),
            Section("sales_criteria", "Criteria, budget and time", buying.criteria),
            Section("sales_competition", "Whom they compare us with", buying.competition),
            Section("sales_finding", "How they find us, and what makes them look", buying.finding),
            Section("sales_tipping", "What tips it", voices.why_they_buy),
            Section("sales_words", "In their words", buying.words),
            Section("sales_open", "Open questions", missing.buying_open),
            METHOD,
        ),
    ),
}

ICP_SECTIONS = {section.name: section for section in REPORTS["icp"].sections}
