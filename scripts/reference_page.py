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
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2

from feishu_mail_sandbox.reference_page import BUILT_PAGE, first_lines
from renderings import AS_TABLES

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = Path("openapi/feishu-mail.json")
CONTROL_PLANE = Path("sandbox/feishu_mail_sandbox/control-plane.json")
TEMPLATE = Path("scripts/reference_page.html.jinja")
PIN = Path("requirements/reference-page.json")
FETCHED = Path("build/reference-page")
BUNDLE = "package/dist/browser/standalone.js"
PUBLISHED = Path("build/docs/index.html")
SERVED = Path("sandbox/feishu_mail_sandbox") / BUILT_PAGE

SANDBOX_NOTE = """\
> **This page comes from a sandbox.** What you try here goes to that sandbox and nowhere else; no mail leaves this
> machine. Choose *Sandbox control plane* at the top left, create a draft, come back, send it, and list the deliveries
> there. A token and the draft's id are filled in.
>
> **本页由沙箱提供。** 在这里试用的调用只会到达该沙箱，任何邮件都不会离开本机。先在左上角选择 *Sandbox control plane*
> 创建草稿，再回到这里发送，然后在那里查看已发出的邮件。凭证和草稿 ID 已填好。

"""
STEPS = """

## Steps of a draft's script 草稿脚本的步骤

{about}

| Step 步骤 | Does the mail go out, and what does the client get? 邮件是否发出，客户端得到什么 |
|---|---|
{rows}
"""

Node = Mapping[str, Any]


class PageError(Exception):
    """Nothing was built, because of the reason given."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: 0 done, 2 something that the page is made of cannot be used."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--package", type=Path, help="the npm package as a file (default: fetch it with npm, once)")
    parser.add_argument("--root", type=Path, default=ROOT, help="the project's folder (default: this one)")
    options = parser.parse_args(arguments)
    root: Path = options.root.resolve()
    try:
        pin = json.loads((root / PIN).read_text(encoding="utf-8"))
        bundle = read_bundle(options.package or fetch_package(pin, root / FETCHED), pin)
        for path, page in build_pages(root, pin, bundle).items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(page, encoding="utf-8", newline="\n")
            print(f"reference_page: {path.as_posix()}, {len(page.encode()) / 1e6:.1f} MB")
    except (PageError, OSError, tarfile.TarError) as error:
        print(f"reference_page: {error}", file=sys.stderr)
        return 2
    return 0


def fetch_package(pin: Node, folder: Path) -> Path:
    """Returns the package as a file in `folder`, fetched with npm unless it is there. Raises PageError."""
    file = folder / f"{pin['package'].removeprefix('@').replace('/', '-')}-{pin['version']}.tgz"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "pack", "--silent", "--pack-destination", folder, f"{pin['package']}@{pin['version']}"]
        try:
            subprocess.run(command, check=True, capture_output=True, text=True)
        except FileNotFoundError:
            raise PageError("npm is needed to fetch the renderer, and was not found") from None
        except subprocess.CalledProcessError as error:
            raise PageError(f"npm could not fetch {pin['package']}: {error.stderr.strip()}") from error
    return file


def read_bundle(package: Path, pin: Node) -> str:
    """Returns the script for browsers that the pinned package holds. Raises PageError when it is another package."""
    digest = base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode()
    if f"sha512-{digest}" != pin["integrity"]:
        raise PageError(f"{package} is not the package that {PIN} pins: it has sha512-{digest}. Remove it")
    with tarfile.open(package) as archive:
        member = archive.extractfile(BUNDLE) if BUNDLE in archive.getnames() else None
        if member is None:
            raise PageError(f"{package} has no file {BUNDLE}")
        return member.read().decode()


def build_pages(root: Path, pin: Node, bundle: str) -> dict[Path, str]:
    """Returns the two pages by the place where they belong."""
    openapi, control_plane = (
        json.loads((root / each).read_text(encoding="utf-8")) for each in (DOCUMENT, CONTROL_PLANE)
    )
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
    tables = [_sections(root / path) for path in AS_TABLES.values()]
    described = with_introduction(openapi, "", f"\n\n## Errors 错误码\n\n{''.join(tables)}")
    pages = {
        PUBLISHED: {"mail": described},
        SERVED: {"mail": ready_to_try(described), "control-plane": with_script_steps(control_plane)},
    }
    return {
        path: template.render(
            first_lines=first_lines(openapi, control_plane),
            title=openapi["info"]["title"],
            bundle=inside_a_script_element(bundle),
            pin=pin,
            documents=documents,
            digest=digest_for_policy,
            served_by_sandbox=path == SERVED,
        )
        for path, documents in pages.items()
    }


def with_introduction(document: Node, before: str, after: str) -> dict[str, Any]:
    """Returns the document with more in its introduction; renderers show no facts of extensions by themselves."""
    described: dict[str, Any] = copy.deepcopy(dict(document))
    described["info"]["description"] = before + document["info"]["description"] + after
    return described


def with_script_steps(control_plane: Node) -> dict[str, Any]:
    """Returns the control plane's document with a table of the script's steps in the introduction."""
    schemas = control_plane["components"]["schemas"]
    steps = [f"| `{step}` | {meaning} |" for step, meaning in schemas["Fault"]["x-enumDescriptions"].items()]
    table = STEPS.format(about=schemas["ScriptStep"]["description"], rows="\n".join(steps))
    return with_introduction(control_plane, "", table)


def ready_to_try(openapi: Node) -> dict[str, Any]:
    """Returns the document with parameters that a sandbox knows what to do with."""
    document = with_introduction(openapi, SANDBOX_NOTE, "")
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


def _sections(page: Path) -> str:
    """Returns the tables of a page about errors, without its beginning, one level of headings lower."""
    text = page.read_text(encoding="utf-8")
    return re.sub("(?m)^## ", "### ", text[text.index("\n## ") :])


if __name__ == "__main__":
    sys.exit(main())
