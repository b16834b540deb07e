"""Requests that no honest client makes, for a sandbox: each kind is a table, or is made by chance."""

from collections.abc import Mapping
from random import Random

SEND = "/open-apis/mail/v1/user_mailboxes/me/drafts/canary/send"
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "get", "PRI", "X-ODD", "P\0")
CONTROL = ("health", "reset", "drafts", "deliveries", "requests", "settings", "openapi.json", "control-plane.json", "")
TARGETS = (
    *(
        "/",
        "*",
        "//",
        "/../",
        "/%2e%2e/_sandbox/reset",
        "/_sandbox//reset",
        "/_sandbox/reset/",
        "/_sandbox/reset?x=%zz",
    ),
    *(
        "/%5fsandbox/health",
        "/_sandbox",
        "/_sandbox/\xe9",
        "/%ff",
        "/%00",
        "/\0",
        "?",
        "#",
        "/#a",
        "/a b",
        "http://",
        "",
    ),
    *("http://127.0.0.1/_sandbox/health", "http://evil.example/_sandbox/reset", "evil.example:80", "/" + "a" * 8000),
    *("/" + "a/" * 3000, "/" + "%2f" * 2000, "/open-apis/mail/v1/user_mailboxes/%ed%a0%80/drafts", SEND, SEND + "?a=%"),
    *(
        f"/open-apis/mail/v1/user_mailboxes/me/drafts?page_size={size}"
        for size in ("0", "-1", "1e9", "9" * 99, "\u0661")
    ),
    *("/open-apis/mail/v1/user_mailboxes/me/drafts?page_token=" + token for token in ("x", "%00", "a" * 5000)),
)
# From a page of another site, or under a name of its own that leads here.
FROM_ELSEWHERE: Mapping[str, tuple[str, ...]] = {
    "an origin": ("Host: {own}", "Origin: http://evil.example"),
    "no origin of its own": ("Host: {own}", "Origin: null"),
    "an empty origin": ("Host: {own}", "Origin:"),
    "TLS": ("Host: {own}", "Origin: https://{own}"),
    "another port": ("Host: {own}", "Origin: http://127.0.0.1:1"),
    "no port": ("Host: {own}", "Origin: http://127.0.0.1"),
    "a longer name": ("Host: {own}", "Origin: http://{own}.evil.example"),
    "a user": ("Host: {own}", "Origin: http://{own}@evil.example"),
    "a path": ("Host: {own}", "Origin: http://{own}/"),
    "two origins": ("Host: {own}", "Origin: http://{own}", "Origin: http://evil.example"),
    "two origins, other order": ("Host: {own}", "Origin: http://evil.example", "Origin: http://{own}"),
    "a list of origins": ("Host: {own}", "Origin: http://{own} http://evil.example"),
    "a file": ("Host: {own}", "Origin: file://"),
    "capitals": ("HOST: {own}", "ORIGIN: HTTP://EVIL.EXAMPLE"),
    "a name": ("Host: evil.example",),
    "a name and a port": ("Host: evil.example:{port}",),
    "a name, and its origin": ("Host: evil.example:{port}", "Origin: http://evil.example:{port}"),
    "a name that begins well": ("Host: 127.0.0.1.evil.example",),
    "a name that ends well": ("Host: evil.localhost.example:{port}",),
    "a name behind a user": ("Host: {own}@evil.example",),
    "every address": ("Host: 0.0.0.0:{port}",),
    "every address, version 6": ("Host: [::]:{port}",),
    "another address": ("Host: 192.168.0.1:{port}",),
    "another address, version 6": ("Host: [2001:db8::1]:{port}",),
    "a number": ("Host: 3221225985:{port}",),
    "two hosts": ("Host: {own}", "Host: evil.example"),
    "two hosts, other order": ("Host: evil.example", "Host: {own}"),
    "an empty host": ("Host:",),
    "half an address": ("Host: [::1",),
    "half an address, other half": ("Host: ::1]:{port}",),
    "a zone": ("Host: [fe80::1%25lo]:{port}",),
    "what is no host": ("Host: \xff\xfe",),
    "a path for a host": ("Host: evil.example/{own}",),
    "a fragment for a host": ("Host: evil.example#{own}",),
    "a host with a space": ("Host: evil.example {own}",),
    "a port that is none": ("Host: evil.example:99999999",),
}
NUMBERS = (
    "0",
    "-1",
    "1e400",
    "-1e400",
    "1e9",
    "NaN",
    "Infinity",
    "-Infinity",
    "9" * 5000,
    "1e-320",
    "0.1",
    "1" + "0" * 400,
)
VALUES = (
    *NUMBERS,
    *(
        "null",
        "true",
        '""',
        '"x"',
        "[]",
        "{}",
        "[[]]",
        '"\\ud800"',
        '"\\u0000"',
        '"\\u202e"',
        '{"a":1,"a":2}',
        '"' + "x" * 9000 + '"',
    ),
    *(f'{{"advance":{number}}}' for number in NUMBERS),
    *(
        f'{{"calls":{calls},"seconds":{seconds}}}'
        for calls, seconds in (("1", "1e-320"), ("1e9", "1"), ("1000000000", "1e-300"), ("true", "1"), ("1", "NaN"))
    ),
    *(f'{{"sendDraft":{value}}}' for value in ("null", "{}", "1", '{"calls":1,"seconds":1e-9}')),
    *(f"[{','.join([value] * 300)}]" for value in ("null", '"x"', "1236006", '{"operation":[],"step":{}}')),
    *(
        f'[{{"operation":{operation},"step":{step}}}]'
        for operation, step in (("[]", "1"), ("null", "null"), ('"getDraft"', "1e400"), ('{"a":[]}', "[]"))
    ),
    "[" * 100_000,
    '{"a":' * 50_000,
    "[" * 900 + "]" * 900,
)
MEMBERS = (
    "draft_id",
    "user_mailbox_id",
    "script",
    "clock",
    "rate_limit",
    "rate_limits",
    "send_seconds",
    "mailboxes",
    "odd",
    "",
)
BODIES = ("", "{", "null", "[]", '"x"', "\xff", "\x00", "{}{}", "\ufeff{}", "{'a':1}", '{"a":1,}', "//", "1")
FRAMINGS: tuple[str, ...] = (
    "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /_sandbox/health HTTP/1.1\r\n\r\n",
    "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    "Content-Length: 0\r\nContent-Length: 44\r\n\r\nPOST /_sandbox/reset HTTP/1.1\r\nHost: {own}\r\n\r\n",
    "Content-Length: -1\r\n\r\n",
    "Content-Length: +2\r\n\r\n{}",
    "Content-Length: 1_0\r\n\r\n{}",
    "Content-Length: 99999999999999999999999\r\n\r\n{}",
    "Content-Length: 9999999\r\n\r\n{}",
    "Content-Length: 2000000\r\nExpect: 100-continue\r\n\r\n",
    "Content-Length: x\r\n\r\n",
    "Content-Length : 2\r\n\r\n{}",
    "Transfer-Encoding: chunked\r\n\r\nx\r\n",
    "Transfer-Encoding: chunked\r\n\r\n-1\r\n{}",
    "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffffff\r\n{}",
    "Transfer-Encoding: chunked\r\n\r\n2;a=b\r\n{}\r\n0\r\nTrailer: x\r\n\r\n",
    "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: gzip\r\n\r\n{}",
    "Transfer-Encoding: identity\r\nContent-Length: 2\r\n\r\n{}",
    "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nPOST /_sandbox/health HTTP/1.1\r\nHost: {own}\r\n\r\n",
    "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
    "Content-Encoding: odd\r\nContent-Length: 2\r\n\r\n{}",
    "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n",
    "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}",
    "Expect: 200-odd\r\nContent-Length: 2\r\n\r\n{}",
    "Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    "Upgrade: h2c\r\nHTTP2-Settings: x\r\nConnection: Upgrade, HTTP2-Settings\r\n\r\n",
    "Connection: close\r\nConnection: keep-alive\r\n\r\n",
    "X: a\r\n folded\r\n\r\n",
    "X\0: a\r\n\r\n",
    "X: a\rb\r\n\r\n",
    "\n\n",
    "X: " + "x" * 9000 + "\r\n\r\n",
    "X: x\r\n" * 500 + "\r\n",
    "no colon\r\n\r\n",
    "Authorization: Bearer \xff\r\n\r\n",
    "Authorization: \r\n\r\n",
    "Authorization: Bearer u-x\r\nAuthorization: Bearer u-y\r\n\r\n",
    "Cookie: " + "a=b;" * 1500 + "\r\n\r\n",
    "",
)


