"""Edits of the document in a copy of the project, made in its text, as people make them."""

from pathlib import Path

DOCUMENT = Path("openapi/feishu-mail.yaml")

# Each of these is what stands there, and what takes its place.
ANOTHER_TEXT = ("summary: The content was judged risky", "summary: The content was judged too risky")
NOT_YAML = ("openapi: 3.1.0", "openapi: [")
NOT_OPENAPI = ("operationId: sendDraft", "operationId: [sendDraft]")

NEW_ERROR = """
    ATTACHMENT_TYPE_REFUSED:
      summary: An attachment has a type that is not allowed
      x-summary-zh: 附件类型不被允许
      description: Remove the attachment, then send again.
      x-description-zh: 请移除该附件后再发送。
      x-outcome: not_sent
      x-retry: never
      x-affects: draft
      value: {code: 1239987, msg: attachment type, error: {log_id: '202601020304050123456789ABCDEF0123'}}
"""
GATEWAY = "\n    # ---- The gateway's codes"
REFERENCE = "            RECEIVER_CHECK_FAILED:\n              $ref: '#/components/examples/RECEIVER_CHECK_FAILED'\n"


def edit(project: Path, old: str, new: str, path: Path = DOCUMENT) -> None:
    """Puts `new` in the place of `old`, which stands there once."""
    text = (project / path).read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    (project / path).write_text(text.replace(old, new), encoding="utf-8")


def add_error(project: Path) -> None:
    """Adds the example of an error with code 1239987, and a line for it under HTTP status 400."""
    edit(project, GATEWAY, NEW_ERROR + GATEWAY)
    edit(project, REFERENCE, REFERENCE + REFERENCE.replace("RECEIVER_CHECK_FAILED", "ATTACHMENT_TYPE_REFUSED"))
