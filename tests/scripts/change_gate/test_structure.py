"""The walk along both documents tells keywords from names, and stops at what it does not know."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from change_gate.structure import compare_structure
from change_gate.verdict import Verdict

Document = dict[str, Any]

BEFORE: Document = json.loads((Path(__file__).parents[3] / "openapi/feishu-mail.json").read_text(encoding="utf-8"))


def schema(document: Document, name: str = "SentMessage") -> Document:
    found: Document = document["components"]["schemas"][name]
    return found


def refer_to_an_equal_schema(document: Document) -> None:
    document["components"]["schemas"]["Other"] = copy.deepcopy(schema(document, "AutomationSendDisable"))
    schema(document)["properties"]["automation_send_disable"]["$ref"] = "#/components/schemas/Other"


def headers(document: Document) -> Document:
    found: Document = document["components"]["responses"]["BadRequest"]["headers"]
    return found


def send(document: Document) -> Document:
    found: Document = next(item["post"] for item in document["paths"].values() if "post" in item)
    return found


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda d: schema(d).update(additionalProperties=False), "SentMessage/additionalProperties"),
        (lambda d: schema(d).update(title="Other"), "SentMessage/title"),
        (lambda d: schema(d).update(allOf=[{}]), "SentMessage/allOf"),
        (lambda d: schema(d, "HelpLink")["properties"]["description"].update(minProperty=1), "description/minProperty"),
        (lambda d: schema(d)["properties"]["thread_id"].update(default="x"), "thread_id/default"),
        (refer_to_an_equal_schema, "automation_send_disable/$ref"),
        (lambda d: d["components"]["parameters"]["DraftId"].update(style="label"), "DraftId/style"),
        (lambda d: d["components"]["securitySchemes"]["userAccessToken"].update(scheme="basic"), "scheme"),
        (lambda d: headers(d)["X-Tt-Logid"].update(required=True), "X-Tt-Logid/required"),
        (lambda d: d["components"]["headers"]["LogId"]["schema"].update(type="integer"), "LogId/schema/type"),
        (lambda d: d.update(openapi="3.2.0"), "openapi"),
        (lambda d: send(d)["parameters"].reverse(), "`sendDraft`: the parameters stand in another order"),
        (lambda d: d["servers"].pop(0), "servers"),
        (lambda d: d["servers"].reverse(), "servers"),
        (lambda d: d["servers"].insert(0, {"url": "https://three.example"}), "servers"),
        (lambda d: d["servers"][2]["variables"]["host"].update(default="other"), "servers"),
    ],
)
def test_what_no_other_tool_reports_is_breaking(edit: Callable[[Document], None], said: str) -> None:
    after = copy.deepcopy(BEFORE)
    edit(after)
    (change,) = compare_structure(BEFORE, after)
    assert change.verdict is Verdict.BREAKING
    assert said in change.text


def test_a_server_behind_the_others_is_an_addition() -> None:
    after = copy.deepcopy(BEFORE)
    after["servers"].append({"url": "https://three.example"})
    (change,) = compare_structure(BEFORE, after)
    assert (change.verdict, change.text) == (Verdict.ADDITIVE, "new server `https://three.example`")


@pytest.mark.parametrize(
    "edit",
    [
        lambda d: d["info"].update(description="Other", title="Other"),
        lambda d: schema(d)["properties"]["thread_id"].update(description="Other", examples=["x"]),
        lambda d: send(d).update(summary="Other"),
        lambda d: d["servers"][0].update(description="Other"),
        lambda d: d["components"]["securitySchemes"]["userAccessToken"].update(bearerFormat="JWT"),
        lambda d: d["components"]["examples"]["sendDraft.SENT"]["value"].update(msg="ok"),
        lambda d: send(d).update({"x-rate-limit": {"calls": 1, "seconds": 1}}),
        # A response of its own for one operation is how an error becomes that operation's.
        lambda d: send(d)["responses"].update({"401": {"$ref": "#/components/responses/Forbidden"}}),
    ],
)
def test_texts_examples_and_what_others_report_are_left_to_them(edit: Callable[[Document], None]) -> None:
    after = copy.deepcopy(BEFORE)
    edit(after)
    assert compare_structure(BEFORE, after) == []
