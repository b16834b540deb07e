"""The OpenAPI document as package data.

Read it with ``importlib.resources.files("feishu_mail_openapi") / "feishu-mail.yaml"`` (as written) or
``"feishu-mail.json"`` (the same, for readers without a YAML parser).
"""
