"""Ways to frame an answer wrongly: each makes of an answer, and a forged one, the bytes to write in its place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from tests.attacks.raw_server import framed, whole

_A_READ = 65536
"""Bytes that httpcore asks for at once."""


@dataclass(frozen=True, slots=True)
class First:
    """What the first answer is made of."""

    status: str
    body: bytes
    forged: bytes
    """A whole answer, to be taken for the next call's."""

    @property
    def own(self) -> bytes:
        """The answer as it should be."""
        return whole(self.status, self.body)

    def headed(self, *headers: str, body: bytes | None = None, **options: str) -> bytes:
        """The answer under other headers, and all that is forged behind it."""
        return framed(self.status, self.body if body is None else body, *headers, **options) + self.forged

    def long(self, *lengths: str) -> bytes:
        """The same with the body's length in it, in some spelling."""
        return self.headed(*(line.format(len(self.body)) for line in lengths))

    def chunked(self, body: str, *headers: str) -> bytes:
        """The same in chunks; ``{}`` stands for the one that holds the body."""
        chunk = f"{len(self.body):x}\r\n".encode() + self.body + b"\r\n"
        chunks = chunk.join(part.encode("latin-1") for part in body.split("{}"))
        return self.headed(*(headers or ("Transfer-Encoding: chunked",)), body=chunks)


