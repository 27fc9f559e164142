"""The names of the ICP document's sections in their order, for whoever speaks of them without asking for their values."""

SECTION_NAMES = (
    "glance",
    "firmographics",
    "pain_points",
    "goals_and_triggers",
    "buying_process",
    "discovery",
    "why_they_buy",
    "praise",
    "churn",
    "exceptions",
    "asked",
    "gaps",
    "method",
)
