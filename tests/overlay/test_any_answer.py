"""Whatever status, headers and bytes come back: a sent draft or one of our exceptions, and never the token in it.

`make faults PROFILE=long` looks at 20,000 answers.
"""

import json
import pickle
from collections.abc import Iterator

import httpx
from hypothesis import given
from hypothesis import strategies as st

from feishu_mail import FeishuMail, FeishuMailError, Outcome, OutcomeUnknown, RetryPolicy, SentDraft
from tests.overlay.test_answers import ENVELOPES, JSON

TOKEN = "u-SENTINEL7f1bcd13"
MAILBOX = "private.person@example.com"
ONCE = RetryPolicy(max_attempts=1)

Headers = list[tuple[bytes, bytes]]


class Chunks(httpx.SyncByteStream):
    """A body as it arrives."""

    def __init__(self, chunks: list[bytes]) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        yield from self._chunks


ECHOES = st.sampled_from(
    [TOKEN.encode(), f"Bearer {TOKEN}".encode(), MAILBOX.encode(), b"private.person%40example.com"]
)
HEADER_NAMES = [
    *(b"X-Tt-Logid", b"x-ogw-ratelimit-reset", b"Retry-After", b"Content-Type", b"Content-Encoding"),
    *(b"Content-Length", b"Location", b"Set-Cookie", b"Transfer-Encoding", b""),
]
HEADER_VALUES = (
    st.binary(max_size=40)
    | ECHOES
    | st.sampled_from(
        [
            *(
                b"gzip",
                b"deflate",
                b"identity",
                b"gzip, gzip",
                b"0",
                b"7",
                b"-1",
                b"1e400",
                b"http://[",
                b"//",
                b"\xff",
            ),
            *(b"Fri, 02 Jan 2026 03:04:35 GMT", b"application/json; charset=no-such", b"a=b; Expires=soon"),
        ]
    )
)
ECHOING = st.builds(
    lambda echo, envelope: {**envelope, "msg": echo.decode(), "error": {"helps": [{echo.decode(): echo.decode()}]}},
    ECHOES,
    ENVELOPES,
)
BODIES = st.one_of(
    st.binary(),
    ECHOES,
    (ENVELOPES | ECHOING | JSON).map(lambda content: json.dumps(content).encode()),
    st.builds(lambda levels: b'{"code":0,"data":' + b"[" * levels + b"]" * levels + b"}", st.integers(0, 2000)),
    st.builds(lambda digits: b'{"code":' + b"1" * digits + b"}", st.integers(1, 6000)),
)


def what_comes_of(transport: httpx.BaseTransport) -> tuple[SentDraft | FeishuMailError, str]:
    """What comes of a send, and everything that it says."""
    with httpx.Client(transport=transport) as http_client:
        mail = FeishuMail(access_token=lambda: TOKEN, http_client=http_client, retry=ONCE)
        try:
            sent = mail.drafts.send("draft", user_mailbox_id=MAILBOX)
        except FeishuMailError as error:
            cause = error.__cause__
            said = [str(error), error, vars(error), error.detail, pickle.dumps(error), cause, str(cause)]
            return error, repr(said)
    return sent, repr(sent)


@given(
    status=st.integers(100, 999) | st.sampled_from([200, 200, 204, 302, 400, 401, 404, 409, 429, 500, 502]),
    headers=st.lists(st.tuples(st.sampled_from(HEADER_NAMES) | st.binary(max_size=10), HEADER_VALUES), max_size=4),
    chunks=st.lists(BODIES, max_size=2),
)
def test_any_answer_ends_in_a_sent_draft_or_our_exception(status: int, headers: Headers, chunks: list[bytes]) -> None:
    answer = httpx.MockTransport(lambda _: httpx.Response(status, headers=headers, stream=Chunks(chunks)))

    result, said = what_comes_of(answer)

    assert TOKEN not in said
    if isinstance(result, SentDraft):
        assert status == 200 or result.already_sent
    else:
        assert result.outcome is not Outcome.DONE
        assert isinstance(result, OutcomeUnknown) == (result.outcome is Outcome.UNKNOWN)


def test_an_error_of_the_callers_own_client_does_not_bring_the_token_out() -> None:
    class Echo(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            raise RuntimeError(request.headers["Authorization"])

    result, said = what_comes_of(Echo())
    assert isinstance(result, OutcomeUnknown)
    assert TOKEN not in said
