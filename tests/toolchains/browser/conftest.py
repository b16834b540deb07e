"""A real browser without a window. Only loopback has a name for it, so nothing else can be reached by mistake."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from feishu_mail_sandbox import SandboxControl
from tests.toolchains.browser.visit import Visit

ROOT = Path(__file__).parents[3]
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]

Open = Callable[..., Visit]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = os.environ["FEISHU_MAIL_CHROMIUM"]
    # Playwright gives it a new, empty folder for its user's data.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, headless=True, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Opens an address, in a context with the options given, and keeps account of what the page does."""
    visits: list[Visit] = []

    def open_address(address: str, **options: object) -> Visit:
        context = browser.new_context(viewport={"width": 1400, "height": 1000}, **options)  # type: ignore[arg-type]
        visits.append(Visit(context.new_page()))
        visits[-1].page.goto(address)
        return visits[-1]

    yield open_address
    for visit in visits:
        visit.page.context.close()


@pytest.fixture
def published(open_page: Open) -> Visit:
    """The page to read, opened as a file."""
    return open_page((ROOT / "build/docs/index.html").as_uri())


@pytest.fixture
def served(open_page: Open, feishu_mail_sandbox: SandboxControl) -> Visit:
    """The page that the sandbox serves."""
    return open_page(feishu_mail_sandbox.base_url)
