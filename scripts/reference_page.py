"""Builds the reference page, with everything that it needs inside: script, styles and documents.

Two pages come out of one template: build/docs/index.html, to be read or published, from which nothing can be sent,
since a mail cannot be undone; and sandbox/feishu_mail_sandbox/reference.html, which the sandbox serves and from which
calls can be tried on that very sandbox. The renderer is Scalar's bundle for browsers, taken out of its npm package,
which must be the one that requirements/reference-page.json pins. Building twice changes nothing.
"""

import argparse
import base64
import copy
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from error_table import DocumentError, ErrorRow, read_error_table
from feishu_mail_sandbox.reference_page import BUILT_PAGE, first_lines

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = Path("openapi/feishu-mail.json")
CONTROL_PLANE = Path("sandbox/feishu_mail_sandbox/control-plane.json")
TEMPLATE = Path("scripts/reference_page.html.jinja")
PIN = Path("requirements/reference-page.json")
FETCHED = Path("build/reference-page")
BUNDLE = "package/dist/browser/standalone.js"
PUBLISHED = Path("build/docs/index.html")
SERVED = Path("sandbox/feishu_mail_sandbox") / BUILT_PAGE

Node = Mapping[str, Any]

# Whatever of Scalar's would leave the page is off: fonts, telemetry, its assistant, its registry, its own client.
_COMMON_SETTINGS: Node = {
    "withDefaultFonts": False,
    "telemetry": False,
    "agent": {"disabled": True},
    "mcp": {"disabled": True},
    "hideClientButton": True,
    "showDeveloperTools": "never",
    "documentDownloadType": "none",
    "orderSchemaPropertiesBy": "preserve",
    "externalUrls": {"dashboardUrl": "", "registryUrl": "", "proxyUrl": "", "apiBaseUrl": ""},
}
_SANDBOX_NOTE = """\
> **This page comes from a sandbox.** What you try here goes to that sandbox and nowhere else; no mail leaves this
> machine. Choose *Sandbox control plane* at the top left, create a draft, come back, send it, and list the deliveries
> there. A token and the draft's id are filled in.
>
> **本页由沙箱提供。** 在这里试用的调用只会到达该沙箱，任何邮件都不会离开本机。先在左上角选择 *Sandbox control plane*
> 创建草稿，再回到这里发送，然后在那里查看已发出的邮件。凭证和草稿 ID 已填好。

"""
_ERRORS = """

## Errors 错误

When an earlier attempt of the same send ended *unknown*, only *yes* settles it: read a later *no* as *unknown*.
同一次发送中，如果此前某次尝试的结果不确定，只有“是”才能下定论：之后的“否”也应视为不确定。
Below each answer stand the example's `x-retry` and `x-affects`. 每项下方是该示例的 `x-retry` 和 `x-affects`。

| Code 错误码 | What happened 发生了什么 | Gone out? 发出？ | What to do 怎么办 |
|---|---|---|---|
"""
_STEPS = """

## Steps of a draft's script 草稿脚本的步骤

{about}

| Step 步骤 | Does the mail go out, and what does the client get? 邮件是否发出，客户端得到什么 |
|---|---|
"""
_OUTCOMES = {"sent": "yes 是", "not_sent": "no 否", "unknown": "**unknown 不确定**"}


@dataclass(frozen=True)
class Pin:
    """The npm package that renders the pages, to the byte."""

    package: str
    version: str
    integrity: str


class PageError(Exception):
    """Nothing was built, because of the reason given."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: 0 done, 2 something that the page is made of cannot be used, 130 interrupted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--package", type=Path, help="the npm package as a file (default: fetch it with npm, once)")
    parser.add_argument("--root", type=Path, default=ROOT, help="the project's folder (default: this one)")
    options = parser.parse_args(arguments)
    root: Path = options.root.resolve()
    try:
        pin = read_pin(root / PIN)
        bundle = read_bundle(options.package or fetch_package(pin, root / FETCHED), pin)
        for path, page in build_pages(root, pin, bundle).items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(page, encoding="utf-8", newline="\n")
            print(f"reference_page: {path.as_posix()}, {len(page.encode()) / 1e6:.1f} MB")
    except PageError as error:
        print(f"reference_page: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("reference_page: interrupted", file=sys.stderr)
        return 130
    return 0


def read_pin(path: Path) -> Pin:
    """Returns which package renders the pages. Raises PageError."""
    content = read_json(path)
    try:
        return Pin(**content)
    except TypeError as error:
        raise PageError(f"{path} must name package, version and integrity, and nothing else") from error


def fetch_package(pin: Pin, folder: Path) -> Path:
    """Returns the package as a file below ``folder``, fetched with npm unless it is there. Raises PageError."""
    name = f"{pin.package.removeprefix('@').replace('/', '-')}-{pin.version}.tgz"
    if not (folder / name).exists():
        folder.mkdir(parents=True, exist_ok=True)
        try:
            # Half of a file, left behind by an interruption, must not count as fetched.
            with tempfile.TemporaryDirectory(dir=folder) as unfinished:
                command = [
                    "npm",
                    "pack",
                    "--silent",
                    "--pack-destination",
                    unfinished,
                    f"{pin.package}@{pin.version}",
                ]
                subprocess.run(command, check=True, capture_output=True, text=True)
                (Path(unfinished) / name).rename(folder / name)
        except FileNotFoundError:
            raise PageError("npm is needed to fetch the renderer, and was not found") from None
        except subprocess.CalledProcessError as error:
            raise PageError(f"npm could not fetch {pin.package} {pin.version}: {error.stderr.strip()}") from error
    return folder / name


def read_bundle(package: Path, pin: Pin) -> str:
    """Returns the script for browsers that the pinned package holds.

    Raises:
        PageError: it cannot be read, or it is not the pinned one.
    """
    try:
        digest = base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode()
        if f"sha512-{digest}" != pin.integrity:
            raise PageError(f"{package} is not the package that {PIN} pins: it has sha512-{digest}")
        with tarfile.open(package) as archive:
            member = archive.extractfile(BUNDLE)
            if member is None:
                raise PageError(f"{package} has no file {BUNDLE}")
            return member.read().decode()
    except (OSError, KeyError, tarfile.TarError) as error:
        raise PageError(f"{package} cannot be read: {error}") from error


def build_pages(root: Path, pin: Pin, bundle: str) -> dict[Path, str]:
    """Returns the two pages by the place where they belong. Raises PageError."""
    openapi, control_plane = read_json(root / DOCUMENT), read_json(root / CONTROL_PLANE)
    try:
        errors = read_error_table(openapi)
    except DocumentError as error:
        raise PageError(str(error)) from error
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=True,
        keep_trailing_newline=True,
    )
    # The document's own order is the one to show.
    environment.policies["json.dumps_kwargs"] = {"sort_keys": False, "ensure_ascii": False}
    template = environment.from_string((root / TEMPLATE).read_text(encoding="utf-8"))

    def render(settings: Sequence[Node], *, served_by_sandbox: bool) -> str:
        return template.render(
            first_lines=first_lines(openapi, control_plane),
            title=openapi["info"]["title"],
            bundle=inside_a_script_element(bundle),
            pin=pin,
            settings=settings,
            digest=digest_for_policy,
            served_by_sandbox=served_by_sandbox,
        )

    return {
        PUBLISHED: render(published_settings(openapi, errors), served_by_sandbox=False),
        SERVED: render(sandbox_settings(openapi, control_plane, errors), served_by_sandbox=True),
    }


def published_settings(openapi: Node, errors: Sequence[ErrorRow]) -> list[Node]:
    """Returns Scalar's settings for the page to read: the real servers, and no way to send anything."""
    return [{**_settings("mail", with_errors(openapi, errors)), "hideTestRequestButton": True}]


