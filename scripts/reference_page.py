"""Builds the reference page, with everything that it needs inside: script, styles and documents.

Two pages come out of one template: build/docs/index.html, to be read or published, from which nothing can be sent,
since a mail cannot be undone; and sandbox/feishu_mail_sandbox/reference.html, which the sandbox serves and from which
calls can be tried on that very sandbox. The renderer is Scalar's bundle for browsers, taken out of its npm package,
which must be the one that requirements/reference-page.json pins. Building twice changes nothing.
"""

import argparse
import base64
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
        command = ["npm", "pack", "--silent", "--pack-destination", str(folder), f"{pin['package']}@{pin['version']}"]
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
        json.loads((root / path).read_text(encoding="utf-8")) for path in (DOCUMENT, CONTROL_PLANE)
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
    return {
        path: template.render(
            first_lines=first_lines(openapi, control_plane),
            openapi=openapi,
            control_plane=control_plane,
            error_tables=[_tables((root / page).read_text(encoding="utf-8")) for page in AS_TABLES.values()],
            bundle=inside_a_script_element(bundle),
            pin=pin,
            digest=digest_for_policy,
            served_by_sandbox=path == SERVED,
        )
        for path in (PUBLISHED, SERVED)
    }


def inside_a_script_element(script: str) -> str:
    """Returns a script that no HTML parser mistakes for the end of its element; it does the same as before."""
    return re.sub(r"<(?=!--|/?script)", r"\\x3C", script, flags=re.IGNORECASE)


def digest_for_policy(script: str) -> str:
    """Returns a script as a Content-Security-Policy names it."""
    return f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}"


def _tables(page: str) -> str:
    """Returns the tables of a page about errors, without its beginning, one level of headings lower."""
    return re.sub("(?m)^## ", "### ", page[page.index("\n## ") :])


if __name__ == "__main__":
    sys.exit(main())
