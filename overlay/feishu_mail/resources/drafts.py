"""``mail.drafts``: the drafts of a user's mailboxes, sync and async."""

from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, Unpack

from feishu_mail.calls.arguments import check_choice, check_count
from feishu_mail.calls.callers import AsyncCaller, Caller
from feishu_mail.calls.options import AsyncCallOptions, CallOptions
from feishu_mail.outcomes.operations import GET_DRAFT, LIST_DRAFTS, SEND_DRAFT
from feishu_mail.resources.pages import async_pages, pages
from feishu_mail.resources.sent_draft import SentDraft, sent_draft

if TYPE_CHECKING:
    from feishu_mail_client.models import Draft, DraftReference

DraftFormat: TypeAlias = Literal["full", "metadata", "raw"]
_FORMATS: Final = ("full", "metadata", "raw")
LARGEST_PAGE: Final = 100


class Drafts:
    """The drafts of a user's mailboxes. Safe to use from several threads.

    Every method takes the options ``base_url``, ``timeout``, ``retry``, ``access_token`` and ``http_client``, which
    override the client's for this call, and raises ``InvalidArgument`` before any request for what cannot be used.
    """

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def send(self, draft_id: str, *, user_mailbox_id: str = "me", **options: Unpack[CallOptions]) -> SentDraft:
        """Sends a draft, once, and returns when its mail is out.

        Writes to one mailbox wait for each other; those to different mailboxes do not.

        Args:
            draft_id: the draft's id, opaque.
            user_mailbox_id: ``"me"``, or the address of a mailbox that the user may send from.
            options: as in the class.

        Raises:
            OutcomeUnknown: the mail may be out; verify before you write it again.
            FeishuMailError: any other of its kinds; the mail was not sent.
        """
        parameters = {"user_mailbox_id": user_mailbox_id, "draft_id": draft_id}
        sent: SentDraft = self._caller.call(SEND_DRAFT, parameters, options, partial(sent_draft, draft_id))
        return sent

    def may_be_out(self, draft_id: str, *, base_url: str | None = None) -> bool:
        """Returns whether, as far as this client knows, the draft's mail is out or may be. Makes no request.

        For whoever was interrupted: false means that this client sent nothing. Another client or process cannot know.

        Args:
            draft_id: the draft that was to be sent.
            base_url: the one that ``send`` was given, if it was given one.
        """
        return self._caller.may_be_done(SEND_DRAFT, {"draft_id": draft_id}, {"base_url": base_url})

    def get(
        self,
        draft_id: str,
        *,
        format: DraftFormat = "full",  # noqa: A002 -- the vendor's word
        user_mailbox_id: str = "me",
        **options: Unpack[CallOptions],
    ) -> "Draft":
        """Returns a draft with its message: all of it, its ``metadata``, or the ``raw`` mail.

        Members that the service left out are the generated client's ``UNSET``.

        Raises:
            FeishuMailError: it could not be read.
        """
        parameters = {"user_mailbox_id": user_mailbox_id, "draft_id": draft_id, "format_": _format(format)}
        draft: Draft = self._caller.call(GET_DRAFT, parameters, options, member="draft")
        return draft

    def list(
        self, *, page_size: int = LARGEST_PAGE, user_mailbox_id: str = "me", **options: Unpack[CallOptions]
    ) -> "Iterator[DraftReference]":
        """Iterates over a mailbox's drafts, by their ids; pages are fetched as they are needed.

        Args:
            page_size: drafts on a page, 1 to 100.
            user_mailbox_id: as for ``send``.
            options: as in the class.

        Raises:
            FeishuMailError: while iterating, a page could not be read.
        """
        parameters = {
            "user_mailbox_id": user_mailbox_id,
            "page_size": check_count("page_size", page_size, LARGEST_PAGE),
        }
        return pages(self._caller.with_options(options), LIST_DRAFTS, parameters)


class AsyncDrafts:
    """The same for tasks, under asyncio or trio."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    async def send(
        self, draft_id: str, *, user_mailbox_id: str = "me", **options: Unpack[AsyncCallOptions]
    ) -> SentDraft:
        """Sends a draft, once, and returns when its mail is out; the words are those of ``Drafts.send``.

        A cancelled send stops at once; like any send without an answer it may have gone through.

        Raises:
            OutcomeUnknown: the mail may be out; verify before you write it again.
            FeishuMailError: any other of its kinds; the mail was not sent.
        """
        parameters = {"user_mailbox_id": user_mailbox_id, "draft_id": draft_id}
        sent: SentDraft = await self._caller.call(SEND_DRAFT, parameters, options, partial(sent_draft, draft_id))
        return sent

    def may_be_out(self, draft_id: str, *, base_url: str | None = None) -> bool:
        """Returns whether the draft's mail is out or may be; the words are those of ``Drafts.may_be_out``."""
        return self._caller.may_be_done(SEND_DRAFT, {"draft_id": draft_id}, {"base_url": base_url})

    async def get(
        self,
        draft_id: str,
        *,
        format: DraftFormat = "full",  # noqa: A002 -- the vendor's word
        user_mailbox_id: str = "me",
        **options: Unpack[AsyncCallOptions],
    ) -> "Draft":
        """Returns a draft with its message; the words are those of ``Drafts.get``."""
        parameters = {"user_mailbox_id": user_mailbox_id, "draft_id": draft_id, "format_": _format(format)}
        draft: Draft = await self._caller.call(GET_DRAFT, parameters, options, member="draft")
        return draft

    def list(
        self, *, page_size: int = LARGEST_PAGE, user_mailbox_id: str = "me", **options: Unpack[AsyncCallOptions]
    ) -> "AsyncIterator[DraftReference]":
        """Iterates over a mailbox's drafts, with ``async for``; the words are those of ``Drafts.list``."""
        parameters = {
            "user_mailbox_id": user_mailbox_id,
            "page_size": check_count("page_size", page_size, LARGEST_PAGE),
        }
        return async_pages(self._caller.with_options(options), LIST_DRAFTS, parameters)


def _format(value: object) -> Any:
    from feishu_mail_client.models import GetDraftFormat

    return GetDraftFormat(check_choice("format", value, _FORMATS))
