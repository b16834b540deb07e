"""The files that the clients of all languages have in common."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "openapi/feishu-mail.yaml"
ERROR_CODES = ROOT / "openapi/error-codes.json"
CASE_FILES = tuple(sorted((ROOT / "openapi/conformance").glob("*.json")))
CASE_SCHEMA = ROOT / "openapi/conformance.schema.json"
