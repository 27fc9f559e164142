"""Who may come in: people with roles and passwords, their sessions, and tokens for programs. It knows nothing of HTTP.

access = open_access(folder)
access.add_person("Ana", password, Role.ADMIN)
session = access.sign_in("ana", password, "192.0.2.7")
assert access.session(session.token).person.role.may(Role.RESEARCHER)
"""

from icp_voice.access.access import Access, open_access
from icp_voice.access.nouns import ME, Person, Role, Session, Token
from icp_voice.errors import AccessError, SignInRefused, TooManyTries

__all__ = [
    "ME",
    "Access",
    "AccessError",
    "Person",
    "Role",
    "Session",
    "SignInRefused",
    "Token",
    "TooManyTries",
    "open_access",
]
