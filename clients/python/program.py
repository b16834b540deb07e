"""Makes the calls of the conformance cases with the generated Python client, and prints what it saw.

Usage: program.py <base URL> <cases.json>

This is the protocol level by itself: every call is made once, and nothing is judged. Services use `feishu_mail`.
"""

import importlib
import json
import pkgutil
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, get_args, get_type_hints

import httpx

from feishu_mail_client import AuthenticatedClient, Client, api

HEADERS = ("x-tt-logid", "x-ogw-ratelimit-limit", "x-ogw-ratelimit-reset")
TIMEOUT = httpx.Timeout(10)


def main(base_url: str, cases: str) -> None:
    functions = generated_functions()
    callers: dict[str | None, Caller] = {}
    for case in json.loads(Path(cases).read_text(encoding="utf-8"))["cases"]:
        parameters = dict(case["request"])
        token = parameters.pop("access_token")
        if token not in callers:
            callers[token] = Caller(base_url, token)
        for _ in case["answers"]:
            seen = callers[token].call(functions[case["operation"]], parameters)
            print(json.dumps({"case": case["name"], **seen}), flush=True)
            if next_page := ((seen["envelope"] or {}).get("data") or {}).get("page_token"):
                parameters["page_token"] = next_page


def generated_functions() -> dict[str, Callable[..., Any]]:
    """Returns the functions of all operations, by their names in the document: a new operation needs no line here."""
    found: dict[str, Callable[..., Any]] = {}
    for module in pkgutil.walk_packages(api.__path__, f"{api.__name__}."):
        if not module.ispkg:
            operation = re.sub("_(.)", lambda match: match[1].upper(), module.name.rpartition(".")[2])
            found[operation] = importlib.import_module(module.name).sync_detailed
    return found


def as_generated(parameters: Mapping[str, Any], function: Callable[..., Any]) -> dict[str, Any]:
    """Names and converts parameters as the generated function has them: `format` is `format_`, and an enum."""
    hints = get_type_hints(function)
    named = {name if name in hints else f"{name}_": value for name, value in parameters.items()}
    return {name: (*get_args(hints[name]), hints[name])[0](value) for name, value in named.items()}


class Caller:
    """Calls with one token, or none. The generated client raises on a status or body that it does not know; a hook of
    the HTTP library sees the answer all the same.
    """

    def __init__(self, base_url: str, access_token: str | None) -> None:
        self._answer: httpx.Response | None = None
        httpx_args = {"event_hooks": {"response": [self._keep]}, "trust_env": False}
        self._client = (
            AuthenticatedClient(base_url, access_token, timeout=TIMEOUT, httpx_args=httpx_args)
            if access_token is not None
            else Client(base_url, timeout=TIMEOUT, httpx_args=httpx_args)
        )

    def _keep(self, answer: httpx.Response) -> None:
        self._answer = answer

    def call(self, function: Callable[..., Any], parameters: Mapping[str, Any]) -> dict[str, Any]:
        envelope = None
        try:
            body = function(**as_generated(parameters, function), client=self._client).parsed
            envelope = body and body.to_dict()
        except httpx.TransportError:
            return {"status": None, "envelope": None}
        except (ValueError, TypeError, KeyError):
            pass
        assert self._answer is not None
        headers = {name: self._answer.headers.get(name) for name in HEADERS}
        return {"status": self._answer.status_code, "envelope": envelope, "headers": headers}


if __name__ == "__main__":
    main(*sys.argv[1:])
