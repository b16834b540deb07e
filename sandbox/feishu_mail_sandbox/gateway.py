"""What the gateway makes of the Authorization header, before any mail service is asked.

Codes, and their order before everything else, as seen live or documented by the vendor; see the README for the tokens
that exist only here.
"""

ACCESS_TOKEN_MISSING = 99991661
TENANT_ACCESS_TOKEN_INVALID = 99991663
USER_ACCESS_TOKEN_INVALID = 99991668
ACCESS_TOKEN_UNRECOGNISED = 99991671
ACCESS_TOKEN_EXPIRED = 99991677
USER_SCOPE_MISSING = 99991679
RATE_LIMITED = 99991400

MAGIC_TOKENS = {
    "u-expired": ACCESS_TOKEN_EXPIRED,
    "u-invalid": USER_ACCESS_TOKEN_INVALID,
    "u-no-scope": USER_SCOPE_MISSING,
}

CODES = frozenset(MAGIC_TOKENS.values()) | {
    ACCESS_TOKEN_MISSING,
    TENANT_ACCESS_TOKEN_INVALID,
    ACCESS_TOKEN_UNRECOGNISED,
    RATE_LIMITED,
}


def refused_credential(authorization: str | None) -> int | None:
    """Returns the error code for the value of an Authorization header, or None when it is let through."""
    if authorization is None or not authorization.startswith("Bearer "):
        return ACCESS_TOKEN_MISSING
    token = authorization.removeprefix("Bearer ").strip()
    if not token:
        return ACCESS_TOKEN_MISSING
    if token in MAGIC_TOKENS:
        return MAGIC_TOKENS[token]
    if token.startswith(("u-", "eyJ")):
        return None
    return TENANT_ACCESS_TOKEN_INVALID if token.startswith("t-") else ACCESS_TOKEN_UNRECOGNISED
