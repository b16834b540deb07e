"""Every spelling of an address, and every place of an answer in which a server can say it."""

import codecs
import html
import json
import re
from base64 import b16encode, b32encode, b64encode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from tests.overlay.test_answers import SPELLINGS as OF_A_TOKEN

LOCAL, DOMAIN = "private.person", "example.com"
ADDRESS: Final = f"{LOCAL}@{DOMAIN}"
HEADERS = ("X-Tt-Logid", "Location", "Set-Cookie", "Retry-After", "Content-Type", "Content-Encoding", "X: y", "Date")


def _each(form: str) -> str:
    return "".join(form.format(code=ord(letter)) for letter in ADDRESS)


AT_SIGNS = [
    *("@", "＠", "﹫", "%40", "%2540", "%252540", "%2525252540", "%u0040", "%EF%BC%A0", "=40", "=EF=BC=A0", "+AEA-"),
    *("&#64;", "&#064", "&#00000000064;", "&#x40;", "&#X0040", "&commat;", "&#65312;", "&#xff20;", "&amp;#64;"),
    *("&amp;amp;#x40;", "%26%2364%3B", "&#37;40", "\\u002540", "\\u0040", "\\\\u0040", "\\x40", "\\u{40}", "\\uFF20"),
    *("\\U00000040", "\\100", "\\N{COMMERCIAL AT}", "(at)", "[AT]", " { at } ", "\u200b@\u200b", "\n@\n", "<b>@</b>"),
]
WITH_AN_AT_SIGN = [
    *(f"{LOCAL}{at_sign}{DOMAIN}" for at_sign in AT_SIGNS),
    *(ADDRESS.upper(), f"<{ADDRESS}>", f"mailto:{ADDRESS}?subject=x", f'"private person"@{DOMAIN}', ADDRESS[::-1]),
    *(f"{LOCAL}(x)@(y){DOMAIN}", f"{LOCAL}@[192.0.2.1]", "私人@例子.公司", f"private+x@{DOMAIN}", " ".join(ADDRESS)),
    *(_each("%{code:02x}"), _each("%25{code:02X}"), _each("&#{code};"), _each("&#x{code:x};"), _each("\\u{code:04x}")),
    *("".join(chr(ord(letter) + 0xFEE0) for letter in ADDRESS), html.escape(f"<{ADDRESS}>"), json.dumps(ADDRESS)),
    f"=?utf-8?q?{quote(ADDRESS).replace('%', '=')}?=",
]
WITHOUT = [
    *(LOCAL, f"{LOCAL} at example dot com", f"{LOCAL}/at/{DOMAIN}", codecs.encode(ADDRESS, "rot13").replace("@", "_")),
    *(encode(ADDRESS.encode()).decode() for encode in (b64encode, urlsafe_b64encode, b32encode, b16encode)),
    *(f"=?utf-8?b?{b64encode(ADDRESS.encode()).decode()}?=", str(int.from_bytes(ADDRESS.encode(), "big"))),
]


class Spelling(NamedTuple):
    """One way to write a secret."""

    text: str
    is_found: bool
    """Do the attributes hide it too?"""


SPELLINGS = [
    *(Spelling(text, True) for text in WITH_AN_AT_SIGN + OF_A_TOKEN),
    *(Spelling(text, False) for text in WITHOUT),
]


def _json_places(text: str) -> Mapping[str, tuple[str, Any]]:
    said = {"msg": text, "error": {"log_id": text, "helps": [{"url": text, text: text}]}, "data": {text: [text]}}
    codes = {"an unknown code": 1239999, "a code": 1236014, "a code that is no number": text}
    odd_codes = {"code 0": 0, "code false": False, "code 0.0": 0.0, "no code": None, "a long code": 2**64}
    ids = {"message_id": text, "thread_id": text, "recall_status": text}
    disabled = {"reason": text, "reference": text}
    return {
        **{name: ("400 Bad Request", {"code": code, **said}) for name, code in {**codes, **odd_codes}.items()},
        **{f"{name} with 200": ("200 OK", {"code": code, **said}) for name, code in odd_codes.items()},
        "ids": ("200 OK", {"code": 0, "msg": text, "data": ids}),
        "an already sent": ("409 Conflict", {**said, "code": 1236005}),
        "disabled": ("200 OK", {"code": 0, "data": {"automation_send_disable": disabled}}),
        "disabled by a text": ("200 OK", {"code": 0, "data": {"automation_send_disable": text}}),
        "data that is a text": ("200 OK", {"code": 0, "data": text}),
        "a text": ("400 Bad Request", text),
        "much": ("400 Bad Request", {"code": 1239999, **said, "pad": "x" * 20_000}),
        "much, sent": ("200 OK", {"code": 0, "data": {**ids, "pad": "x" * 20_000}}),
    }


def _raw_places(text: str) -> Mapping[str, bytes]:
    line = re.sub("[\r\n]", " ", text).encode("utf-8", "ignore")
    body, refusal = b'{"code":0}', b'{"code":1239999}'

    def headed(*headers: bytes, status: bytes = b"400 Bad Request", content: bytes = refusal) -> bytes:
        length = b"Content-Length: %d" % len(content)
        return b"\r\n".join([b"HTTP/1.1 " + status, *headers, length, b"", content])

    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    names = [name.encode() for name in HEADERS]
    return {
        **{f"the header {name.decode()}": headed(name + b": " + line) for name in names},
        "a redirect": headed(b"Location: https://x/" + line, b"Set-Cookie: " + line, status=b"302 Found", content=b""),
        "a reason phrase": headed(status=b"400 " + line),
        "a reason phrase, sent": headed(b"X-Tt-Logid: " + line, status=b"200 " + line, content=body),
        "a broken header": headed(b"no header " + line),
        "a header's name": headed(line + b": x"),
        "a broken status line": b"HTTP/1.1 " + line + b"\r\n\r\n",
        "no HTTP": line,
        "an early answer": b"HTTP/1.1 103 " + line + b"\r\nLink: " + line + b"\r\n\r\n" + headed(),
        "another protocol": b"HTTP/1.1 101 " + line + b"\r\nUpgrade: " + line + b"\r\n\r\n",
        "two lengths": headed(b"Content-Length: " + line),
        "an unknown transfer encoding": headed(b"Transfer-Encoding: " + line),
        "an extension of a chunk": chunked + b"a;x=" + line + b"\r\n" + body + b"\r\n0\r\n\r\n",
        "a broken chunk": chunked + line + b"\r\n" + body,
        "a trailer": chunked + b"a\r\n" + body + b"\r\n0\r\nX: " + line + b"\r\n\r\n",
        "a broken trailer": chunked + b"a\r\n" + body + b"\r\n0\r\nno trailer " + line + b"\r\n\r\n",
        "a body that is no JSON": headed(status=b"502 Bad Gateway", content=line),
        "a proxy's refusal": headed(b"Proxy-Authenticate: " + line, status=b"407 " + line),
        "a proxy's broken answer": headed(b"no header " + line, status=b"407 " + line),
        "a body that breaks off": headed()[:-1].replace(refusal[:-1], b'{"msg":"' + line),
    }


def answers(text: str) -> Mapping[str, bytes]:
    """Returns whole answers that say the text, by where they say it."""
    found = dict(_raw_places(text))
    for name, (status, content) in _json_places(text).items():
        body = json.dumps(content).encode()
        found[name] = b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status.encode(), len(body), body)
    return found
