"""Failures that carry no code of the document: no answer, an answer that cannot be read, a call that was not made.

``outcome`` is that of an operation that writes. Where it is unknown, what to do is the operation's to say.
"""

from typing import Final

from feishu_mail.outcomes.facts import Affects, ErrorFacts, Outcome, Retry, Texts


def _own(kind: tuple[str, Outcome, Retry, Affects], summary: Texts, advice: Texts) -> ErrorFacts:
    name, outcome, retry, affects = kind
    return ErrorFacts(name=name, outcome=outcome, retry=retry, affects=affects, summary=summary, advice=advice)


_REPEAT: Final = Texts("Repeat the call.", "请重试。")

UNREACHABLE: Final = _own(
    ("UNREACHABLE", Outcome.NOT_DONE, Retry.AFTER_DELAY, Affects.APP),
    Texts("The service could not be reached", "无法连接到服务"),
    Texts(
        "Check the network, the proxy and the base URL, then try again.",
        "请检查网络、代理和服务地址（base URL），然后重试。",
    ),
)
"""No connection was established, so no request left."""

CERTIFICATE_REFUSED: Final = _own(
    ("CERTIFICATE_REFUSED", Outcome.NOT_DONE, Retry.NEVER, Affects.APP),
    Texts("The service's TLS certificate was not accepted", "服务的 TLS 证书未通过校验"),
    Texts(
        "Check the base URL and this machine's clock and certificates; a proxy may be intercepting TLS.",
        "请检查服务地址、本机时间与根证书；也可能有代理在拦截 TLS。",
    ),
)

CALL_NOT_MADE: Final = _own(
    ("CALL_NOT_MADE", Outcome.NOT_DONE, Retry.NEVER, Affects.APP),
    Texts("The request could not be made", "无法发起请求"),
    Texts("The cause is chained to this error.", "具体原因见异常链。"),
)

NO_ANSWER: Final = _own(
    ("NO_ANSWER", Outcome.UNKNOWN, Retry.AFTER_DELAY, Affects.REQUEST),
    Texts("The request left, but no answer came back", "请求已发出，但没有收到响应"),
    _REPEAT,
)

HTTP_CLIENT_FAILED: Final = _own(
    ("HTTP_CLIENT_FAILED", Outcome.UNKNOWN, Retry.NEVER, Affects.APP),
    Texts("A hook or transport of your own http_client failed", "自定义 http_client 的钩子或传输层出错"),
    Texts("Correct it; the cause is chained to this error.", "请修正；具体原因见异常链。"),
)

UNREADABLE_ANSWER: Final = _own(
    ("UNREADABLE_ANSWER", Outcome.UNKNOWN, Retry.AFTER_DELAY, Affects.REQUEST),
    Texts("The answer could not be read", "无法解析服务的响应"),
    _REPEAT,
)

GATEWAY_FAILED: Final = _own(
    ("GATEWAY_FAILED", Outcome.UNKNOWN, Retry.AFTER_DELAY, Affects.REQUEST),
    Texts("Something between here and the mail service failed", "通往邮件服务的途中出现故障"),
    _REPEAT,
)

REFUSED: Final = _own(
    ("REFUSED", Outcome.NOT_DONE, Retry.NEVER, Affects.APP),
    Texts("The request was refused without an error code", "请求被拒绝，且未给出错误码"),
    Texts(
        "Check the base URL; the answer does not come from the mail service.",
        "请检查服务地址（base URL）；该响应不是邮件服务给出的。",
    ),
)

THROTTLED: Final = _own(
    ("THROTTLED", Outcome.NOT_DONE, Retry.AFTER_RESET, Affects.APP),
    Texts("Too many calls", "调用次数过多"),
    Texts("Wait, then try again, more slowly.", "请稍候重试，并放慢速度。"),
)

REDIRECTED: Final = _own(
    ("REDIRECTED", Outcome.NOT_DONE, Retry.NEVER, Affects.APP),
    Texts("The service redirected to another address, which is not followed", "服务要求重定向到另一个地址，未跟随"),
    Texts(
        "Set the base URL to where the service really is; the token is never sent to an address named by an answer.",
        "请把服务地址（base URL）设为真实地址；凭证绝不会发往响应中给出的地址。",
    ),
)

