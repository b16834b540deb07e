"""What is taken for a complaint when the cases go through a validating proxy."""

from clients.proxy import complaints

AT_A_REQUEST = "request Invalid security scheme used"
AT_AN_ANSWER = "response.body.code Response body property code must be integer"
CONTROL = ["response Unable to match the returned status code"]


def test_only_the_calls_without_a_token_may_violate_the_document() -> None:
    assert complaints({"a-case": []}, [AT_A_REQUEST], 1, CONTROL) == []


def test_an_answer_that_violates_the_document_is_named() -> None:
    assert complaints({"a-case": []}, [AT_AN_ANSWER], 0, CONTROL) == [f"violation: {AT_AN_ANSWER}"]


def test_another_request_that_violates_the_document_is_noticed() -> None:
    (complaint,) = complaints({"a-case": []}, [AT_A_REQUEST, AT_A_REQUEST], 1, CONTROL)
    assert "2 requests are said to violate the document" in complaint


def test_a_case_that_the_proxy_spoils_is_named() -> None:
    spoilt = {"a-case": ["status is 500 instead of 200"]}
    assert complaints(spoilt, [], 0, CONTROL) == ["a-case: status is 500 instead of 200"]


def test_a_proxy_that_notices_nothing_proves_nothing() -> None:
    (complaint,) = complaints({"a-case": []}, [], 0, control=[])
    assert "reports no violation even for answers that are not in the document" in complaint
