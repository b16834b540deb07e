"""What is arranged before a generated case is sent, so that a good share of the cases reaches a success.

A draft can be sent only once, so ids that are written down beforehand would be used up by the first cases. Instead
every valid case gets drafts of its own, made from the id that was generated for it.
"""

import enum
from collections.abc import Sequence


class Situation(enum.StrEnum):
    """What the service has when the case arrives. For a call that names no draft, this is about its mailbox."""

    EXISTING = "a draft with this very id, not sent yet"
    ALREADY_SENT = "a draft with this very id, sent before"
    OTHER_MAILBOX = "a draft with this very id, in another mailbox"
    OTHER_CASE = "a draft whose id differs in upper and lower case only"
    REFUSED_CREDENTIAL = "a draft with this very id, but a caller without a valid token"
    DOCUMENTED_ERROR = "no draft; the id asks for one error code of the document"
    AS_GENERATED = "no draft with this id"


# Most often the one that ends in a success.
WEIGHTS = {
    Situation.EXISTING: 10,
    Situation.ALREADY_SENT: 2,
    Situation.OTHER_MAILBOX: 1,
    Situation.OTHER_CASE: 1,
    Situation.REFUSED_CREDENTIAL: 2,
    Situation.DOCUMENTED_ERROR: 4,
    Situation.AS_GENERATED: 1,
}

# What an id may hold and a client or a service may stumble over; schemathesis leaves out a slash.
ODD_CHARACTERS: Sequence[str] = ("", "/", "%", "%2F", "+", " ", "?", "#", ";", "é", "草稿", "\U0001f4e7")

# What no service of this kind lets in: no token, no Bearer, a tenant's token, a prefix that no token has.
REFUSED_EVERYWHERE: Sequence[str | None] = (None, "Bearer ", "Basic dS1mdXp6", "Bearer t-fuzz", "Bearer x-fuzz")
# Tokens that only the sandbox knows to refuse.
REFUSED_BY_THE_SANDBOX: Sequence[str | None] = ("Bearer u-expired", "Bearer u-invalid", "Bearer u-no-scope")
