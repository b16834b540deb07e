"""Checks of what sendDraft, getDraft and listDrafts mean.

A draft goes out once, and each mail that goes out was answered so. What is read is what is there, and stays as it is.
"""

from collections.abc import Iterator
from typing import Any

import schemathesis
from schemathesis import Case, CheckContext, Response

from fuzzing.fuzz_run import Draft, FuzzRun, current_run, read_data, sent_message


@schemathesis.check
def a_sent_mail_has_its_ids(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """A success names the message and its thread."""
    message = _message(response, case)
    for name in ("message_id", "thread_id") if message is not None else ():
        assert (message or {}).get(name), f"the success has no {name}"


@schemathesis.check
def message_ids_are_unique(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """Two successes never share a message_id."""
    message_id = str((_message(response, case) or {}).get("message_id"))
    assert current_run().message_ids[message_id] <= 1, f"message_id {message_id} was given before"


@schemathesis.check
def a_draft_is_sent_once(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """One draft id never yields two successes."""
    draft = current_run().arranged[case.id].addressed
    assert current_run().sent[draft] <= 1, f"draft {draft.draft_id!r} was sent before"


@schemathesis.check
class deliveries_are_what_was_answered:  # noqa: N801
    """The sandbox's ledger holds each mail that was reported as sent, once, and no other."""

    def __init__(self) -> None:
        control = current_run().control
        self._before = len(control.deliveries()) if control else 0

    def after_run(self, ctx: CheckContext) -> None:
        """Compares the ledger with the answers."""
        run = current_run()
        if run.control is None:
            return
        delivered = [(mail["user_mailbox_id"], mail["draft_id"]) for mail in run.control.deliveries()[self._before :]]
        ours = {(draft.user_mailbox_id, draft.draft_id) for draft in run.drafts}
        answered = sorted((draft.user_mailbox_id, draft.draft_id) for draft in run.sent.elements())
        found = sorted(mail for mail in delivered if run.owned or mail in ours)
        assert found == answered, f"{len(found)} mails went out, {len(answered)} were answered as sent"


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
        answer = run.call(operation.operation_id, run.arranged[case.id].addressed, dict(case.query))
        again = read_data(answer.status_code, answer.content) or {}
        # A token may be another one each time.
        assert {**again, "page_token": None} == {**data, "page_token": None}, f"repeated, the read finds {answer.text}"


@schemathesis.check
def pages_hold_each_draft_once(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """All pages of a mailbox together hold each of its drafts once, in their order, and no others."""
    run = current_run()
    arranged, first = run.arranged[case.id], _read(response, case, "listDrafts")
    if first is None or not arranged.created:
        return
    query, expected = dict(case.query), run.unsent(arranged.addressed.user_mailbox_id)
    pages = list(_pages(run, arranged.addressed, query, first))
    found = [draft_id for page in pages for draft_id in page]
    if run.listed is not None:
        # Somebody's mailbox may hold more, and whether the list of drafts has its order is not known.
        found, expected = sorted(each for each in found if each in expected), sorted(expected)
    assert found == expected, f"the pages hold {pages}"
    largest = max(map(len, pages))
    assert largest <= int(query.get("page_size", 20)), f"a page holds {largest} drafts"


@schemathesis.check
class drafts_stay_until_they_are_sent:  # noqa: N801
    """At the end, the user's own mailbox holds what was put into it and not sent."""

    def after_run(self, ctx: CheckContext) -> None:
        """Compares the list with what was created, beside which others may be there."""
        run, mailbox, query = current_run(), Draft("me"), {"page_size": 100}
        answer = run.call("listDrafts", mailbox, query)
        first = read_data(answer.status_code, answer.content)
        assert first is not None, f"the list was answered with {answer.status_code}"
        expected = run.unsent("me")
        found = [each for page in _pages(run, mailbox, query, first) for each in page]
        missing = set(expected) - set(found)
        assert not missing, f"of {len(expected)} unsent drafts, {len(missing)} are not listed"


def _message(response: Response, case: Case[Any]) -> dict[str, Any] | None:
    return None if _read(response, case, "sendDraft") is None else sent_message(response.status_code, response.content)


def _read(response: Response, case: Case[Any], operation_id: str) -> dict[str, Any] | None:
    is_it = current_run().operations[case.operation.label].operation_id == operation_id
    return read_data(response.status_code, response.content) if is_it else None


def _pages(run: FuzzRun, mailbox: Draft, query: dict[str, Any], page: dict[str, Any]) -> Iterator[list[str]]:
    seen: set[str] = set()
    while True:
        items, token = page.get("items"), page.get("page_token")
        ids = [str(item.get("id")) for item in items if isinstance(item, dict)] if isinstance(items, list) else []
        yield ids
        # What repeats itself or stays empty would go on forever.
        if not (page.get("has_more") and ids and seen.isdisjoint(ids)):
            return
        seen.update(ids)
        assert token, "has_more is true, but there is no page_token"
        answer = run.call("listDrafts", mailbox, {**query, "page_token": token})
        following = read_data(answer.status_code, answer.content)
        assert following is not None, f"the next page was answered with {answer.status_code}"
        page = following