def sandbox_settings(openapi: Node, control_plane: Node, errors: Sequence[ErrorRow]) -> list[Node]:
    """Returns Scalar's settings for the page that a sandbox serves: no server of a document, and calls can be tried."""
    token = {
        "preferredSecurityScheme": "userAccessToken",
        "securitySchemes": {"userAccessToken": {"token": "u-sandbox"}},
    }
    return [
        {**_settings("mail", ready_to_try(with_errors(openapi, errors))), "authentication": token, "default": True},
        _settings("control-plane", _without_servers(with_script_steps(control_plane))),
    ]


def with_errors(openapi: Node, errors: Sequence[ErrorRow]) -> dict[str, Any]:
    """Returns the document with a table of its errors in the introduction; renderers show no x- facts by themselves."""
    table = "\n".join(_error_row(row) for row in errors)
    return _with_description(openapi, openapi["info"]["description"] + _ERRORS + table)


def with_script_steps(control_plane: Node) -> dict[str, Any]:
    """Returns the control plane's document with a table of the script's steps in the introduction."""
    steps: Mapping[str, str] = control_plane["components"]["schemas"]["Fault"]["x-enumDescriptions"]
    table = "\n".join(_table_row([f"`{step}`", meaning]) for step, meaning in steps.items())
    introduction = _STEPS.format(about=control_plane["components"]["schemas"]["ScriptStep"]["description"])
    return _with_description(control_plane, control_plane["info"]["description"] + introduction + table)


def ready_to_try(openapi: Node) -> dict[str, Any]:
    """Returns the document without servers and with parameters that a sandbox knows what to do with."""
    described = _with_description(openapi, _SANDBOX_NOTE + openapi["info"]["description"])
    document = copy.deepcopy(_without_servers(described))
    parameters = document["components"]["parameters"]
    # Scalar fills in the first example of a parameter only where its name is the same for all parameters.
    draft_id = next(iter(parameters["DraftId"]["examples"].values()))["value"]
    for name, created, without_set_up in (("UserMailboxId", "me", "me"), ("DraftId", draft_id, "code-1236006")):
        parameters[name]["examples"] = {
            "created": {"summary": "A draft that the control plane has created", "value": created},
            "code": {"summary": "A code, without any set-up", "value": without_set_up},
        }
    return document


def inside_a_script_element(script: str) -> str:
    """Returns a script that no HTML parser mistakes for the end of its element; it does the same as before."""
    return re.sub(r"<(?=!--|/?script)", r"\\x3C", script, flags=re.IGNORECASE)


def digest_for_policy(script: str) -> str:
    """Returns a script as a Content-Security-Policy names it."""
    return f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}"


def read_json(path: Path) -> Node:
    """Returns the object in a JSON file. Raises PageError."""
    try:
        content: Node = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PageError(f"{path} cannot be read: {error}") from error
    return content


def _settings(slug: str, document: Node) -> Node:
    return {**_COMMON_SETTINGS, "slug": slug, "title": document["info"]["title"], "content": document}


def _without_servers(document: Node) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key != "servers"}


def _with_description(document: Node, description: str) -> dict[str, Any]:
    return {**document, "info": {**document["info"], "description": description}}


def _error_row(row: ErrorRow) -> str:
    return _table_row(
        [
            f"`{row.code}` HTTP {', '.join(map(str, row.http_statuses))}<br>`{row.name}`",
            f"{row.summary}<br>{row.summary_zh}",
            f"{_OUTCOMES[row.outcome]}<br>`{row.retry}`<br>`{row.affects}`",
            f"{row.advice}<br>{row.advice_zh}",
        ]
    )


def _table_row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


if __name__ == "__main__":
    sys.exit(main())
