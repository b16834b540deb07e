"""The OpenAPI document of the control plane, hand-written: control-plane.json beside this file."""

import json
from collections.abc import Mapping
from importlib import resources
from typing import Any

from feishu_mail_sandbox.document import DocumentError


def load_control_plane_document() -> Mapping[str, Any]:
    """Reads the document from the package data. Raises DocumentError."""
    try:
        text = (resources.files("feishu_mail_sandbox") / "control-plane.json").read_text(encoding="utf-8")
        document: Mapping[str, Any] = json.loads(text)
    except (OSError, ValueError) as problem:
        raise DocumentError(f"the control plane's document cannot be read: {problem}") from problem
    return document
