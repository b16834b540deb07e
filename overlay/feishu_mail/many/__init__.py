"""Many drafts: a ledger in SQL of what was sent, so that a run can be interrupted anywhere and taken up again.

Needs the extra ``many`` (SQLAlchemy), or ``fleet`` for several hosts; nothing here is imported before it is used.
"""