def framed_oddly(chance: Random) -> bytes:
    """Returns a request with any method, target and version, and what follows in some odd frame."""
    target = chance.choice([*TARGETS, *(f"/_sandbox/{name}" for name in CONTROL)])
    version = chance.choice(
        ["HTTP/1.1"] * 6 + ["HTTP/1.0", "HTTP/2.0", "HTTP/0.9", "HTTP/1.9", "HTTP/11", "http/1.1", "", "X"]
    )
    host = chance.choice(["Host: {own}\r\n"] * 3 + [""])
    rest = chance.choice(FRAMINGS)
    end = chance.choice(["\r\n"] * 9 + ["\n"])
    return f"{chance.choice(METHODS)} {target} {version}{end}{host}{rest}".encode("utf-8", "surrogateescape")


def steered_oddly(chance: Random) -> tuple[str, bytes]:
    """Returns a path of the control plane and a body that it cannot have meant."""
    members = [(chance.choice(MEMBERS), chance.choice(VALUES)) for _ in range(chance.choice([1, 1, 1, 2, 3]))]
    body = "{" + ",".join(f'"{name}":{value}' for name, value in members) + "}"
    body = chance.choice([body] * 9 + [chance.choice(VALUES), chance.choice(BODIES)])
    return f"/_sandbox/{chance.choice(['settings', 'drafts'])}", body.encode()
