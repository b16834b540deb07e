"""The page that the sandbox serves: a person tries the call on that sandbox, and can reach nothing else."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Error

from feishu_mail_sandbox import SandboxControl
from tests.toolchains.browser.visit import Visit

ROOT = Path(__file__).parents[3]
MAIL, CONTROL_PLANE = "Feishu Mail drafts", "Sandbox control plane"
DOCUMENT: dict[str, Any] = json.loads((ROOT / "openapi/feishu-mail.json").read_text(encoding="utf-8"))
CONTROL: dict[str, Any] = json.loads(
    (ROOT / "sandbox/feishu_mail_sandbox/control-plane.json").read_text(encoding="utf-8")
)
DRAFT_ID = DOCUMENT["components"]["parameters"]["DraftId"]["examples"]["uuid"]["value"]
SEND_PATH = next(path for path in DOCUMENT["paths"] if path.endswith("/send"))


def test_it_renders_without_a_complaint_and_reading_it_leaves_no_trace(
    served: Visit, feishu_mail_sandbox: SandboxControl
) -> None:
    served.page.get_by_role("heading", name=MAIL, exact=True).wait_for()
    served.show("Send a draft")
    served.choose_document(MAIL, CONTROL_PLANE)
    assert served.complaints == []
    assert served.requests == [f"{feishu_mail_sandbox.base_url}/"]
    assert feishu_mail_sandbox.requests() == []


def test_a_person_creates_a_draft_sends_it_and_sees_it_delivered_once(
    served: Visit, feishu_mail_sandbox: SandboxControl
) -> None:
    served.choose_document(MAIL, CONTROL_PLANE)
    served.show("Create a draft")
    created = served.try_call("post", "/_sandbox/drafts").inner_text()
    assert "200 OK" in created
    served.close_form()

    served.choose_document(CONTROL_PLANE, MAIL)
    served.show("Send a draft")
    sent = served.try_call("post", SEND_PATH).inner_text()
    assert "200 OK" in sent
    served.page.screenshot(path=ROOT / "build/docs/screenshot-tried.png")
    deliveries = feishu_mail_sandbox.deliveries()
    assert len(deliveries) == 1
    assert deliveries[0]["draft_id"] in created
    assert deliveries[0]["message_id"] in sent

    again = served.send("post").inner_text()
    assert "409 Conflict" in again
    assert "1236005" in again
    assert feishu_mail_sandbox.deliveries() == deliveries
    served.close_form()

    served.choose_document(MAIL, CONTROL_PLANE)
    served.page.get_by_role("button", name="Open Group - inspect").click()
    served.show("List the mails that went out")
    assert deliveries[0]["message_id"] in served.try_call("get", "/_sandbox/deliveries").inner_text()
    assert served.asked_elsewhere() == []


def test_a_code_can_be_tried_without_any_set_up(served: Visit, feishu_mail_sandbox: SandboxControl) -> None:
    served.show("Send a draft")
    form = served.open_form("post", SEND_PATH)
    form.get_by_text(DRAFT_ID).click()
    served.page.keyboard.press("Control+A")
    served.page.keyboard.type("code-1236006")
    answer = served.send("post").inner_text()
    assert "429 Too Many Requests" in answer
    assert "Concurrent write conflict" in answer
    assert [request["code"] for request in feishu_mail_sandbox.requests()] == [1236006]


def test_the_control_plane_is_all_there(served: Visit) -> None:
    served.choose_document(MAIL, CONTROL_PLANE)
    text = " ".join(served.page.get_by_role("table").first.inner_text().split())
    for step, meaning in CONTROL["components"]["schemas"]["Fault"]["x-enumDescriptions"].items():
        assert f"{step} {meaning.replace('`', '')}" in text
    for group in ("inspect", "documents"):
        served.page.get_by_role("button", name=f"Open Group - {group}").click()
    for path, methods in CONTROL["paths"].items():
        for method, operation in methods.items():
            served.show(operation["summary"])
            served.page.get_by_role("button", name=f"Test Request ({method} {path})").wait_for()


def test_its_only_server_is_the_sandbox_itself(served: Visit, feishu_mail_sandbox: SandboxControl) -> None:
    served.show("Send a draft")
    form = served.open_form("post", SEND_PATH)
    form.get_by_role("button", name="Server:").click()
    text = form.inner_text()
    assert feishu_mail_sandbox.base_url in text
    for server in DOCUMENT["servers"]:
        assert server["url"] not in text


@pytest.mark.parametrize("server", [server["url"] for server in DOCUMENT["servers"] if "{" not in server["url"]])
def test_the_browser_itself_lets_no_call_reach_the_live_service(served: Visit, server: str) -> None:
    with pytest.raises(Error, match="Failed to fetch"):
        served.page.evaluate("address => fetch(address, {method: 'POST'})", server)
    assert any("Content Security Policy" in complaint for complaint in served.complaints)
    assert served.asked_elsewhere() == []


def test_what_is_served_is_the_built_page(feishu_mail_sandbox: SandboxControl) -> None:
    built = (ROOT / "sandbox/feishu_mail_sandbox/reference.html").read_bytes()
    assert httpx.get(feishu_mail_sandbox.base_url, trust_env=False).content == built
