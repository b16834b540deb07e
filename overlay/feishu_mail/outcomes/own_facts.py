"""Failures that carry no code of the document: no answer, an answer that cannot be read, a call that was not made.

``outcome`` is that of an operation that writes. Where it is unknown, what to do is the operation's to say.
"""

from typing import Final

from feishu_mail.outcomes.facts import Affects, ErrorFacts, Outcome, Retry, Texts

_REPEAT: Final = Texts("Repeat the call.", "请重试。")

UNREACHABLE: Final = ErrorFacts(
    name="UNREACHABLE",
    outcome=Outcome.NOT_DONE,
    retry=Retry.AFTER_DELAY,
    affects=Affects.APP,
    summary=Texts("The service could not be reached", "无法连接到服务"),
    advice=Texts(
        "Check the network, the proxy and the base URL, then try again.",
        "请检查网络、代理和服务地址（base URL），然后重试。",
    ),
)
"""No connection was established, so no request left."""

CERTIFICATE_REFUSED: Final = ErrorFacts(
    name="CERTIFICATE_REFUSED",
    outcome=Outcome.NOT_DONE,
    retry=Retry.NEVER,
    affects=Affects.APP,
    summary=Texts("The service's TLS certificate was not accepted", "服务的 TLS 证书未通过校验"),
    advice=Texts(
        "Check the base URL and this machine's clock and certificates; a proxy may be intercepting TLS.",
        "请检查服务地址、本机时间与根证书；也可能有代理在拦截 TLS。",
    ),
)

CALL_NOT_MADE: Final = ErrorFacts(
    name="CALL_NOT_MADE",
    outcome=Outcome.NOT_DONE,
    retry=Retry.NEVER,
    affects=Affects.APP,
    summary=Texts("The request could not be made", "无法发起请求"),
    advice=Texts("The cause is chained to this error.", "具体原因见异常链。"),
)

NO_ANSWER: Final = ErrorFacts(
    name="NO_ANSWER",
    outcome=Outcome.UNKNOWN,
    retry=Retry.AFTER_DELAY,
    affects=Affects.REQUEST,
    summary=Texts("The request left, but no answer came back", "请求已发出，但没有收到响应"),
    advice=_REPEAT,
)

UNREADABLE_ANSWER: Final = ErrorFacts(
    name="UNREADABLE_ANSWER",
    outcome=Outcome.UNKNOWN,
    retry=Retry.AFTER_DELAY,
    affects=Affects.REQUEST,
    summary=Texts("The answer could not be read", "无法解析服务的响应"),
    advice=_REPEAT,
)

GATEWAY_FAILED: Final = ErrorFacts(
    name="GATEWAY_FAILED",
    outcome=Outcome.UNKNOWN,
    retry=Retry.AFTER_DELAY,
    affects=Affects.REQUEST,
    summary=Texts("Something between here and the mail service failed", "通往邮件服务的途中出现故障"),
    advice=_REPEAT,
)

REFUSED: Final = ErrorFacts(
    name="REFUSED",
    outcome=Outcome.NOT_DONE,
    retry=Retry.NEVER,
    affects=Affects.APP,
    summary=Texts("The request was refused without an error code", "请求被拒绝，且未给出错误码"),
    advice=Texts(
        "Check the base URL; the answer does not come from the mail service.",
        "请检查服务地址（base URL）；该响应不是邮件服务给出的。",
    ),
)

THROTTLED: Final = ErrorFacts(
    name="THROTTLED",
    outcome=Outcome.NOT_DONE,
    retry=Retry.AFTER_RESET,
    affects=Affects.APP,
    summary=Texts("Too many calls", "调用次数过多"),
    advice=Texts("Wait, then try again, more slowly.", "请稍候重试，并放慢速度。"),
)

REDIRECTED: Final = ErrorFacts(
    name="REDIRECTED",
    outcome=Outcome.NOT_DONE,
    retry=Retry.NEVER,
    affects=Affects.APP,
    summary=Texts(
        "The service redirected to another address, which is not followed", "服务要求重定向到另一个地址，未跟随"
    ),
    advice=Texts(
        "Set the base URL to where the service really is; the token is never sent to an address named by an answer.",
        "请把服务地址（base URL）设为真实地址；凭证绝不会发往响应中给出的地址。",
    ),
)

