"""Lists that come in pages, as one iteration: the next page is fetched when the one before is used up."""

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

from feishu_mail.calls.callers import AsyncCaller, Caller
from feishu_mail.calls.generated import set_or_none
from feishu_mail.outcomes.exceptions import ServiceUnavailableError
from feishu_mail.outcomes.facts import Operation
from feishu_mail.outcomes.failures import failure_of
from feishu_mail.outcomes.own_facts import UNREADABLE_ANSWER


def pages(caller: Caller, operation: Operation, parameters: Mapping[str, Any]) -> Iterator[Any]:
    """Iterates over the items of all pages.

    Raises:
        FeishuMailError: a page could not be read.
    """
    position: Mapping[str, str] | None = {}
    while position is not None:
        page = caller.call(operation, {**parameters, **position}, {})
        yield from set_or_none(page.items) or ()
        position = _position_after(operation, page, position)


async def async_pages(caller: AsyncCaller, operation: Operation, parameters: Mapping[str, Any]) -> AsyncIterator[Any]:
    """Does the same for tasks."""
    position: Mapping[str, str] | None = {}
    while position is not None:
        page = await caller.call(operation, {**parameters, **position}, {})
        for item in set_or_none(page.items) or ():
            yield item
        position = _position_after(operation, page, position)


def _position_after(operation: Operation, page: Any, position: Mapping[str, str]) -> Mapping[str, str] | None:
    if set_or_none(page.has_more) is not True:
        return None
    following = {"page_token": set_or_none(page.page_token)}
    # Going on from nowhere, or from the same place, would never end.
    if not isinstance(following["page_token"], str) or following == position:
        reason = "a page says that there are more, but not where"
        raise ServiceUnavailableError(failure_of(operation, UNREADABLE_ANSWER, reason=reason))
    return following
