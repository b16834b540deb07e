"""The page to read or publish: complete by itself, and nothing can be sent from it."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error

from error_table import read_error_table
from feishu_mail_sandbox import SandboxControl
from tests.toolchains.browser.visit import Visit

ROOT = Path(__file__).parents[3]
DOCUMENT: dict[str, Any] = json.loads((ROOT / "openapi/feishu-mail.json").read_text(encoding="utf-8"))
EXAMPLES = DOCUMENT["components"]["examples"]
((PATH, METHODS),) = DOCUMENT["paths"].items()
OPERATION = METHODS["post"]
ERRORS = read_error_table(DOCUMENT)
SEND = "Send a draft"


def examples_by_status() -> dict[str, list[str]]:
    responses = {
        status: DOCUMENT["components"]["responses"][response["$ref"].rpartition("/")[2]]
        for status, response in OPERATION["responses"].items()
    }
    return {status: [*each["content"]["application/json"]["examples"]] for status, each in responses.items()}


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


def test_the_operation_and_its_parameters_are_there(published: Visit) -> None:
    published.show(SEND)
    assert published.page.get_by_role("heading", name=OPERATION["summary"]).first.is_visible()
    text = " ".join(published.page.inner_text("main").split())
    assert PATH in text
    assert "同一邮箱请勿并发调用" in text
    for parameter in DOCUMENT["components"]["parameters"].values():
        assert f"{parameter['name']} " in text
        assert plain(parameter["description"]) in text
    for response in DOCUMENT["components"]["responses"].values():
        assert plain(response["description"]).partition(". ")[0] in text


def test_every_judged_error_stands_in_the_table_with_all_its_facts_in_both_languages(published: Visit) -> None:
    published.page.get_by_role("table").first.wait_for()
    shown = published.page.get_by_role("table").first.get_by_role("row").all_inner_texts()
    gone_out = {"sent": "yes 是", "not_sent": "no 否", "unknown": "unknown 不确定"}
    expected = [
        [
            *(str(error.code), f"HTTP {', '.join(map(str, error.http_statuses))}", error.name),
            *(error.summary, error.summary_zh, gone_out[error.outcome], error.retry, error.affects),
            *(plain(error.advice), plain(error.advice_zh)),
        ]
        for error in ERRORS
    ]
    assert len(expected) == len([each for each in EXAMPLES.values() if "x-outcome" in each])
    assert [" ".join(row.split()) for row in shown[1:]] == [" ".join(facts) for facts in expected]


def test_every_example_of_every_status_can_be_chosen_and_shows_its_summary_and_its_body(published: Visit) -> None:
    published.show(SEND)
    card = published.page.locator(".response-card")
    for status, names in examples_by_status().items():
        published.page.get_by_role("tab", name=status).click()
        chosen = names[0]
        for name in names:
            if name != chosen:
                card.get_by_role("button", name=chosen, exact=True).click()
                published.page.get_by_role("option", name=name, exact=True).click()
                chosen = name
            card.get_by_text(EXAMPLES[name]["summary"], exact=True).wait_for()
            body = card.inner_text()
            assert f'"code": {EXAMPLES[name]["value"]["code"]},' in body
            assert f'"msg": {json.dumps(EXAMPLES[name]["value"]["msg"], ensure_ascii=False)}' in body


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
        DOCUMENT["info"]["contact"]["url"],
        OPERATION["externalDocs"]["url"],
        "https://www.scalar.com",
    }
