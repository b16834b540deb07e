"""Every edit of the document gets the verdict that people who generated a client from it would give it.

The table holds the gate and the real oasdiff, as `make test-changes` built it, together.
"""

import copy
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from change_gate.oasdiff import run_oasdiff
from change_gate.structure import REPORTED_OF_SCHEMAS
from change_gate.verdict import Change, Verdict, judge
from check_changes import compare_documents

Document = dict[str, Any]
Edit = Callable[[Document], object]

ROOT = Path(__file__).parents[3]
OASDIFF = ROOT / "build/tools/oasdiff"
BEFORE: Document = json.loads((ROOT / "openapi/feishu-mail.json").read_text(encoding="utf-8"))
SEND_PATH = next(path for path in BEFORE["paths"] if path.endswith("/send"))


def changes(before: Document, after: Document, folder: Path) -> Sequence[Change]:
    paths = [folder / "before.json", folder / "after.json"]
    for path, document in zip(paths, (before, after), strict=True):
        path.write_text(json.dumps(document), encoding="utf-8")
    return compare_documents(before, after, run_oasdiff(OASDIFF, *paths))


def send(document: Document) -> Document:
    found: Document = document["paths"][SEND_PATH]["post"]
    return found


def component(document: Document, group: str, name: str) -> Document:
    found: Document = document["components"][group][name]
    return found


def sent(document: Document) -> Document:
    """The properties of what a send returns."""
    found: Document = component(document, "schemas", "SentMessage")["properties"]
    return found


def draft_id(document: Document) -> Document:
    return component(document, "parameters", "DraftId")


def conflict(document: Document) -> Document:
    return component(document, "responses", "SendDraftConflict")


def rename(mapping: Document, old: str, new: str) -> None:
    renamed = {new if key == old else key: value for key, value in mapping.items()}
    mapping.clear()
    mapping.update(renamed)


def rename_schema(document: Document) -> None:
    rename(document["components"]["schemas"], "AutomationSendDisable", "Disabled")
    sent(document)["automation_send_disable"]["$ref"] = "#/components/schemas/Disabled"


def add_operation(document: Document) -> None:
    path = SEND_PATH.replace("/send", "/copy")
    document["paths"][path] = {"post": {**copy.deepcopy(send(document)), "operationId": "copyDraft"}}


def add_error(document: Document) -> None:
    example = copy.deepcopy(component(document, "examples", "sendDraft.ALREADY_SENT"))
    document["components"]["examples"]["sendDraft.LOCKED"] = {**example, "value": {"code": 9}}
    listed = conflict(document)["content"]["application/json"]["examples"]
    listed["LOCKED"] = {"$ref": "#/components/examples/sendDraft.LOCKED"}


def remove_error(document: Document) -> None:
    del document["components"]["examples"]["sendDraft.CONTENT_RISK"]
    listed = component(document, "responses", "SendDraftBadRequest")["content"]["application/json"]["examples"]
    del listed["CONTENT_RISK"]


def add_credential(document: Document, *, instead: bool = False) -> None:
    document["components"]["securitySchemes"]["key"] = {"type": "apiKey", "in": "header", "name": "X-Key"}
    document["security"] = [{"key": []}] if instead else [*document["security"], {"key": []}]


def query(**more: object) -> Document:
    return {"name": "note", "in": "query", "schema": {"type": "string"}, **more}


BODY = {"content": {"application/json": {"schema": {"type": "object"}}}}

