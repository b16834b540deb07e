"""One call of an operation, past its route, and the answers that it can be given."""

from collections.abc import Mapping
from dataclasses import dataclass

from feishu_mail_sandbox.answers import Answer, gateway_answer, with_log_id
from feishu_mail_sandbox.document import DocumentedAnswer, Operation
from feishu_mail_sandbox.faults import AcceptingFault
from feishu_mail_sandbox.rate_window import RATE_LIMITED
from feishu_mail_sandbox.state import Draft, State


@dataclass(frozen=True, slots=True)
class Call:
    """What was called and with what; `draft` is the one that the path names, `fault` is to spoil a success."""

    state: State
    operation: Operation
    path_parameters: Mapping[str, str]
    query: Mapping[str, str]
    log_id: str
    draft: Draft | None = None
    fault: AcceptingFault | None = None

    def refused(self, code: int) -> Answer:
        """Returns the answer that the operation's documentation shows for `code`."""
        return self.failed(self.operation.error(code))

    def failed(self, error: DocumentedAnswer) -> Answer:
        """Returns the answer that the document shows for an error."""
        # The rate headers are documented for this code alone.
        headers = self.state.rate_headers(self.operation) if error.code == RATE_LIMITED else None
        return gateway_answer(error.status, with_log_id(error.body, self.log_id), self.log_id, headers)

    def succeeded(self, **data: object) -> Answer:
        """Returns the documented success, with `data` in place of the example's members of these names."""
        success = self.operation.success
        body = {**success.body, "data": {**success.body.get("data", {}), **data}} if data else success.body
        return gateway_answer(success.status, body, self.log_id)
