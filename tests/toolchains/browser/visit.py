"""A page in the browser, and an account of what it did: whom it asked, and what it complained about."""

from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Locator, Page, Request


class Visit:
    """Listens to a page from its beginning."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", self._note_request)
        page.on("console", self._note_message)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def asked_elsewhere(self) -> list[str]:
        """Returns the addresses that the page asked for, other than its own file and this machine."""
        return [
            address
            for address in self.requests
            if urlsplit(address).scheme not in {"file", "data", "blob"} and urlsplit(address).hostname != "127.0.0.1"
        ]

    def show(self, heading: str) -> None:
        """Follows the entry of the sidebar, as a reader does, and waits until the section is there."""
        self.page.get_by_role("link", name=heading).first.click()
        self.page.get_by_role("heading", name=heading).first.wait_for()

    def section(self, heading: str) -> Locator:
        """Returns the section of an operation."""
        return self.page.locator("section").filter(has=self.page.get_by_role("heading", name=heading, exact=True)).last

    def choose_document(self, present: str, wanted: str) -> None:
        """Chooses another document at the top left."""
        self.page.get_by_role("button", name=present, exact=True).click()
        self.page.get_by_role("option", name=wanted).click()
        self.page.get_by_role("heading", name=wanted, exact=True).wait_for()

    def try_call(self, method: str, path: str) -> Locator:
        """Opens the form of an operation and sends it as it is filled in. Returns it with the answer."""
        self.open_form(method, path)
        return self.send(method)

    def open_form(self, method: str, path: str) -> Locator:
        """Opens the form of an operation."""
        self.page.get_by_role("button", name=f"Test Request ({method} {path})").click()
        return self._form()

    def send(self, method: str) -> Locator:
        """Sends what is in the form, and returns the form once it shows this very answer."""
        with self.page.expect_response(lambda answer: answer.request.method == method.upper()) as expected:
            self._form().get_by_role("button", name=f"Send {method} request").click()
        answer = expected.value
        self._form().get_by_text(f"{answer.status} {answer.status_text}").wait_for()
        return self._form()

    def close_form(self) -> None:
        """Closes the form."""
        self.page.get_by_role("button", name="Close Client").click()

    def _form(self) -> Locator:
        return self.page.get_by_role("dialog")

    def _note_request(self, request: Request) -> None:
        self.requests.append(request.url)

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)
