"""The lint rules of this project convict what they are there for."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
DOCUMENT = ROOT / "openapi/feishu-mail.yaml"


@pytest.mark.parametrize("closed", ["enum: [available]", "const: available"])
def test_a_closed_set_of_values_in_an_answer_is_convicted(closed: str, tmp_path: Path) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text.count("recall_status:\n") == 1
    edited = tmp_path / "closed.yaml"
    edited.write_text(text.replace("recall_status:\n", f"recall_status:\n          {closed}\n"), encoding="utf-8")
    completed = subprocess.run(
        [ROOT / "node_modules/.bin/spectral", "lint", "--ruleset", ROOT / ".spectral.yaml", edited],
        capture_output=True,
        text=True,
        check=False,
    )
    assert completed.returncode == 1
    assert "open-answers" in completed.stdout
    assert "SentMessage.properties.recall_status" in completed.stdout
