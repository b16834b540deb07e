"""Checks of getDraft and listDrafts: what they say is what is there, and they change none of it."""

from collections.abc import Iterator
from typing import Any

import schemathesis
from schemathesis import Case, CheckContext, Response

from fuzzing.fuzz_run import Draft, FuzzRun, current_run, read_data


@schemathesis.check
def the_draft_asked_for_is_returned(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """A draft that is read has the id that was asked for."""
    data = _read(response, case, "getDraft")
    if data is not None:
        draft, wanted = data.get("draft"), current_run().arranged[case.id].addressed.draft_id
        found = draft.get("id") if isinstance(draft, dict) else None
        assert found == wanted, f"asked for draft {wanted!r}, found {found!r}"


@schemathesis.check
def a_read_changes_nothing(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """The same read, repeated, finds the same again."""
    run = current_run()
    operation = run.operations[case.operation.label]
    data = _read(response, case, operation.operation_id)
    if operation.is_read and data is not None:
        answer = run.call(operation, run.arranged[case.id].addressed, dict(case.query))
        again = read_data(answer.status_code, answer.content) or {}
        # A token may be another one each time.
        assert {**again, "page_token": None} == {**data, "page_token": None}, f"repeated, the read finds {answer.text}"


@schemathesis.check
def pages_hold_each_draft_once(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """All pages of a mailbox together hold each of its drafts once, in their order, and no others."""
    run = current_run()
    arranged, first = run.arranged[case.id], _read(response, case, "listDrafts")
    if first is not None and arranged.created:
        query = dict(case.query)
        pages = list(_pages(run, arranged.addressed, query, first))
        largest = max(map(len, pages))
        assert largest <= int(query.get("page_size", 20)), f"a page holds {largest} drafts"
        found = [draft_id for page in pages for draft_id in page]
        assert found == run.unsent(arranged.addressed.user_mailbox_id), f"the pages hold {pages}"


@schemathesis.check
class drafts_stay_until_they_are_sent:  # noqa: N801
    """At the end, the user's own mailbox holds what was put into it and not sent."""

    def after_run(self, ctx: CheckContext) -> None:
        """Compares the list with what was created, beside which others may be there where the server is not ours."""
        run, mailbox = current_run(), Draft("me")
        answer = run.call(run.operation("listDrafts"), mailbox, {"page_size": 100})
        first = read_data(answer.status_code, answer.content)
        assert first is not None, f"the list was answered with {answer.status_code}"
        known = {draft.draft_id for draft in run.drafts}
        ids = [each for page in _pages(run, mailbox, {"page_size": 100}, first) for each in page]
        found = [each for each in ids if run.owned or each in known]
        expected = run.unsent("me")
        assert found == expected, f"of {len(expected)} unsent drafts, {len(found)} are listed, or in another order"


def _read(response: Response, case: Case[Any], operation_id: str) -> dict[str, Any] | None:
    is_it = current_run().operations[case.operation.label].operation_id == operation_id
    return read_data(response.status_code, response.content) if is_it else None


def _pages(run: FuzzRun, mailbox: Draft, query: dict[str, Any], page: dict[str, Any]) -> Iterator[list[str]]:
    seen: set[str] = set()
    while True:
        items = page.get("items")
        ids = [str(item.get("id")) for item in items if isinstance(item, dict)] if isinstance(items, list) else []
        yield ids
        # What repeats itself would go on forever.
        if not page.get("has_more") or not seen.isdisjoint(ids):
            return
        seen.update(ids)
        assert ids and page.get("page_token"), f"has_more is true after {ids}, and the page_token {page.get('page_token')}"
        answer = run.call(run.operation("listDrafts"), mailbox, {**query, "page_token": page["page_token"]})
        following = read_data(answer.status_code, answer.content)
        assert following is not None, f"the next page was answered with {answer.status_code}"
        page = following
