"""A page made from the two documents alone, for a sandbox without the built reference page: no script, no Node.js."""

import json
import re
import shlex
from collections.abc import Iterable, Iterator
from html import escape
from importlib import resources
from string import Template

from feishu_mail_sandbox.document import Node, described_operations, named_examples

_MARKED = re.compile(r"`([^`]+)`|\*\*([^`]+?)\*\*")
_SECTION = "<!-- one operation -->\n"


def plain_page(openapi: Node, control_plane: Node, base_url: str) -> str:
    """Returns the page as HTML; everything that comes from a document or the address is escaped."""
    schemas = control_plane["components"]["schemas"]
    text = (resources.files("feishu_mail_sandbox") / "plain-page.html").read_text(encoding="utf-8")
    page, section, rest = text.split(_SECTION)
    return Template(f"{page}$operations\n{rest}").substitute(
        title=escape(openapi["info"]["title"]),
        commands=escape("\n".join(_commands(openapi, control_plane, base_url))),
        operations="\n".join(_operation(openapi, Template(section), *each) for each in described_operations(openapi)),
        control_plane_title=escape(control_plane["info"]["title"]),
        control_plane_description=_prose(control_plane["info"]["description"]),
        control_plane_operations="\n".join(_control_plane_operations(control_plane)),
        step_description=_prose(schemas["ScriptStep"]["description"]),
        steps=_rows((_code(name), _inline(text)) for name, text in schemas["Fault"]["x-enumDescriptions"].items()),
        settings=_rows(
            (_code(name), _inline(setting["description"]))
            for name, setting in schemas["SettingsChange"]["properties"].items()
        ),
    )


def _commands(openapi: Node, control_plane: Node, base_url: str) -> Iterator[str]:
    draft = _body_examples(control_plane["paths"]["/_sandbox/drafts"]["post"])[0]["value"]
    yield f"curl -d {shlex.quote(json.dumps(draft))} {shlex.quote(base_url + '/_sandbox/drafts')}"
    for method, path, operation in described_operations(openapi):
        # Reading and sending need no body, and leave the draft for the next command.
        if operation.get("x-idempotency") in ("safe", "keyed"):
            url = base_url + path.replace("{user_mailbox_id}", "me").replace("{draft_id}", draft["draft_id"])
            yield f"curl -X {method} -H 'Authorization: Bearer u-sandbox' {shlex.quote(url)}"
    yield f"curl {shlex.quote(base_url + '/_sandbox/deliveries')}"


def _operation(openapi: Node, section: Template, method: str, path: str, operation: Node) -> str:
    parameters = operation["parameters"]
    return section.substitute(
        operation=escape(f"{method} {path}"),
        operation_summary=_inline(operation.get("summary", "")),
        operation_description=_prose(operation.get("description", "")),
        parameters=_rows((_code(each["name"]), _prose(each.get("description", ""))) for each in parameters),
        after_unknown=_both(operation.get("x-after-unknown", ""), operation.get("x-after-unknown-zh", "")),
        errors=_rows(_errors(openapi, operation)),
    )


def _errors(openapi: Node, operation: Node) -> Iterator[tuple[str, ...]]:
    outcomes, outcomes_zh = operation.get("x-outcomes", {}), operation.get("x-outcomes-zh", {})
    failures: dict[str, tuple[Node, list[str]]] = {}
    for status, name, example in named_examples(openapi, operation):
        if "x-retry" in example:
            failures.setdefault(name, (example, []))[1].append(str(status))
    for name, (example, statuses) in failures.items():
        outcome = example.get("x-outcome", "")
        yield (
            f"{_code(str(example['value']['code']))}<br>{escape(name)}",
            ", ".join(statuses),
            _both(example.get("summary", ""), example.get("x-summary-zh", "")),
            _both(outcomes.get(outcome, ""), outcomes_zh.get(outcome, "")),
            f"{_code(example['x-retry'])}<br>{_code(example.get('x-affects', ''))}",
            _both(example.get("description", ""), example.get("x-description-zh", "")),
        )


def _control_plane_operations(control_plane: Node) -> Iterator[str]:
    for path, methods in control_plane["paths"].items():
        for method, operation in methods.items():
            yield f"<h3>{_code(f'{method.upper()} {path}')} {_inline(operation['summary'])}</h3>"
            yield _prose(operation["description"])
            for example in _body_examples(operation):
                value = json.dumps(example["value"], ensure_ascii=False)
                yield f"<p>{_inline(example['summary'])}: {_code(value)}</p>"


def _body_examples(operation: Node) -> list[Node]:
    content: Node = operation.get("requestBody", {}).get("content", {})
    return list(content.get("application/json", {}).get("examples", {}).values())


def _rows(rows: Iterable[tuple[str, ...]]) -> str:
    return "\n".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)


def _both(english: str, chinese: str) -> str:
    return f'{_inline(english)}<span lang="zh">{_inline(chinese)}</span>'


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>"


def _prose(text: str) -> str:
    # As much of Markdown as the documents use in running text: paragraphs, lists, bold and code.
    blocks = [block.strip() for block in re.split(r"\n\s*\n", text)]
    return "\n".join(_list(block) if block.startswith("- ") else f"<p>{_inline(block)}</p>" for block in blocks)


def _list(block: str) -> str:
    items = re.split(r"^- ", block, flags=re.MULTILINE)[1:]
    return f"<ul>{''.join(f'<li>{_inline(item)}</li>' for item in items)}</ul>"


def _inline(text: str) -> str:
    return _MARKED.sub(_element, escape(text))


def _element(marked: re.Match[str]) -> str:
    code, bold = marked.groups()
    return f"<code>{code}</code>" if code else f"<strong>{bold}</strong>"
