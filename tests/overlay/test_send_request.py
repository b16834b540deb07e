"""The request is the one that the generated client makes, whoever's HTTP client it leaves through."""

import asyncio

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feishu_mail import InvalidArgument
from feishu_mail.access_tokens import AccessToken
from feishu_mail.arguments import DEFAULT_BASE_URL, check_base_url, check_id
from feishu_mail.http_clients import new_async_client, new_client
from feishu_mail.send_request import build_request
from feishu_mail_client import AuthenticatedClient
from feishu_mail_client.api.drafts import send_draft

TIMEOUT = httpx.Timeout(7.0, read=9.0)
BASE_URLS = (
    DEFAULT_BASE_URL,
    "https://open.larksuite.com/",
    "http://127.0.0.1:8080",
    "http://[::1]:8080/",
    "https://gateway.example/feishu/%E9%82%AE/a b/",
    "https://网关.example:8443/feishu",
)


def is_accepted(text: str) -> bool:
    try:
        return bool(check_id("id", text))
    except InvalidArgument:
        return False


IDS = st.text(min_size=1, max_size=40).filter(is_accepted)

own_client = new_client(check_base_url(DEFAULT_BASE_URL), TIMEOUT)
own_async_client = new_async_client(check_base_url(DEFAULT_BASE_URL), TIMEOUT)
callers_client = httpx.Client()


def request_through(client: httpx.Client | httpx.AsyncClient, base_url: str, mailbox: str, draft: str) -> httpx.Request:
    return build_request(
        client,
        base_url=check_base_url(base_url),
        user_mailbox_id=mailbox,
        draft_id=draft,
        token=AccessToken("u-x"),
        timeout=TIMEOUT,
    )


def on_the_wire(request: httpx.Request) -> tuple[object, ...]:
    url = request.url
    headers = sorted((name.lower(), value) for name, value in request.headers.raw)
    return request.method, url.raw_scheme, url.raw_host, url.port, url.raw_path, headers


@given(st.sampled_from(BASE_URLS), IDS, IDS)
def test_it_is_the_same_through_our_own_client_and_a_callers(base_url: str, mailbox: str, draft: str) -> None:
    through_a_callers = request_through(callers_client, base_url, mailbox, draft)

    for client in (own_client, own_async_client):
        request = request_through(client, base_url, mailbox, draft)
        assert on_the_wire(request) == on_the_wire(through_a_callers)
        assert request.url.path == through_a_callers.url.path
        assert request.extensions["timeout"] == through_a_callers.extensions["timeout"] == TIMEOUT.as_dict()


@given(IDS, IDS)
def test_it_goes_where_the_generated_client_would_send_it(mailbox: str, draft: str) -> None:
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
    send_draft.sync_detailed(mailbox, draft, client=generated)
    request = request_through(own_client, DEFAULT_BASE_URL, mailbox, draft)

    assert (request.method, request.url.raw_host, request.url.raw_path) == (
        seen[0].method,
        seen[0].url.raw_host,
        seen[0].url.raw_path,
    )
    assert request.headers["Authorization"] == seen[0].headers["Authorization"]


@pytest.mark.parametrize("client", [own_client, own_async_client, callers_client])
def test_its_url_shows_no_mailbox_and_no_draft(client: httpx.Client | httpx.AsyncClient) -> None:
    url = request_through(client, DEFAULT_BASE_URL, "someone@example.com", "d1").url

    assert str(url) == f"{DEFAULT_BASE_URL}/not-logged"
    assert repr(url) == f"URL('{DEFAULT_BASE_URL}/not-logged')"


@pytest.mark.parametrize("client", [own_client, own_async_client, callers_client])
def test_ids_that_no_url_can_hold_are_refused(client: httpx.Client | httpx.AsyncClient) -> None:
    with pytest.raises(InvalidArgument, match="do not fit into a URL"):
        request_through(client, DEFAULT_BASE_URL, "me", "d" * 70_000)


def test_a_callers_client_keeps_its_own_settings() -> None:
    with httpx.Client(headers={"User-Agent": "mine", "Accept": "*/*"}, params={"tenant": "t1"}) as client:
        request = request_through(client, DEFAULT_BASE_URL, "me", "d1")

    assert request.headers["User-Agent"] == "mine"
    assert request.headers["Accept"] == "application/json"
    assert request.url.query == b"tenant=t1"


def test_a_callers_transport_can_rebuild_the_request() -> None:
    request = request_through(callers_client, DEFAULT_BASE_URL, "me", "d1")

    assert httpx.URL(request.url).raw_path == request.url.raw_path
    assert request.url.copy_with(host="elsewhere.example").raw_path == request.url.raw_path


def teardown_module() -> None:
    own_client.close()
    callers_client.close()
    asyncio.run(own_async_client.aclose())
