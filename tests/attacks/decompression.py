"""An answer in an encoding that nobody asked for is not unpacked: a bomb costs nothing, the outcome is what is known.

So over connections of ours, and over a caller's own client that can unpack. Where a hook of the caller's has read an
answer, and unpacked it, that is taken as it is; what it costs is the caller's.
"""

import gzip
import tracemalloc
import zlib
from collections.abc import Awaitable, Iterable, Iterator
from itertools import product
from random import Random
from typing import Any, NamedTuple
from unittest.mock import patch

import anyio
import httpx

from feishu_mail import AsyncFeishuMail, FeishuMail, FeishuMailError, RetryPolicy
from feishu_mail.wire.exchange import _Body
from tests.attacks.attack import Attack, Tally, run
from tests.attacks.raw_server import answering_raw, framed

ONCE = RetryPolicy(max_attempts=1)
WAYS = ("sync", "asyncio", "trio", "sync, own client", "asyncio, own client", "sync, hook", "asyncio, hook")
ANSWERS = {
    "200 OK": (b'{"code":0,"data":{"message_id":"m"}}', "done"),
    "400 Bad Request": (b'{"code":1236014,"msg":"content risk"}', "not_done"),
    "500 Error": (b'{"code":1236019,"msg":"internal"}', "unknown"),
}
PLAIN: tuple[list[str], ...] = (
    [],
    ["Content-Encoding: identity"],
    ["Content-Encoding:  Identity "],
    ["Content-Encoding:"],
)
ENCODED = [
    [f"Content-Encoding: {encoding}"]
    for encoding in (
        *("gzip", "GZip", " gzip ", "x-gzip", "deflate", "br", "zstd", "compress", "aes128gcm", "unknown", "gzip;q=1"),
        *("gzip, gzip", "gzip,gzip,gzip", ", gzip", "gzip,", ",", "identity, gzip", "gzip, identity", "deflate, gzip"),
    )
] + [
    ["Content-Encoding: gzip", "Content-Encoding: gzip"],
    ["content-encoding: identity", "CONTENT-ENCODING: gzip"],
    ["Content-Encoding: identity", "Transfer-Encoding: gzip"],
    ["Content-Encoding: gzip", "Content-Type: application/gzip"],
]
MOST_BYTES = 12 * 1024 * 1024
"""That a call may take at its peak: an answer may have one MiB, and is copied, read and made into values."""


def bomb(mebibytes: int, layers: int) -> bytes:
    """Returns so many MiB of blanks, packed in so many layers."""
    packing = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    block = packing.compress(b" " * 1024 * 1024) + packing.flush(zlib.Z_FULL_FLUSH)
    packed = bytes.fromhex("1f8b08000000000002ff") + block * mebibytes
    for _ in range(layers - 1):
        packed = gzip.compress(packed, 9)
    return packed


class Case(NamedTuple):
    """A send, and the answer to it."""

    status: str
    headers: list[str]
    way: str
    body: bytes
    outcome: str
    """What the status says, and the body to whom can read it."""

    def judge(self, outcome: str, peak: int, tally: Tally) -> None:
        """Judges what came of the send."""
        tally.calls += 1
        tally.faults += self.headers not in PLAIN
        true = {self.outcome} if self.headers in PLAIN else {self.outcome, "unknown"}
        tally.judge(outcome in true, f"{self.status} {self.headers} {self.way}: {outcome}, not {true}")
        tally.judge(peak < MOST_BYTES, f"{self.headers} {self.way}: {len(self.body)} bytes took {peak // 1024} KiB")


def cases(times: int, chance: Random, mebibytes: int) -> Iterator[Case]:
    """Makes so many cases, a third of them bombs."""
    bombs = [bomb(mebibytes, layers) for layers in (2, 3)] + [bomb(900, 1)]
    kinds = list(product(ANSWERS, [*ENCODED, *PLAIN], WAYS))
    for _ in range(times):
        status, headers, way = chance.choice(kinds)
        body, outcome = ANSWERS[status]
        bodies = [body, gzip.compress(body), gzip.compress(gzip.compress(body))]
        if headers in PLAIN:
            yield Case(status, headers, way, body, outcome)
        elif "hook" in way or chance.random() < 0.6:
            yield Case(status, headers, way, chance.choice(bodies), outcome)
        else:
            yield Case(status, headers, way, chance.choice(bombs), outcome)


def encode(times: int, chance: Random, mebibytes: int = 4096) -> Tally:
    """Sends so many drafts, each answered in some encoding."""
    tally = Tally()
    current: list[Case] = []

    def answer(path: str) -> Iterable[bytes]:
        case = current[-1]
        return [framed(case.status, case.body, f"Content-Length: {len(case.body)}", *case.headers)]

    with answering_raw(answer) as server:
        for case in cases(times, chance, mebibytes):
            current[:] = [case]
            tracemalloc.start()
            outcome = anyio.run(_outcome, case, server.base_url, backend="trio" if "trio" in case.way else "asyncio")
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            case.judge(outcome, peak, tally)
    return tally


async def _outcome(case: Case, base_url: str) -> str:
    is_async = not case.way.startswith("sync")

    async def read_async(response: httpx.Response) -> None:
        await response.aread()

    own: Any = None
    if "," in case.way:
        hooks: Any = {"response": [read_async if is_async else httpx.Response.read] if "hook" in case.way else []}
        kind: Any = httpx.AsyncClient if is_async else httpx.Client
        own = kind(verify=False, event_hooks=hooks, headers={"Accept-Encoding": "gzip, deflate, br, zstd"})
    given: dict[str, Any] = {"access_token": "u-x", "base_url": base_url, "retry": ONCE, "http_client": own}
    mail: Any = AsyncFeishuMail(**given) if is_async else FeishuMail(**given)
    try:
        found = mail.drafts.send("draft")
        if isinstance(found, Awaitable):
            await found
    except FeishuMailError as error:
        return str(error.outcome)
    finally:
        for client in (mail, own):
            if client is not None:
                await client.aclose() if is_async else client.close()
    return "done"


def encode_for_the_eager(times: int, chance: Random) -> Tally:
    """Does the same to a client that unpacks what it reads, as httpx does by itself."""
    read = httpx.Response.iter_raw

    def unpacked(response: httpx.Response) -> Iterator[bytes]:
        yield from map(response._get_content_decoder().decode, read(response))

    def takes(self: Any, chunk: bytes) -> bool:
        self._content += chunk
        return True

    with patch.object(httpx.Response, "iter_raw", unpacked), patch.object(_Body, "takes", takes):
        return encode(times, chance, mebibytes=64)


ATTACK = Attack(on_the_sdk=encode, on_a_weak_client=encode_for_the_eager, short=200, long=5_000)

if __name__ == "__main__":
    run(ATTACK)