UNCHANGED: dict[str, tuple[Edit, str]] = {
    "nothing": (lambda d: None, ""),
    "version": (lambda d: d["info"].update(version="9.0.0"), ""),
}
HARMLESS: dict[str, tuple[Edit, str]] = {
    "introduction": (lambda d: d["info"].update(description=d["info"]["description"] + "More."), "texts"),
    "text of a field": (lambda d: sent(d)["message_id"].update(description="Other."), "texts"),
    "example of a field": (lambda d: sent(d)["message_id"].update(examples=["b"]), "texts"),
    "body of an example": (
        lambda d: component(d, "examples", "sendDraft.SENT")["value"]["data"].update(message_id="b"),
        "texts",
    ),
    "text of an error": (
        lambda d: component(d, "examples", "sendDraft.ALREADY_SENT").update(summary="Is out"),
        "texts",
    ),
    "order of fields": (lambda d: sent(d).update(message_id=sent(d).pop("message_id")), "order"),
}
ADDITIVE: dict[str, tuple[Edit, str]] = {
    "new field": (lambda d: sent(d).update(sent_at={"type": "string"}), "sent_at"),
    "new field in every failure": (
        lambda d: component(d, "schemas", "HelpLink")["properties"].update(title={"type": "string"}),
        "`listDrafts`, `getDraft`: added the optional property `error/helps/items/title`",
    ),
    "new operation": (add_operation, "`copyDraft`: endpoint added"),
    "new error": (add_error, "`sendDraft`: new error 9 `LOCKED`"),
    "another judgement": (
        lambda d: component(d, "examples", "sendDraft.MAIL_THROTTLED").update({"x-retry": "never"}),
        "1236010 `MAIL_THROTTLED`: retry `after_delay` becomes `never`",
    ),
    "new status of failures": (
        lambda d: send(d)["responses"].update({"413": {"description": "Too large."}}),
        "`413`",
    ),
    "new header": (lambda d: conflict(d)["headers"].update({"X-New": {"schema": {"type": "string"}}}), "x-new"),
    "new optional query": (lambda d: send(d)["parameters"].append(query()), "note"),
    "new optional body": (lambda d: send(d).update(requestBody=BODY), "optional request body"),
    "looser parameter": (lambda d: draft_id(d)["schema"].pop("minLength"), "minLength was unset"),
    "another credential is accepted": (add_credential, "security scheme `key`"),
    "deprecated operation": (lambda d: send(d).update(deprecated=True), "endpoint deprecated"),
    "deprecated field": (lambda d: sent(d)["recall_status"].update(deprecated=True), "recall_status"),
    "more calls": (lambda d: send(d)["x-rate-limit"].update(calls=40), "40 calls in 60 s"),
}
BREAKING: dict[str, tuple[Edit, str]] = {
    "removed optional field": (lambda d: sent(d).pop("message_id"), "removed the optional property `data/message_id`"),
    "field called like a keyword": (
        lambda d: component(d, "schemas", "HelpLink")["properties"].pop("description"),
        "helps/items/description",
    ),
    "renamed field": (lambda d: rename(sent(d), "message_id", "messageId"), "message_id"),
    "other type": (lambda d: sent(d)["message_id"].update(type="integer"), "type"),
    "nullable field": (lambda d: sent(d)["message_id"].update(type=["string", "null"]), "became nullable"),
    "closed values": (lambda d: sent(d)["recall_status"].update(enum=["available"]), "enum"),
    "closed object": (
        lambda d: component(d, "schemas", "SentMessage").update(additionalProperties=False),
        "additionalProperties",
    ),
    "code that may be absent": (
        lambda d: component(d, "schemas", "SendDraftResponse").pop("required"),
        "became optional",
    ),
    "renamed schema": (rename_schema, "AutomationSendDisable"),
    "other path": (lambda d: rename(d["paths"], SEND_PATH, f"/v2{SEND_PATH}"), "api path removed"),
    "other method": (lambda d: rename(d["paths"][SEND_PATH], "post", "put"), "api removed"),
    "other function name": (lambda d: send(d).update(operationId="dispatchDraft"), "sendDraft"),
    "other module": (lambda d: send(d).update(tags=["mail"]), "tag `drafts` removed"),
    "narrower parameter": (lambda d: draft_id(d)["schema"].update(maxLength=64), "maxLength"),
    "other order of parameters": (lambda d: send(d)["parameters"].reverse(), "stand in another order"),
    "new required query": (lambda d: send(d)["parameters"].append(query(required=True)), "note"),
    "new required body": (lambda d: send(d).update(requestBody={**BODY, "required": True}), "required request body"),
    "another credential": (lambda d: add_credential(d, instead=True), "`userAccessToken` was removed"),
    "one scope more": (lambda d: send(d)["x-required-scopes"].append("mail:read"), "`mail:read` is required"),
    "fewer calls": (lambda d: send(d)["x-rate-limit"].update(calls=5), "5 calls in 60 s"),
    "another idempotency": (lambda d: send(d).update({"x-idempotency": "idempotent"}), "`idempotent` instead of"),
    "removed status": (lambda d: send(d)["responses"].pop("401"), "`401`"),
    "new status of success": (
        lambda d: send(d)["responses"].update({"202": {"description": "Accepted."}}),
        "success response with the status `202`",
    ),
    "removed header": (lambda d: conflict(d)["headers"].pop("X-Tt-Logid"), "x-tt-logid"),
    "removed media type": (
        lambda d: component(d, "responses", "DraftNotFound")["content"].pop("text/plain"),
        "text/plain",
    ),
    "removed error": (remove_error, "`sendDraft`: 1236014 `CONTENT_RISK` is gone"),
    "error with another code": (
        lambda d: component(d, "examples", "sendDraft.CONTENT_RISK")["value"].update(code=9),
        "1236014 `CONTENT_RISK` is gone",
    ),
}
TABLE = {
    name: (verdict, *each)
    for verdict, edits in zip(Verdict, (UNCHANGED, HARMLESS, ADDITIVE, BREAKING), strict=True)
    for name, each in edits.items()
}


@pytest.mark.parametrize("name", TABLE)
def test_an_edit_gets_the_verdict_that_it_deserves_and_is_named(name: str, tmp_path: Path) -> None:
    verdict, edit, said = TABLE[name]
    after = copy.deepcopy(BEFORE)
    edit(after)
    found = changes(BEFORE, after, tmp_path)
    assert judge(found) is verdict, found
    assert said in "\n".join(change.text for change in found)


TYPES = {
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), "integer"),
    **dict.fromkeys(("minItems", "maxItems"), "array"),
    **dict.fromkeys(("minProperties", "maxProperties"), "object"),
}
VALUES: dict[str, object] = {"format": "a", "pattern": "a", "type": "boolean", "enum": ["a"]}


@pytest.mark.parametrize("keyword", sorted(REPORTED_OF_SCHEMAS))
def test_oasdiff_reports_every_keyword_that_is_left_to_it_added_and_taken_away(keyword: str, tmp_path: Path) -> None:
    """In what comes back with success or failure, and in parameters."""
    for place in (sent, lambda d: component(d, "schemas", "HelpLink")["properties"], draft_id):
        without = copy.deepcopy(BEFORE)
        holder = place(without)
        name = "schema" if "schema" in holder else "probe"
        holder[name] = {"type": TYPES.get(keyword, "string")}
        with_it = copy.deepcopy(without)
        place(with_it)[name][keyword] = VALUES.get(keyword, 2)
        assert judge(changes(without, with_it, tmp_path)) > Verdict.HARMLESS
        assert judge(changes(with_it, without, tmp_path)) > Verdict.HARMLESS
