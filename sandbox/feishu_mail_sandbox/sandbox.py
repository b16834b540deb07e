"""One sandbox: its documents and the present state, which a reset replaces."""

from random import Random, SystemRandom

from feishu_mail_sandbox.clock import Clock
from feishu_mail_sandbox.control_plane_document import load_control_plane_document
from feishu_mail_sandbox.document import Document
from feishu_mail_sandbox.operations import needed_codes
from feishu_mail_sandbox.state import State


class Sandbox:
    """Holds the state. A send that is under way during a reset ends in the state that it began in.

    Raises DocumentError when the document lacks a code that the sandbox answers of its own accord, or when the document
    of the control plane cannot be read.
    """

    def __init__(self, document: Document, *, random: Random | None = None) -> None:
        for operation in document.operations.values():
            for code in sorted(needed_codes(operation)):
                operation.error(code)
        self.control_plane_document = load_control_plane_document()
        self._document = document
        self._random = random or SystemRandom()
        self.reset()

    def reset(self) -> None:
        """Goes back to the initial state: no drafts, deliveries, calls or requests, and the default settings."""
        self.state = State(self._document, Clock(), self._random)
