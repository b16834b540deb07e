"""What the sandbox shows at `/`: the reference page that `make docs` built, or a plain page without scripts.

The built page is of several megabytes and needs Node.js to be made, so a wheel does without it, and a checkout may lack
it. One that was built from other documents than those that the sandbox serves would tell lies; it counts as missing.
"""

import hashlib
import json
from collections.abc import Mapping
from importlib import resources
from typing import Any

from feishu_mail_sandbox.answers import Answer, text_answer
from feishu_mail_sandbox.plain_page import plain_page

BUILT_PAGE = "reference.html"
_HTML = "text/html; charset=utf-8"
# The built page declares its own policy, which allows its own scripts and calls to this very server.
_PLAIN_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def reference_page(
    openapi: Mapping[str, Any], control_plane: Mapping[str, Any], base_url: str, built: bytes | None
) -> Answer:
    """Returns the page that explains what a sandbox with these documents serves; `built` is the built one, if any."""
    if built is not None and built.startswith(first_lines(openapi, control_plane).encode()):
        return Answer(200, built, {"Content-Type": _HTML, "Cache-Control": "no-cache"})
    page = plain_page(openapi, control_plane, base_url)
    return text_answer(200, page, _HTML, {"Content-Security-Policy": _PLAIN_POLICY, "Cache-Control": "no-cache"})


def read_built_page() -> bytes | None:
    """Returns the page that `make docs` built, or None."""
    try:
        return (resources.files("feishu_mail_sandbox") / BUILT_PAGE).read_bytes()
    except OSError:
        return None


def first_lines(openapi: Mapping[str, Any], control_plane: Mapping[str, Any]) -> str:
    """Returns how a page that was built from these documents begins."""
    digest = hashlib.sha256(json.dumps([openapi, control_plane], sort_keys=True).encode()).hexdigest()
    return f"<!doctype html>\n<!-- Built by `make docs` from the documents with the digest {digest}. -->\n"
