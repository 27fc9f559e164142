"""What people call the columns of surveys, tickets, reviews and notes, and what their headings and cells say."""

from __future__ import annotations

import re
from collections.abc import Mapping

TEXTS = (
    *("text", "comment", "comments", "description", "body", "answer", "answer_text", "feedback", "verbatim"),
    *("message", "note", "notes", "content", "response", "response_text", "review", "review_text", "comment_text"),
    *("free_text", "open_text", "customer_comment", "additional_comments", "remarks", "remark", "quote", "details"),
    *("note_body", "note_content", "ticket_description", "case_description", "message_text", "message_body"),
    *("comment_body", "reply"),
)
FORM_TEXTS = frozenset(
    "comment comments comment_text answer answer_text feedback verbatim response response_text".split()
)
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "question": ("question", "question_text", "prompt", "survey_question"),
    "account": (
        *("account", "account_name", "company", "company_name", "organisation", "organization", "organisation_name"),
        *("organization_name", "requester_organisation", "requester_organization", "customer_company", "client"),
        *("customer", "employer", "associated_company", "primary_associated_company", "supplied_company"),
        *("reviewer_company", "contact_company"),
    ),
    "account_id": ("account_id", "company_id", "organization_id", "organisation_id", "customer_id"),
    "domain": ("domain", "company_domain", "account_domain", "website", "company_website"),
    "respondent": (
        *("respondent", "respondent_name", "requester", "requester_name", "reviewer", "reviewer_name", "reporter"),
        *("customer_name", "contact_name", "contact", "participant", "participant_name", "interviewee", "full_name"),
        *("associated_contact", "supplied_name", "name"),
    ),
    "author": (
        *("author", "speaker", "author_name", "written_by", "from", "sender", "sender_name", "from_name"),
        *("message_author", "comment_created_by", "comment_author", "created_by", "created_by_id", "owner"),
        *("activity_assigned_to", "activity_created_by"),
    ),
    "role": (
        *("role", "job_title", "position", "respondent_role", "reviewer_role", "reviewer_title", "contact_title"),
        *("user_role", "persona", "job_role"),
    ),
    "email": (
        *("email", "e_mail", "email_address", "respondent_email", "requester_email", "reviewer_email"),
        *("contact_email", "customer_email", "user_email", "from_email", "supplied_email", "recipient_email"),
    ),
    "date": (
        *("date", "created_at", "created", "created_date", "submitted_at", "submitted", "submission_date"),
        *("date_submitted", "review_date", "response_date", "timestamp", "completed_at", "end_date", "start_date"),
        *("opened_at", "opened", "published", "published_at", "created_time", "time", "updated_at", "sent_at"),
        *("create_date", "activity_date", "date_time_opened", "date_opened", "opened_date", "submit_date_utc"),
        *("recorded_date", "response_time", "submission_time", "date_published"),
    ),
    "id": (
        *("id", "ticket_id", "response_id", "review_id", "note_id", "answer_id", "submission_id", "case_number"),
        *("case_id", "ticket_number", "ticket", "issue_key", "key", "number", "record_id"),
    ),
    "title": ("subject", "title", "headline", "review_title", "ticket_subject", "ticket_name", "summary"),
    "url": ("url", "link", "permalink", "ticket_url", "review_url", "href"),
    "kind": ("kind", "document_kind", "type"),
    "conversation": (
        *("conversation_id", "conversation", "thread_id", "thread", "thread_ts", "chat_id", "session_id"),
        *("dialog_id", "dialogue_id", "parent_id", "parent_case_id"),
    ),
    "side": (
        *("sender_type", "author_type", "speaker_type", "user_type", "from_type", "sender_role", "author_role"),
        *("participant_type", "direction", "side"),
    ),
    "public": (
        *("public", "is_public", "comment_public", "is_published", "comment_is_published", "visibility"),
        *("comment_visibility",),
    ),
    "private": ("internal", "is_internal", "private", "is_private", "is_deleted", "deleted"),
    "moment": ("comment_created_date", "comment_created", "comment_date", "message_time", "sent_time"),
}
# Who answered where no name tells it.
RESPONDENT_IDS = ("user_name", "username", "user", "submitted_by", "respondent_id", "participant_id", "user_id")
COMMENTS = ("case_comments", "case_comment", "comment_body", "comment_text", "comments", "comment", "replies", "reply")
OPENINGS = frozenset(("description", "case_description", "ticket_description", "body", "details"))
SIDES: Mapping[str, str] = {
    word: side
    for side, words in {
        "customer": "user customer visitor client lead contact end-user end_user requester inbound incoming in external "
        "guest buyer human",
        "vendor": "agent admin operator rep support staff teammate outbound outgoing out internal host employee assistant "
        "seller representative",
        "bot": "bot system automation ai automated chatbot",
    }.items()
    for word in words.split()
}
REVIEW_PARTS = (
    *("pros", "cons", "pro", "con", "likes", "dislikes", "strengths", "weaknesses", "what_do_you_like_best"),
    *("what_do_you_dislike", "advice_to_management", "recommendations", "problems_solved", "benefits"),
    *("reasons_for_switching", "reasons_for_choosing", "reason_for_switching", "reason_for_choosing"),
)
REVIEW_SIGNS = frozenset(("review", "review_text", "review_id", "reviewer", "reviewer_name", "stars", "star_rating"))
TICKET_SIGNS = frozenset(
    (
        *("ticket", "ticket_id", "ticket_number", "ticket_url", "case_number", "case_id", "issue_key", "subject"),
        *("requester", "requester_name", "requester_email", "priority", "assignee", "comment_body"),
    )
)
FORM_SIGNS = frozenset("respondent respondent_id response_id submission_id nps nps_score csat survey score".split())
OURS = re.compile(
    r"internal|private|agent|resolution|reply|replies|vendor_response|our_|assignee|transcript|tags?$|url$"
)
_ASKS = re.compile(
    r"(what|how|why|which|where|who|when|do|does|did|is|are|can|could|would|have|has|if|please|describe|tell|any|anything)\b",
    re.IGNORECASE,
)
NO_ANSWER = frozenset(
    (
        *("n/a", "na", "n.a.", "n.a", "n / a", "none", "nil", "null", "nan", "-", "--", "---", "\u2013", "\u2014"),
        *(".", "..", "...", "?", "/", "x", "#n/a", "no comment", "no comments", "no answer", "no response"),
        *("not applicable",),
    )
)


def is_question(header: str) -> bool:
    """Tell whether a column's heading is a question that was put to somebody."""
    words = header.split()
    return header.rstrip().endswith("?") or len(words) >= 8 or (len(words) >= 4 and bool(_ASKS.match(header)))
