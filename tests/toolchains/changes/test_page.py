"""The page about changing the API shows what the gate says."""

from pathlib import Path

from tests.docs.walk import ROOT, copy_of_the_project, read_blocks, walk


def test_whoever_follows_the_page_sees_what_it_shows(tmp_path: Path) -> None:
    walk(read_blocks(ROOT / "docs/changing-the-api.md"), copy_of_the_project(tmp_path), with_gate=True)
