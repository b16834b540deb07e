"""Edits of a small document, each with what it is to people who generated a client from it."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from change_gate.verdict import Verdict

Document = dict[str, Any]
Edit = Callable[[Document], object]

BEFORE: Document = yaml.safe_load(Path(__file__).with_name("before.yaml").read_text(encoding="utf-8"))
PATH = "/mailboxes/{mailbox_id}/drafts/{draft_id}"


@dataclass(frozen=True)
class PreparedEdit:
    """An edit, the verdict that it deserves, and words that must stand in what is said of it."""

    verdict: Verdict
    edit: Edit
    said: str

    def after(self) -> Document:
        document = copy.deepcopy(BEFORE)
        self.edit(document)
        return document


def operation(document: Document) -> Document:
    found: Document = document["paths"][PATH]["post"]
    return found


def schema(document: Document, name: str) -> Document:
    found: Document = document["components"]["schemas"][name]
    return found


def field(document: Document, name: str) -> Document:
    found: Document = schema(document, "Sent")["properties"][name]
    return found


def refused(document: Document) -> Document:
    found: Document = document["components"]["responses"]["Refused"]
    return found


def example(document: Document, name: str) -> Document:
    found: Document = document["components"]["examples"][name]
    return found


def parameter(document: Document, name: str = "DraftId") -> Document:
    found: Document = document["components"]["parameters"][name]
    return found


def move(mapping: Document, old: str, new: str) -> None:
    """Gives a key another name, and leaves its place as it is."""
    renamed = {new if key == old else key: value for key, value in mapping.items()}
    mapping.clear()
    mapping.update(renamed)


def rename_schema(document: Document) -> None:
    move(document["components"]["schemas"], "Detail", "Particulars")
    field(document, "detail")["$ref"] = "#/components/schemas/Particulars"


def refer_to_an_equal_schema(document: Document) -> None:
    document["components"]["schemas"]["Other"] = copy.deepcopy(schema(document, "Detail"))
    field(document, "detail")["$ref"] = "#/components/schemas/Other"


def rename_path_parameter(document: Document) -> None:
    parameter(document)["name"] = "id"
    move(document["paths"], PATH, PATH.replace("draft_id", "id"))


def add_security_scheme(document: Document) -> None:
    document["components"]["securitySchemes"]["key"] = {"type": "apiKey", "in": "header", "name": "X-Key"}


def accept_another_credential(document: Document) -> None:
    add_security_scheme(document)
    document["security"].append({"key": []})


def demand_another_credential_as_well(document: Document) -> None:
    add_security_scheme(document)
    document["security"][0]["key"] = []


def add_operation(document: Document) -> None:
    document["paths"]["/drafts"] = {"get": {"operationId": "list", "responses": {"200": {"description": "All"}}}}


def add_error(document: Document, name: str, code: int) -> None:
    document["components"]["examples"][name] = {
        **copy.deepcopy(example(document, "CONTENT_RISK")),
        "value": {"code": code},
    }
    refused(document)["content"]["application/json"]["examples"][name] = {"$ref": f"#/components/examples/{name}"}


def remove_error(document: Document, name: str) -> None:
    del document["components"]["examples"][name]
    del refused(document)["content"]["application/json"]["examples"][name]


def rename_error(document: Document) -> None:
    move(document["components"]["examples"], "THROTTLED", "TOO_FAST")
    listed = refused(document)["content"]["application/json"]["examples"]
    del listed["THROTTLED"]
    listed["TOO_FAST"] = {"$ref": "#/components/examples/TOO_FAST"}


def widen(optional: Document) -> Document:
    return {"name": "note", "in": "query", "schema": {"type": "string"}, **optional}


BODY: Mapping[str, Any] = {"content": {"application/json": {"schema": {"type": "object"}}}}

UNCHANGED: Mapping[str, tuple[Edit, str]] = {
    "nothing": (lambda d: None, ""),
    "version": (lambda d: d["info"].update(version="1.0.1"), ""),
}
HARMLESS: Mapping[str, tuple[Edit, str]] = {
    "introduction": (lambda d: d["info"].update(description="Other words"), "info/description"),
    "title": (lambda d: d["info"].update(title="Other"), "info/title"),
    "text of a field": (lambda d: field(d, "message_id").update(description="Other"), "message_id/description"),
    "example of a field": (lambda d: field(d, "message_id").update(examples=["b"]), "message_id/examples"),
    "text of an operation": (lambda d: operation(d).update(summary="Other"), "post/summary"),
    "text of a server": (lambda d: d["servers"][0].update(description="Other"), "other words"),
    "new example of a success": (
        lambda d: d["components"]["examples"].update(OLD={"summary": "Old", "value": {"code": 0}}),
        "new example `OLD`",
    ),
    "body of an example": (lambda d: example(d, "SENT")["value"].update(message_id="b"), "example `SENT`"),
    "text of an error": (lambda d: example(d, "THROTTLED").update(summary="Much too fast"), "reworded summary"),
    "order of fields": (
        lambda d: schema(d, "Sent")["properties"].update(code=schema(d, "Sent")["properties"].pop("code")),
        "order",
    ),
    "OpenAPI's patch": (lambda d: d.update(openapi="3.1.1"), "3.1.1"),
    "what a token looks like": (
        lambda d: d["components"]["securitySchemes"]["userAccessToken"].update(bearerFormat="JWT"),
        "bearerFormat",
    ),
}
ADDITIVE: Mapping[str, tuple[Edit, str]] = {
    "new response field": (lambda d: schema(d, "Sent")["properties"].update(sent_at={"type": "string"}), "sent_at"),
    "new field deeper down": (lambda d: schema(d, "Link")["properties"].update(title={"type": "string"}), "title"),
    "new schema, as the type of a new field": (
        lambda d: (
            d["components"]["schemas"].update(More={"type": "object"}),
            schema(d, "Sent")["properties"].update(more={"$ref": "#/components/schemas/More"}),
        ),
        "new component `schemas/More`",
    ),
    "new error code": (lambda d: add_error(d, "TYPE_REFUSED", 9), "new error 9 `TYPE_REFUSED`"),
    "changed outcome": (
        lambda d: example(d, "THROTTLED").update({"x-outcome": "not_sent"}),
        "outcome `unknown` becomes",
    ),
    "changed retry": (lambda d: example(d, "THROTTLED").update({"x-retry": "never"}), "retry `after_delay` becomes"),
    "changed reach": (lambda d: example(d, "THROTTLED").update({"x-affects": "app"}), "affects `mailbox` becomes"),
    "changed usual status": (lambda d: example(d, "THROTTLED").update({"x-usual-status": 400}), "becomes 400 or 429"),
    "new status of failures": (
        lambda d: operation(d)["responses"].update({"413": {"$ref": "#/components/responses/Refused"}}),
        "`413`",
    ),
    "new header": (lambda d: refused(d)["headers"].update({"X-New": {"schema": {"type": "string"}}}), "x-new"),
    "new optional query": (lambda d: operation(d)["parameters"].append(widen({})), "note"),
    "new optional body": (lambda d: operation(d).update(requestBody={**BODY}), "optional request body"),
    "looser parameter": (lambda d: parameter(d)["schema"].pop("minLength"), "minLength was unset"),
    "another credential is accepted": (accept_another_credential, "security scheme `key`"),
    "new operation": (add_operation, "endpoint added"),
    "deprecated operation": (lambda d: operation(d).update(deprecated=True), "endpoint deprecated"),
    "deprecated field": (lambda d: field(d, "recall_status").update(deprecated=True), "recall_status"),
    "new server": (
        lambda d: d["servers"].append({"url": "https://three.example"}),
        "new server `https://three.example`",
    ),
    "one scope less": (lambda d: operation(d).update({"x-required-scopes": []}), "no longer required"),
    "more calls": (lambda d: operation(d)["x-rate-limit"].update(calls=40), "calls: 40"),
}
BREAKING: Mapping[str, tuple[Edit, str]] = {
    "removed optional field": (
        lambda d: schema(d, "Sent")["properties"].pop("message_id"),
        "removed the optional property `message_id`",
    ),
    "removed field deeper down": (lambda d: schema(d, "Link")["properties"].pop("url"), "`links/items/url`"),
    "field called description": (lambda d: schema(d, "Detail")["properties"].pop("description"), "detail/description"),
    "renamed field": (lambda d: move(schema(d, "Sent")["properties"], "message_id", "messageId"), "message_id"),
    "nullable field": (lambda d: field(d, "message_id").update(type=["string", "null"]), "became nullable"),
    "field that is no longer nullable": (
        lambda d: schema(d, "Detail")["properties"]["state"].update(type="string"),
        "state",
    ),
    "other type": (lambda d: field(d, "message_id").update(type="integer"), "type"),
    "narrower format": (lambda d: field(d, "code").update(format="int32"), "int32"),
    "closed values": (lambda d: field(d, "recall_status").update(enum=["available"]), "enum"),
    "smallest value": (lambda d: field(d, "code").update(minimum=0), "min"),
    "longest text": (lambda d: field(d, "message_id").update(maxLength=16), "maxLength"),
    "default of an answer": (lambda d: field(d, "recall_status").update(default="x"), "default"),
    "closed object": (lambda d: schema(d, "Sent").update(additionalProperties=False), "additionalProperties"),
    "titled schema": (lambda d: schema(d, "Detail").update(title="Other"), "schemas/Detail/title"),
    "code that may be absent": (lambda d: schema(d, "Sent").pop("required"), "became optional"),
    "field that is always there": (lambda d: schema(d, "Sent")["required"].append("detail"), "became required"),
    "write-only field": (lambda d: field(d, "message_id").update(writeOnly=True), "write-only"),
    "array of something else": (
        lambda d: schema(d, "Failure")["properties"]["links"].update(items={"type": "string"}),
        "type",
    ),
    "renamed schema": (rename_schema, "removed the schema `Detail`"),
    "equal schema by another name": (refer_to_an_equal_schema, "refers to `schemas/Other` instead of `schemas/Detail`"),
    "inlined schema": (
        lambda d: schema(d, "Sent")["properties"].update(detail=d["components"]["schemas"].pop("Detail")),
        "Detail",
    ),
    "removed component": (
        lambda d: operation(d)["parameters"].__setitem__(0, d["components"]["parameters"].pop("MailboxId")),
        "`parameters/MailboxId` is gone",
    ),
    "renamed path parameter": (rename_path_parameter, "api path removed"),
    "other path": (lambda d: move(d["paths"], PATH, f"/v2{PATH}"), "api path removed"),
    "other method": (lambda d: move(d["paths"][PATH], "post", "put"), "api removed"),
    "shorter parameter": (lambda d: parameter(d)["schema"].update(maxLength=64), "maxLength"),
    "parameter of another type": (lambda d: parameter(d)["schema"].update(type="integer"), "type"),
    "parameter in another style": (lambda d: parameter(d).update(style="label"), "DraftId/style"),
    "other order of parameters": (lambda d: operation(d)["parameters"].reverse(), "stand in another order"),
    "new required query": (lambda d: operation(d)["parameters"].append(widen({"required": True})), "note"),
    "new required body": (
        lambda d: operation(d).update(requestBody={**BODY, "required": True}),
        "required request body",
    ),
    "no credential": (lambda d: d.pop("security"), "security scheme `userAccessToken` was removed"),
    "credential of another kind": (
        lambda d: d["components"]["securitySchemes"].update(
            userAccessToken={"type": "apiKey", "in": "header", "name": "X"}
        ),
        "type changed",
    ),
    "credential in another scheme": (
        lambda d: d["components"]["securitySchemes"].update(userAccessToken={"type": "http", "scheme": "basic"}),
        "userAccessToken/scheme",
    ),
    "a second credential is demanded": (demand_another_credential_as_well, "key AND userAccessToken"),
    "one scope more": (lambda d: operation(d)["x-required-scopes"].append("mail:read"), "`mail:read` is required"),
    "fewer calls": (lambda d: operation(d)["x-rate-limit"].update(calls=5), "calls: 5"),
    "calls counted otherwise": (lambda d: operation(d)["x-rate-limit"].update({"counted-per": ["tenant"]}), "tenant"),
    "removed server": (lambda d: d["servers"].pop(), "the server `{scheme}://two.example` is gone"),
    "other server": (lambda d: d["servers"][0].update(url="https://other.example"), "https://one.example"),
    "other default of a server": (
        lambda d: d["servers"][1]["variables"]["scheme"].update(default="http"),
        "`{scheme}://two.example` has other variables",
    ),
    "new first server": (lambda d: d["servers"].insert(0, {"url": "https://three.example"}), "another order"),
    "removed status": (lambda d: operation(d)["responses"].pop("429"), "`429`"),
    "new status of success": (
        lambda d: operation(d)["responses"].update({"202": {"description": "Accepted"}}),
        "success response with the status `202`",
    ),
    "removed header": (lambda d: refused(d)["headers"].pop("X-Log-Id"), "x-log-id"),
    "removed header that looks like an extension": (lambda d: refused(d)["headers"].pop("x-reset"), "x-reset"),
    "header of another type": (lambda d: refused(d)["headers"]["x-reset"].update(schema={"type": "string"}), "x-reset"),
    "header that is always there": (
        lambda d: refused(d)["headers"]["X-Log-Id"].update(required=True),
        "X-Log-Id/required",
    ),
    "removed media type": (lambda d: refused(d)["content"].pop("text/plain"), "text/plain"),
    "new media type": (
        lambda d: refused(d)["content"].update({"text/html": {"schema": {"type": "string"}}}),
        "text/html",
    ),
    "other function name": (lambda d: operation(d).update(operationId="send"), "sendDraft"),
    "other class name": (lambda d: operation(d).update(tags=["mail"]), "tag `drafts` removed"),
    "removed error code": (lambda d: remove_error(d, "THROTTLED"), "8 `THROTTLED` is gone"),
    "renamed error code": (rename_error, "`TOO_FAST`"),
    "error with another code": (lambda d: example(d, "THROTTLED")["value"].update(code=9), "8 `THROTTLED` is gone"),
    "new success that is none": (lambda d: add_error(d, "AUTOMATION_DISABLED", 0), "new success that is none"),
    "OpenAPI's next version": (lambda d: d.update(openapi="3.2.0"), "3.2.0"),
}
EDITS: Mapping[str, PreparedEdit] = {
    **{name: PreparedEdit(Verdict.UNCHANGED, *each) for name, each in UNCHANGED.items()},
    **{name: PreparedEdit(Verdict.HARMLESS, *each) for name, each in HARMLESS.items()},
    **{name: PreparedEdit(Verdict.ADDITIVE, *each) for name, each in ADDITIVE.items()},
    **{name: PreparedEdit(Verdict.BREAKING, *each) for name, each in BREAKING.items()},
}
