"""Whoever opens a sandbox in a browser finds his way, also without the built page and without JavaScript."""

import re
import shlex
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest

from feishu_mail_sandbox import SandboxControl, running_sandbox
from feishu_mail_sandbox.control_plane_document import load_control_plane_document
from feishu_mail_sandbox.document import described_operations, load_document, named_examples, read_document
from feishu_mail_sandbox.plain_page import plain_page
from feishu_mail_sandbox.reference_page import first_lines, reference_page

OPENAPI, CONTROL_PLANE = load_document().openapi, load_control_plane_document()
# No page was built from this one.
OTHER = {**OPENAPI, "info": {**OPENAPI["info"], "title": "Another title"}}
HOSTILE = "\"'><img src=x onerror=alert(1)>&`**"


class Elements(HTMLParser):
    """Collects the elements of a page, and insists that they are closed in the order in which they were opened."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in {"meta", "link", "br"}:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag


def text_of(page: str) -> str:
    return " ".join(unescape(re.sub("<[^>]*>", " ", page)).split())


def words_of(markdown: str) -> str:
    return " ".join(re.sub(r"[`*]|^- ", " ", markdown, flags=re.MULTILINE).split())


@pytest.fixture(scope="module")
def other() -> Iterator[SandboxControl]:
    """A sandbox that cannot but show the plain page."""
    with running_sandbox(document=read_document(OTHER)) as control:
        yield control


def test_the_root_is_a_page_and_reading_it_leaves_no_trace(
    feishu_mail_sandbox: SandboxControl, client: httpx.Client
) -> None:
    got, asked = client.get("/?from=bookmark"), client.head("/")
    assert (got.status_code, got.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert got.text.startswith("<!doctype html>")
    assert "/_sandbox/control-plane.json" in got.text
    assert (asked.status_code, asked.content, asked.headers["Content-Length"]) == (200, b"", str(len(got.content)))
    assert feishu_mail_sandbox.requests() == []
    # Or else a browser would ask for /favicon.ico, and that would be among the requests.
    assert '<link rel="icon" href="data:,">' in got.text


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/"), ("PUT", "/"), ("DELETE", "/"), ("GET", "/index.html"), ("GET", "//")]
)
def test_every_other_method_and_path_is_the_services_own(
    feishu_mail_sandbox: SandboxControl, client: httpx.Client, method: str, path: str
) -> None:
    answer = client.request(method, feishu_mail_sandbox.base_url + path)
    assert (answer.status_code, answer.text) == (404, "404 page not found")
    assert [request["path"] for request in feishu_mail_sandbox.requests()] == [path]


def test_a_page_that_was_built_from_these_very_documents_is_shown() -> None:
    built = f"{first_lines(OPENAPI, CONTROL_PLANE)}<html>built".encode()
    assert reference_page(OPENAPI, CONTROL_PLANE, "http://x", built).body == built


@pytest.mark.parametrize("built", [None, b"", first_lines(OTHER, CONTROL_PLANE).encode()], ids=["none", "empty", "old"])
def test_without_one_the_plain_page_is_shown(built: bytes | None) -> None:
    page = reference_page(OPENAPI, CONTROL_PLANE, "http://x", built)
    assert page.body.decode() == plain_page(OPENAPI, CONTROL_PLANE, "http://x")
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src")


@pytest.mark.parametrize("document", [OPENAPI, CONTROL_PLANE], ids=["mail", "control plane"])
def test_a_change_of_either_document_makes_a_built_page_an_old_one(document: Any) -> None:
    changed = {**document, "info": {**document["info"], "version": "0"}}
    pair = (changed, CONTROL_PLANE) if document is OPENAPI else (OPENAPI, changed)
    assert first_lines(*pair) != first_lines(OPENAPI, CONTROL_PLANE)


def test_the_plain_page_shows_every_operation_with_its_parameters_and_errors_in_both_languages(
    other: SandboxControl,
) -> None:
    text = text_of(httpx.get(other.base_url, trust_env=False).text)
    assert "Another title" in text
    assert "make docs" in text
    operations = [*described_operations(OPENAPI)]
    starts = [text.index(f"{operation['summary']} {method} {path} ") for method, path, operation in operations]
    assert len(starts) >= 3
    for (_, _, operation), start, end in zip(operations, starts, [*starts[1:], len(text)], strict=True):
        section = text[start:end]
        assert words_of(operation["description"]) in section
        for parameter in operation["parameters"]:
            assert f"{parameter['name']} {words_of(parameter['description'])}" in section
        shown = [(name, each) for _, name, each in named_examples(OPENAPI, operation) if "x-retry" in each]
        assert len(shown) > 20
        for name, each in shown:
            words = [
                operation[of][each["x-outcome"]] for of in ("x-outcomes", "x-outcomes-zh") if "x-outcomes" in operation
            ]
            happened = " ".join([words_of(each["summary"]), each["x-summary-zh"], *words, each["x-retry"]])
            assert f" {each['value']['code']} {name} " in section
            assert f" {happened} " in section
            assert words_of(each["description"]) in section
            assert words_of(each["x-description-zh"]) in section
        assert "99991400 RATE_LIMITED 400, 429 " in section
        assert words_of(operation.get("x-after-unknown", "")) in section
    assert " 1236006 TOO_MANY_REQUESTS " not in text[starts[-1] :]


def test_the_plain_page_explains_the_control_plane(other: SandboxControl) -> None:
    text = text_of(httpx.get(other.base_url, trust_env=False).text)
    schemas = CONTROL_PLANE["components"]["schemas"]
    for path, methods in CONTROL_PLANE["paths"].items():
        for method, operation in methods.items():
            assert f"{method.upper()} {path} {operation['summary']} {words_of(operation['description'])}" in text
    for step, meaning in schemas["Fault"]["x-enumDescriptions"].items():
        assert f"{step} {words_of(meaning)}" in text
    for setting, schema in schemas["SettingsChange"]["properties"].items():
        assert f"{setting} {words_of(schema['description'])}" in text


def test_the_plain_page_is_whole_by_itself(other: SandboxControl) -> None:
    elements = Elements(httpx.get(other.base_url, trust_env=False).text).found
    assert {tag for tag, _ in elements} & {"script", "img", "iframe", "form", "object"} == set()
    links = {attributes["href"] for _, attributes in elements if "href" in attributes}
    assert links == {"data:,", "/_sandbox/openapi.json", "/_sandbox/control-plane.json"}


def test_the_commands_that_it_shows_read_and_send_a_draft(other: SandboxControl) -> None:
    page = httpx.get(other.base_url, trust_env=False).text
    (commands,) = re.findall(r"<pre>(.*?)</pre>", page, re.DOTALL)
    answers: list[httpx.Response] = []
    for command in unescape(commands).splitlines():
        program, *arguments, url = shlex.split(command)
        options = dict(zip(arguments[::2], arguments[1::2], strict=True))
        method = options.get("-X", "POST" if "-d" in options else "GET")
        headers = dict([options["-H"].split(": ")]) if "-H" in options else {}
        assert program == "curl"
        answers.append(httpx.request(method, url, headers=headers, content=options.get("-d"), trust_env=False))
    created, listed, got, sent, deliveries = (answer.json() for answer in answers)
    assert listed["data"]["items"] == [{"id": created["draft_id"]}]
    assert got["data"]["draft"]["id"] == created["draft_id"]
    assert sent["code"] == 0
    assert [(mail["draft_id"], mail["message_id"]) for mail in deliveries] == [
        (created["draft_id"], sent["data"]["message_id"])
    ]


def test_nothing_in_the_documents_or_the_address_becomes_markup() -> None:
    page = plain_page(poisoned(OPENAPI), poisoned(CONTROL_PLANE), f"http://{HOSTILE}")
    assert "img" not in {tag for tag, _ in Elements(page).found}
    assert page.count("&lt;img src=x") > 100


def poisoned(node: Any, key: str = "") -> Any:
    """The node with hostile text in all that is prose, names of examples and steps included."""
    if isinstance(node, dict):
        named = key == "x-enumDescriptions" or (key == "examples" and all("$ref" in value for value in node.values()))
        return {f"{name}{HOSTILE if named else ''}": poisoned(value, name) for name, value in node.items()}
    if isinstance(node, list):
        return [poisoned(item) for item in node]
    prose = key in {"title", "summary", "description", "name", "x-retry", "x-summary-zh", "x-description-zh"}
    return f"{node} {HOSTILE}" if isinstance(node, str) and (prose or " " in node) else node
