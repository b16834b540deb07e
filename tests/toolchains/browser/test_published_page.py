"""The page to read or publish: complete by itself, and nothing can be sent from it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error

from feishu_mail_sandbox import SandboxControl
from operation_table import operations, resolve
from renderings import AS_TABLES
from tests.toolchains.browser.visit import Visit

ROOT = Path(__file__).parents[3]
DOCUMENT: dict[str, Any] = json.loads((ROOT / "openapi/feishu-mail.json").read_text(encoding="utf-8"))
OPERATIONS = {operation["operationId"]: (path, operation) for path, _, operation in operations(DOCUMENT)}
SEND = "Send a draft"


def responses(operation: Any) -> dict[str, Any]:
    return {status: resolve(DOCUMENT, response) for status, response in operation["responses"].items()}


def plain(markdown: str) -> str:
    return " ".join(markdown.replace("`", "").split())


@pytest.mark.parametrize(("scheme", "suffix", "is_dark"), [("light", "", False), ("dark", "-dark", True)])
def test_it_renders_without_a_complaint_and_asks_nobody(
    open_page: Any, scheme: str, suffix: str, is_dark: bool
) -> None:
    visit: Visit = open_page((ROOT / "build/docs/index.html").as_uri(), color_scheme=scheme)
    visit.page.get_by_role("heading", name=DOCUMENT["info"]["title"], exact=True).wait_for()
    visit.show(SEND)
    visit.page.screenshot(path=ROOT / f"build/docs/screenshot{suffix}.png")
    background = visit.page.evaluate("getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).map(Number)")
    assert (sum(background[:3]) < 3 * 128) is is_dark
    assert visit.complaints == []
    assert visit.requests == [(ROOT / "build/docs/index.html").as_uri()]


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_an_operation_its_parameters_and_all_its_examples_are_there(published: Visit, operation_id: str) -> None:
    path, operation = OPERATIONS[operation_id]
    published.show(operation["summary"])
    section = published.section(operation["summary"])
    text = " ".join(section.inner_text().split())
    assert path in text
    assert plain(operation["description"].splitlines()[-1]).lstrip("- ").replace("**", "") in text
    for parameter in operation["parameters"]:
        assert plain(resolve(DOCUMENT, parameter)["description"]) in text
    card = section.locator(".response-card")
    for status, response in responses(operation).items():
        assert plain(response["description"]).partition(". ")[0] in text
        section.get_by_role("tab", name=status).click()
        examples = response["content"]["application/json"]["examples"]
        first, last = next(iter(examples)), [*examples][-1]
        if first != last:
            card.get_by_role("button", name=first, exact=True).click()
            assert published.page.get_by_role("option").all_inner_texts() == [*examples]
            published.page.get_by_role("option", name=last, exact=True).click()
        example = resolve(DOCUMENT, examples[last])
        card.get_by_text(example["summary"], exact=True).wait_for()
        body = card.inner_text()
        assert f'"code": {example["value"]["code"]},' in body
        assert f'"msg": {json.dumps(example["value"]["msg"], ensure_ascii=False)}' in body


def test_the_errors_of_every_operation_stand_in_tables_in_both_languages(published: Visit) -> None:
    published.page.get_by_role("table").first.wait_for()
    shown = [" ".join(row.split()) for row in published.page.get_by_role("row").all_inner_texts()]
    rows = [
        line
        for path in AS_TABLES.values()
        for line in (ROOT / path).read_text(encoding="utf-8").splitlines()
        if re.match(r"\| \d", line)
    ]
    assert [row for row in shown if re.match(r"\d", row)] == [plain(row.replace("|", " ")) for row in rows]


def test_nothing_on_it_sends_anything(published: Visit, feishu_mail_sandbox: SandboxControl) -> None:
    published.show(SEND)
    names = " ".join(button.inner_text() for button in published.page.get_by_role("button").all())
    assert "Test Request" not in names
    assert "Send" not in names
    assert published.page.get_by_label("Bearer Token").count() == 0
    # And if a button were overlooked, the browser itself refuses, by the policy that the page declares.
    with pytest.raises(Error, match="Failed to fetch"):
        published.page.evaluate("address => fetch(address)", feishu_mail_sandbox.base_url)
    assert any("Content Security Policy" in complaint for complaint in published.complaints)
    assert published.asked_elsewhere() == []


def test_it_leads_to_the_vendors_pages_and_names_its_renderer_and_links_to_nobody_else(published: Visit) -> None:
    published.show(SEND)
    links = {link.get_attribute("href") or "" for link in published.page.get_by_role("link").all()}
    assert {link for link in links if not link.startswith("#")} == {
        *(operation["externalDocs"]["url"] for _, operation in OPERATIONS.values()),
        "https://www.scalar.com",
    }