FRAMINGS: Mapping[str, Callable[[First], bytes]] = {
    "doubled": lambda first: first.own + first.forged,
    "three times": lambda first: first.own + first.forged * 2,
    "doubled, line ends between": lambda first: first.own + b"\r\n\r\n" + first.forged,
    "line ends before": lambda first: b"\r\n\r\n" + first.own + first.forged,
    "filling a read": lambda first: filling(first) + first.forged,
    "filling four reads": lambda first: filling(first, 4 * _A_READ) + first.forged,
    **{
        f"a body after a {status}": partial(lambda status, first: framed(status, first.own + first.forged), status)
        for status in ("204 No Content", "205 Reset", "304 Not Modified", "103 Early Hints", "199 Odd", "101 Upgrade")
    },
    "a 204 with a length": lambda first: framed("204 No Content", first.forged, "Content-Length: 5"),
    "an upgrade": lambda first: framed("101 Switching", first.forged, "Upgrade: h2c", "Connection: upgrade"),
    "several announced": lambda first: framed("100 Continue", b"") * 3 + framed("103 Hints", b"") + first.own * 2,
    "announced with a length": lambda first: framed("103 Hints", first.own, "Content-Length: 5") + first.forged,
    "announced afterwards": lambda first: first.own + framed("100 Continue", first.forged),
    "length of nothing": lambda first: first.headed("Content-Length: 0", body=b""),
    "length too short": lambda first: first.headed(f"Content-Length: {len(first.body) - 1}"),
    "length of the body, body doubled": lambda first: framed(
        first.status, first.body * 2 + first.forged, "Content-Length: 9"
    ),
    "length too long": lambda first: first.headed(f"Content-Length: {len(first.body) + 9}"),
    "length huge": lambda first: first.headed("Content-Length: 99999999999999999999"),
    "length negative": lambda first: first.headed("Content-Length: -1"),
    "length hexadecimal": lambda first: first.headed(f"Content-Length: {len(first.body):#x}"),
    "length empty": lambda first: first.headed("Content-Length: "),
    "no length": lambda first: first.headed("Connection: keep-alive"),
    "no header": lambda first: first.headed(),
    **{
        f"length {line!r}": partial(lambda lines, first: first.long(*lines), lines)
        for line, lines in {
            "+n": ["Content-Length: +{}"],
            " n ": ["Content-Length:   {}  "],
            "0n": ["Content-Length: 000{}"],
            "n.0": ["Content-Length: {}.0"],
            "1_n": ["Content-Length: 1_{}"],
            "n n": ["Content-Length: {}", "Content-Length: {}"],
            "n 0": ["Content-Length: {}", "Content-Length: 0"],
            "0 n": ["Content-Length: 0", "Content-Length: {}"],
            "n, n": ["Content-Length: {0}, {0}"],
            "n, 0": ["Content-Length: {}, 0"],
            "name :": ["Content-Length : {}"],
            "name tab": ["Content-Length\t: {}"],
            "lower": ["content-length:{}"],
            "underscore": ["Content_Length: {}"],
            "folded": ["Content-Length:", " {}"],
            "folded before": ["X-Folded: a", "\tContent-Length: 0", "Content-Length: {}"],
            "NUL": ["Content-Length: {}\0"],
            "bare CR": ["X: a\rContent-Length: 0", "Content-Length: {}"],
            "non-ASCII digits": ["Content-Length: \xb2{}"],
            "and keep-alive": ["Content-Length: {}", "Connection: keep-alive", "Keep-Alive: timeout=60"],
            "and close": ["Content-Length: {}", "Connection: close"],
            "and trailer": ["Content-Length: {}", "Trailer: Content-Length"],
            "no colon": ["Content-Length: {}", "what is this"],
        }.items()
    },
    **{
        f"chunked, {name}": partial(lambda body, headers, first: first.chunked(body, *headers), body, headers)
        for name, (body, headers) in {
            "something behind": ("{}0\r\n\r\n", []),
            "no last chunk": ("{}", []),
            "no end after the last chunk": ("{}0\r\n", []),
            "two ends": ("{}0\r\n\r\n0\r\n\r\n", []),
            "trailers": ("{}0\r\nContent-Length: 0\r\nX: y\r\n\r\n", []),
            "extensions": ("0;a=b\r\n\r\n", []),
            "nothing": ("", []),
            "a size that is negative": ("-1\r\n{}0\r\n\r\n", []),
            "a size with a sign": ("+0\r\n\r\n", []),
            "a size with 0x": ("0x0\r\n\r\n", []),
            "a size that is huge": ("fffffffffffffffff\r\n{}", []),
            "a size in spaces": (" 0 \r\n\r\n", []),
            "bare line feeds": ("{}0\n\n", []),
            "with a length": ("{}0\r\n\r\n", ["Transfer-Encoding: chunked", "Content-Length: 4"]),
            "after a length": ("{}0\r\n\r\n", ["Content-Length: 0", "Transfer-Encoding: chunked"]),
            "twice": ("{}0\r\n\r\n", ["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"]),
            "listed twice": ("{}0\r\n\r\n", ["Transfer-Encoding: chunked, chunked"]),
            "identity": ("{}0\r\n\r\n", ["Transfer-Encoding: identity"]),
            "gzip": ("{}0\r\n\r\n", ["Transfer-Encoding: gzip, chunked"]),
            "not last": ("{}0\r\n\r\n", ["Transfer-Encoding: chunked, identity", "Content-Length: 3"]),
            "in capitals": ("{}0\r\n\r\n", ["TRANSFER-ENCODING: Chunked"]),
            "with a tab": ("{}0\r\n\r\n", ["Transfer-Encoding:\tchunked\t"]),
            "misspelt": ("{}0\r\n\r\n", ["Transfer-Encoding: xchunked", "Content-Length: 3"]),
            "and closing": ("{}0\r\n\r\n", ["Transfer-Encoding: chunked", "Connection: close"]),
        }.items()
    },
    "HTTP/1.0": lambda first: first.headed(f"Content-Length: {len(first.body)}", version="HTTP/1.0"),
    "HTTP/1.0 kept": lambda first: first.headed(
        f"Content-Length: {len(first.body)}", "Connection: keep-alive", version="HTTP/1.0"
    ),
    "HTTP/1.0 chunked": lambda first: first.headed("Transfer-Encoding: chunked", body=b"0\r\n\r\n", version="HTTP/1.0"),
    "HTTP/0.9": lambda first: first.body + b"\r\n" + first.forged,
    "HTTP/2": lambda first: b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + first.own + first.forged,
    "HTTP/1.2": lambda first: first.headed("Content-Length: 0", body=b"", version="HTTP/1.2"),
    "bare line feeds": lambda first: first.own.replace(b"\r\n", b"\n") + first.forged.replace(b"\r\n", b"\n"),
    "a NUL behind": lambda first: first.own + b"\0" + first.forged,
    "a NUL before": lambda first: b"\0" + first.own + first.forged,
    "a status without a reason": lambda first: framed(first.status[:3], b"", "Content-Length: 0") + first.forged,
    "a status of two digits": lambda first: framed("20 OK", first.own + first.forged),
    "a status of four": lambda first: framed("2000 OK", first.own + first.forged),
    "a request": lambda first: b"POST / HTTP/1.1\r\n\r\n" + first.own + first.forged,
}


def filling(first: First, total: int = _A_READ) -> bytes:
    """Returns the answer, blanks in its body, in so many bytes."""
    body = first.body.ljust(total - len(whole(first.status, first.body.ljust(total // 2))) + total // 2)
    return whole(first.status, body)