REDIRECTED_AFTERWARDS: Final = _own(
    ("REDIRECTED_AFTERWARDS", Outcome.UNKNOWN, Retry.NEVER, Affects.APP),
    Texts(
        "The answer was a redirect that may come before or after the work was done",
        "响应是一次重定向，无法判断请求是否已被处理",
    ),
    Texts("Check the base URL.", "请检查服务地址（base URL）。"),
)

UNKNOWN_CODE: Final = _own(
    ("UNKNOWN_CODE", Outcome.NOT_DONE, Retry.NEVER, Affects.REQUEST),
    Texts("The service refused with a code that this version does not know", "服务以本版本未知的错误码拒绝"),
    Texts(
        "Look the code up in the vendor's documentation; `msg` is what the service said. Quote the log id in a ticket.",
        "请在官方文档中查询该错误码；服务的原话见 `msg`。提交工单时请附上 log_id。",
    ),
)

UNKNOWN_CODE_UNCLEAR: Final = _own(
    ("UNKNOWN_CODE_UNCLEAR", Outcome.UNKNOWN, Retry.NEVER, Affects.REQUEST),
    Texts("The service failed with a code that this version does not know", "服务返回了本版本未知的错误码"),
    UNKNOWN_CODE.advice,
)

TOKEN_UNAVAILABLE: Final = _own(
    ("TOKEN_UNAVAILABLE", Outcome.NOT_DONE, Retry.NEVER, Affects.CREDENTIAL),
    Texts("There is no usable access token", "没有可用的访问凭证"),
    Texts(
        "Set FEISHU_USER_ACCESS_TOKEN, or pass access_token: a token, or a callable that returns a fresh one.",
        "请设置环境变量 FEISHU_USER_ACCESS_TOKEN，或传入 access_token（凭证，或返回新凭证的函数）。",
    ),
)

INVALID_ARGUMENT: Final = _own(
    ("INVALID_ARGUMENT", Outcome.NOT_DONE, Retry.NEVER, Affects.REQUEST),
    Texts("An argument cannot be used", "参数不可用"),
    Texts("Correct it; no request was made.", "请更正参数；没有发出任何请求。"),
)

UNUSABLE_ENVIRONMENT: Final = _own(
    ("UNUSABLE_ENVIRONMENT", Outcome.NOT_DONE, Retry.NEVER, Affects.APP),
    Texts("A setting of this machine's environment cannot be used", "本机环境中的设置不可用"),
    Texts(
        "Correct or unset the variable that is named, or pass an http_client of your own; no request was made.",
        "请更正或取消所指出的环境变量，或传入自己的 http_client；没有发出任何请求。",
    ),
)

CLIENT_CLOSED: Final = _own(
    ("CLIENT_CLOSED", Outcome.NOT_DONE, Retry.NEVER, Affects.REQUEST),
    Texts("The client has been closed", "客户端已关闭"),
    Texts("Call inside the `with` block, or make a new client.", "请在 `with` 语句块内调用，或新建客户端。"),
)

EXTRA_MISSING: Final = _own(
    ("EXTRA_MISSING", Outcome.NOT_DONE, Retry.NEVER, Affects.APP),
    Texts("A package that this needs is not installed", "缺少所需的软件包"),
    Texts("Install the extra that is named; no request was made.", "请安装所指出的 extra；没有发出任何请求。"),
)

DATABASE_FAILED: Final = _own(
    ("DATABASE_FAILED", Outcome.NOT_DONE, Retry.NEVER, Affects.APP),
    Texts("The database cannot be used", "数据库不可用"),
    Texts(
        "Correct what is named, then run the same again: what the database holds is taken up where it stands.",
        "请先解决所指出的问题，再重新运行同一命令：数据库中已有的记录会接着使用。",
    ),
)
"""What it was to record was not recorded; what it had recorded before stands."""

OWN_FACTS: Final = (
    UNREACHABLE,
    CERTIFICATE_REFUSED,
    CALL_NOT_MADE,
    NO_ANSWER,
    HTTP_CLIENT_FAILED,
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
    EXTRA_MISSING,
    DATABASE_FAILED,
)
