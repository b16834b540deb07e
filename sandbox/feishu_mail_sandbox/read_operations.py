"""Reading drafts: one with its message, and the ids of a mailbox's, a page at a time."""

from collections.abc import Mapping

from feishu_mail_sandbox.answers import Answer
from feishu_mail_sandbox.call import Call
from feishu_mail_sandbox.query import REQUEST_PARAMETER_ERROR

DRAFT_NOT_FOUND = 1234050

_PAGE_SIZE = 20
_METADATA: Mapping[str, object] = {
    "subject": "Hello",
    "to": [{"mail_address": "aba@aac.com", "name": "Aba"}],
    "message_state": 3,
}
# Bodies are base64url: "Hello" and "<p>Hello</p>".
_BODIES = {"body_plain_text": "SGVsbG8", "body_html": "PHA-SGVsbG88L3A-", "body_preview": "SGVsbG8"}
# "To: Aba <aba@aac.com>", "Subject: Hello" and the text.
_RAW = "VG86IEFiYSA8YWJhQGFhYy5jb20-DQpTdWJqZWN0OiBIZWxsbw0KDQpIZWxsbw"
_MESSAGES: Mapping[str, Mapping[str, object]] = {
    "full": {**_METADATA, **_BODIES},
    "metadata": _METADATA,
    "raw": {"raw": _RAW},
}


async def get_draft(call: Call) -> Answer:
    """Answers with the draft and the message that all drafts of the sandbox have; a sent draft is gone."""
    if call.draft is None or not call.draft.is_unsent:
        return call.refused(DRAFT_NOT_FOUND)
    message = _MESSAGES[call.query.get("format", "full")]
    return call.succeeded(draft={"id": call.draft.draft_id, "message": message})


async def list_drafts(call: Call) -> Answer:
    """Answers with the ids of the mailbox's unsent drafts, the oldest first."""
    drafts = call.state.drafts_in(call.path_parameters["user_mailbox_id"])
    if "page_token" in call.query:
        last = next((draft for draft in drafts if draft.page_token == call.query["page_token"]), None)
        if last is None:
            return call.refused(REQUEST_PARAMETER_ERROR)
        drafts = drafts[drafts.index(last) + 1 :]
    unsent = [draft for draft in drafts if draft.is_unsent]
    page = unsent[: int(call.query.get("page_size", _PAGE_SIZE))]
    more = {"page_token": call.state.page_token_after(page[-1])} if len(unsent) > len(page) else {}
    return call.succeeded(items=[{"id": draft.draft_id} for draft in page], has_more=bool(more), **more)
