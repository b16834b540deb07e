"""The generated client, operation by operation: its functions build requests, its models hold what comes back.

It is imported when a client is made, so that ``import feishu_mail`` stays cheap and calls import nothing.
"""

from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from typing import Any, Final

from feishu_mail.outcomes.facts import Operation
from feishu_mail.outcomes.operations import OPERATIONS
from feishu_mail.wire.json_values import is_list, is_object

_UNSET: Final = "Unset"
_OF_PYTHON: Final = "encodings.idna"
"""What Python itself would import as a host is first looked up."""


def import_for_calls() -> None:
    """Imports what calls need, before there are any.

    An interrupt or a fork in the midst of an import can leave Python's import lock taken for ever.
    """
    for module in (_OF_PYTHON, *(operation.module for operation in OPERATIONS)):
        # The call that needs it says what is wrong with it.
        with suppress(Exception):
            import_module(module)


def describe_request(operation: Operation, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns the request as the generated function describes it: method, URL, and what else there is."""
    described: Mapping[str, Any] = import_module(operation.module)._get_kwargs(**parameters)  # noqa: SLF001
    return described


def read_success(operation: Operation, body: Mapping[str, Any]) -> Any:
    """Returns the ``data`` of a success as the generated model, or None where there is none.

    Raises:
        Exception: the body is not what the document says.
    """
    marks = {refusal.when_filled for refusal in operation.refusals}
    data = body.get("data")
    if is_object(data):
        body = {**body, "data": {name: value for name, value in data.items() if name not in marks}}
    module, _, name = operation.success.rpartition(".")
    return set_or_none(getattr(import_module(module), name).from_dict(_without_nulls(body)).data)


def set_or_none(value: Any) -> Any:
    """Returns the value, or None for the generated client's mark of a member that is absent."""
    return None if type(value).__name__ == _UNSET else value


def _without_nulls(value: Any) -> Any:
    # Every member may be absent; the service also writes null for that, which the models do not take.
    if is_object(value):
        return {name: _without_nulls(member) for name, member in value.items() if member is not None}
    return [_without_nulls(item) for item in value] if is_list(value) else value
