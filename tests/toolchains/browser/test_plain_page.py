"""The page of a sandbox without the built one: it needs no JavaScript, and shows all there is."""

from typing import Any

from feishu_mail_sandbox import running_sandbox
from feishu_mail_sandbox.document import load_document, read_document
from tests.toolchains.browser.visit import Visit


def test_it_can_be_read_with_javascript_off(open_page: Any) -> None:
    openapi = load_document().openapi
    # No page was built from this one, so that the sandbox has nothing but the plain page.
    other = read_document({**openapi, "info": {**openapi["info"], "title": "Another title"}})
    with running_sandbox(document=other) as sandbox:
        visit: Visit = open_page(sandbox.base_url, java_script_enabled=False)
        text = visit.page.inner_text("body")
        assert visit.page.title() == "Another title"
        for name, example in openapi["components"]["examples"].items():
            if "x-retry" in example:
                assert name.rpartition(".")[2] in text
                assert example["x-summary-zh"] in text
        assert "/_sandbox/deliveries" in text
        assert "任何邮件都不会离开本机" in text
        assert visit.page.get_by_role("link", name="/_sandbox/openapi.json").is_visible()
        assert visit.complaints == []
        assert visit.asked_elsewhere() == []
        assert sandbox.requests() == []
