from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error_response import ErrorResponse
from ...models.get_draft_format import GetDraftFormat
from ...models.get_draft_response import GetDraftResponse
from ...types import UNSET, Response, Unset


def _get_kwargs(
    user_mailbox_id: str,
    draft_id: str,
    *,
    format_: GetDraftFormat | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_format_: str | Unset = UNSET
    if not isinstance(format_, Unset):
        json_format_ = format_.value

    params["format"] = json_format_

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/open-apis/mail/v1/user_mailboxes/{user_mailbox_id}/drafts/{draft_id}".format(
            user_mailbox_id=quote(str(user_mailbox_id), safe=""),
            draft_id=quote(str(draft_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorResponse | GetDraftResponse | None:
    if response.status_code == 200:
        response_200 = GetDraftResponse.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = ErrorResponse.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ErrorResponse.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ErrorResponse.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = ErrorResponse.from_dict(response.json())

        return response_404

    if response.status_code == 429:
        response_429 = ErrorResponse.from_dict(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = ErrorResponse.from_dict(response.json())

        return response_500

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ErrorResponse | GetDraftResponse]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    user_mailbox_id: str,
    draft_id: str,
    *,
    client: AuthenticatedClient | Client,
    format_: GetDraftFormat | Unset = UNSET,
) -> Response[ErrorResponse | GetDraftResponse]:
    """Get a draft. 获取草稿。

     Returns one draft with its message.

    返回一个草稿及其邮件内容。

    Args:
        user_mailbox_id (str):
        draft_id (str):
        format_ (GetDraftFormat | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorResponse | GetDraftResponse]
    """

    kwargs = _get_kwargs(
        user_mailbox_id=user_mailbox_id,
        draft_id=draft_id,
        format_=format_,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    user_mailbox_id: str,
    draft_id: str,
    *,
    client: AuthenticatedClient | Client,
    format_: GetDraftFormat | Unset = UNSET,
) -> ErrorResponse | GetDraftResponse | None:
    """Get a draft. 获取草稿。

     Returns one draft with its message.

    返回一个草稿及其邮件内容。

    Args:
        user_mailbox_id (str):
        draft_id (str):
        format_ (GetDraftFormat | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorResponse | GetDraftResponse
    """

    return sync_detailed(
        user_mailbox_id=user_mailbox_id,
        draft_id=draft_id,
        client=client,
        format_=format_,
    ).parsed


async def asyncio_detailed(
    user_mailbox_id: str,
    draft_id: str,
    *,
    client: AuthenticatedClient | Client,
    format_: GetDraftFormat | Unset = UNSET,
) -> Response[ErrorResponse | GetDraftResponse]:
    """Get a draft. 获取草稿。

     Returns one draft with its message.

    返回一个草稿及其邮件内容。

    Args:
        user_mailbox_id (str):
        draft_id (str):
        format_ (GetDraftFormat | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorResponse | GetDraftResponse]
    """

    kwargs = _get_kwargs(
        user_mailbox_id=user_mailbox_id,
        draft_id=draft_id,
        format_=format_,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    user_mailbox_id: str,
    draft_id: str,
    *,
    client: AuthenticatedClient | Client,
    format_: GetDraftFormat | Unset = UNSET,
) -> ErrorResponse | GetDraftResponse | None:
    """Get a draft. 获取草稿。

     Returns one draft with its message.

    返回一个草稿及其邮件内容。

    Args:
        user_mailbox_id (str):
        draft_id (str):
        format_ (GetDraftFormat | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorResponse | GetDraftResponse
    """

    return (
        await asyncio_detailed(
            user_mailbox_id=user_mailbox_id,
            draft_id=draft_id,
            client=client,
            format_=format_,
        )
    ).parsed
