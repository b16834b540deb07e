"""The OpenAPI document as package data, and what a client in any language needs beside it.

Read with ``importlib.resources.files("feishu_mail_openapi")``: ``feishu-mail.yaml`` (the document as written),
``feishu-mail.json`` (the same, for readers without a YAML parser), ``error-codes.json`` (its error table as data) and
``conformance/*.json`` (calls, and what must come back, written short; their format is in ``conformance.schema.json``).
"""
