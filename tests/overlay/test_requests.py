"""The request is the one that the generated client makes, whoever's HTTP client it leaves through."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feishu_mail import GET_DRAFT, LIST_DRAFTS, SEND_DRAFT, InvalidArgument, Operation
from feishu_mail.calls.arguments import check_base_url, check_id
from feishu_mail.calls.generated import describe_request
from feishu_mail.wire.addresses import DEFAULT_BASE_URL
from feishu_mail.wire.requests import build_request
from feishu_mail.wire.secrecy import AccessToken
from feishu_mail_client import AuthenticatedClient
from feishu_mail_client.api.drafts import get_draft, list_drafts, send_draft
from feishu_mail_client.models import GetDraftFormat

TIMEOUT = httpx.Timeout(7.0, read=9.0)
BASE_URLS = (
    DEFAULT_BASE_URL,
    "https://open.larksuite.com/",
    "http://[::1]:8080/",
    "https://gateway.example/feishu/%E9%82%AE/a b/",
    "https://网关.example:8443/feishu",
)
callers_client = httpx.Client()


def is_accepted(text: str) -> bool:
    try:
        return bool(check_id("id", text))
    except InvalidArgument:
        return False


IDS = st.text(min_size=1, max_size=40).filter(is_accepted)
CALLS = st.one_of(
    st.tuples(st.just(SEND_DRAFT), st.fixed_dictionaries({"user_mailbox_id": IDS, "draft_id": IDS})),
    st.tuples(
        st.just(GET_DRAFT),
        st.fixed_dictionaries(
            {"user_mailbox_id": IDS, "draft_id": IDS}, optional={"format_": st.sampled_from(GetDraftFormat)}
        ),
    ),
    st.tuples(
        st.just(LIST_DRAFTS),
        st.fixed_dictionaries({"user_mailbox_id": IDS}, optional={"page_size": st.integers(1, 100), "page_token": IDS}),
    ),
)
BY_THE_GENERATED_CLIENT = {SEND_DRAFT: send_draft, GET_DRAFT: get_draft, LIST_DRAFTS: list_drafts}


def request_for(
    operation: Operation,
    parameters: Mapping[str, Any],
    base_url: str = DEFAULT_BASE_URL,
    http_client: httpx.Client | None = None,
) -> httpx.Request:
    return build_request(
        describe_request(operation, parameters),
        base_url=check_base_url(base_url),
        token=AccessToken("u-x"),
        timeout=TIMEOUT,
        writes=operation.writes,
        http_client=http_client,
    )


@given(CALLS)
def test_it_goes_where_the_generated_client_would_send_it(call: tuple[Operation, dict[str, Any]]) -> None:
    operation, parameters = call
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"code": 0})

    generated = AuthenticatedClient(base_url=DEFAULT_BASE_URL, token="u-x")
    generated.set_httpx_client(
        httpx.Client(
            base_url=DEFAULT_BASE_URL, headers={"Authorization": "Bearer u-x"}, transport=httpx.MockTransport(answer)
        )
    )
    BY_THE_GENERATED_CLIENT[operation].sync_detailed(**parameters, client=generated)

    for http_client in (None, callers_client):
        request = request_for(operation, parameters, http_client=http_client)
        assert (request.method, request.url) == (seen[0].method, seen[0].url)
        assert request.url.raw_path == seen[0].url.raw_path
        assert request.headers["Authorization"] == seen[0].headers["Authorization"]
        assert request.extensions["timeout"] == TIMEOUT.as_dict()


@given(st.sampled_from(BASE_URLS), CALLS)
def test_its_url_is_the_real_one_for_whoever_looks_at_it(base_url: str, call: tuple[Operation, dict[str, Any]]) -> None:
    own, callers = (request_for(*call, base_url, http_client) for http_client in (None, callers_client))
    assert str(own.url) == str(callers.url)
    assert httpx.URL(str(own.url)).raw_path == own.url.raw_path
    assert type(own.url) is httpx.URL


@pytest.mark.parametrize(
    ("operation", "http_client", "connection"),
    [
        (SEND_DRAFT, None, "close"),
        (GET_DRAFT, None, None),
        (SEND_DRAFT, callers_client, "close"),
        (GET_DRAFT, callers_client, "close"),
    ],
)
def test_only_reads_over_our_own_connections_leave_them_open(
    operation: Operation, http_client: httpx.Client | None, connection: str | None
) -> None:
    request = request_for(operation, {"user_mailbox_id": "me", "draft_id": "d"}, http_client=http_client)
    kept = "keep-alive" if http_client else None
    assert request.headers.get("Connection") == (connection or kept)
    assert request.headers["Accept-Encoding"] == "identity", "what is not compressed can be bounded"


def test_a_callers_client_keeps_its_own_settings() -> None:
    with httpx.Client(headers={"User-Agent": "mine", "Accept": "*/*"}, params={"tenant": "t1"}) as client:
        request = request_for(SEND_DRAFT, {"user_mailbox_id": "me", "draft_id": "d1"}, http_client=client)

    assert request.headers["User-Agent"] == "mine"
    assert request.headers["Accept"] == "application/json"
    assert request.url.query == b"tenant=t1"


def teardown_module() -> None:
    callers_client.close()