REDIRECTED_AFTERWARDS: Final = ErrorFacts(
    name="REDIRECTED_AFTERWARDS",
    outcome=Outcome.UNKNOWN,
    retry=Retry.NEVER,
    affects=Affects.APP,
    summary=Texts(
        "The answer was a redirect that may come before or after the work was done",
        "响应是一次重定向，无法判断请求是否已被处理",
    ),
    advice=Texts("Check the base URL.", "请检查服务地址（base URL）。"),
)

UNKNOWN_CODE: Final = ErrorFacts(
    name="UNKNOWN_CODE",
    outcome=Outcome.NOT_DONE,
    retry=Retry.NEVER,
    affects=Affects.REQUEST,
    summary=Texts("The service refused with a code that this version does not know", "服务以本版本未知的错误码拒绝"),
    advice=Texts(
        "Read the message, look the code up in the vendor's documentation, and quote the log id in a ticket.",
        "请查看错误描述，在官方文档中查询该错误码，并在工单中附上 log_id。",
    ),
)

UNKNOWN_CODE_UNCLEAR: Final = ErrorFacts(
    name="UNKNOWN_CODE_UNCLEAR",
    outcome=Outcome.UNKNOWN,
    retry=Retry.NEVER,
    affects=Affects.REQUEST,
    summary=Texts("The service failed with a code that this version does not know", "服务返回了本版本未知的错误码"),
    advice=UNKNOWN_CODE.advice,
)

TOKEN_UNAVAILABLE: Final = ErrorFacts(
    name="TOKEN_UNAVAILABLE",
    outcome=Outcome.NOT_DONE,
    retry=Retry.NEVER,
    affects=Affects.CREDENTIAL,
    summary=Texts("There is no usable access token", "没有可用的访问凭证"),
    advice=Texts(
        "Set FEISHU_USER_ACCESS_TOKEN, or pass access_token: a token, or a callable that returns a fresh one.",
        "请设置环境变量 FEISHU_USER_ACCESS_TOKEN，或传入 access_token（凭证，或返回新凭证的函数）。",
    ),
)

INVALID_ARGUMENT: Final = ErrorFacts(
    name="INVALID_ARGUMENT",
    outcome=Outcome.NOT_DONE,
    retry=Retry.NEVER,
    affects=Affects.REQUEST,
    summary=Texts("An argument cannot be used", "参数不可用"),
    advice=Texts("Correct it; no request was made.", "请更正参数；没有发出任何请求。"),
)

UNUSABLE_ENVIRONMENT: Final = ErrorFacts(
    name="UNUSABLE_ENVIRONMENT",
    outcome=Outcome.NOT_DONE,
    retry=Retry.NEVER,
    affects=Affects.APP,
    summary=Texts("A setting of this machine's environment cannot be used", "本机环境中的设置不可用"),
    advice=Texts(
        "Correct or unset the variable that is named, or pass an http_client of your own; no request was made.",
        "请更正或取消所指出的环境变量，或传入自己的 http_client；没有发出任何请求。",
    ),
)

CLIENT_CLOSED: Final = ErrorFacts(
    name="CLIENT_CLOSED",
    outcome=Outcome.NOT_DONE,
    retry=Retry.NEVER,
    affects=Affects.REQUEST,
    summary=Texts("The client has been closed", "客户端已关闭"),
    advice=Texts("Call inside the `with` block, or make a new client.", "请在 `with` 语句块内调用，或新建客户端。"),
)

OWN_FACTS: Final = (
    UNREACHABLE,
    CERTIFICATE_REFUSED,
    CALL_NOT_MADE,
    NO_ANSWER,
    UNREADABLE_ANSWER,
    GATEWAY_FAILED,
    REFUSED,
    THROTTLED,
    REDIRECTED,
    REDIRECTED_AFTERWARDS,
    UNKNOWN_CODE,
    UNKNOWN_CODE_UNCLEAR,
    TOKEN_UNAVAILABLE,
    INVALID_ARGUMENT,
    UNUSABLE_ENVIRONMENT,
    CLIENT_CLOSED,
)
