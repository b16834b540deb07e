"""Edits of the document in a copy of the project, made in its text, as people make them."""

from pathlib import Path

DOCUMENT = Path("openapi/feishu-mail.yaml")

# Each of these is what stands there, and what takes its place.
ANOTHER_TEXT = ("summary: The content was judged risky", "summary: The content was judged too risky")
NOT_YAML = ("openapi: 3.1.0", "openapi: [")
NOT_OPENAPI = ("operationId: sendDraft", "operationId: [sendDraft]")


def edit(project: Path, old: str, new: str, path: Path = DOCUMENT) -> None:
    """Puts `new` in the place of `old`, which stands there once."""
    text = (project / path).read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    (project / path).write_text(text.replace(old, new), encoding="utf-8")
