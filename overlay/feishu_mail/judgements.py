"""What the overlay judges by itself: failures that carry no code of the document."""

from typing import Final

from feishu_mail.error_facts import Affects, Judgement, Outcome, Retry

_VERIFY: Final = (
    "The mail may be out. Verify in the sent folder, or send the same draft again, which cannot send it twice; if it "
    "is then not found, it may be out all the same."
)
_VERIFY_ZH: Final = (
    "邮件可能已发出。请查看“已发送”确认，或再次发送同一草稿：同一草稿不会发出两次；"
    "若之后提示草稿不存在，邮件仍可能已经发出。"
)

UNREACHABLE: Final = Judgement(
    name="UNREACHABLE",
    outcome=Outcome.NOT_SENT,
    retry=Retry.AFTER_DELAY,
    affects=Affects.APP,
    summary="The service could not be reached",
    summary_zh="无法连接到服务",
    advice="Check the network, the proxy and the base URL, then send again.",
    advice_zh="请检查网络、代理和服务地址（base URL），然后重新发送。",
)
"""No connection came about, so no request left."""

CERTIFICATE_REFUSED: Final = Judgement(
    name="CERTIFICATE_REFUSED",
    outcome=Outcome.NOT_SENT,
    retry=Retry.NEVER,
    affects=Affects.APP,
    summary="The service's TLS certificate was not accepted",
    summary_zh="服务的 TLS 证书未通过校验",
    advice="Check the base URL and this machine's clock and certificates; a proxy may be intercepting TLS.",
    advice_zh="请检查服务地址、本机时间与根证书；也可能有代理在拦截 TLS。",
)

CALL_NOT_MADE: Final = Judgement(
    name="CALL_NOT_MADE",
    outcome=Outcome.NOT_SENT,
    retry=Retry.NEVER,
    affects=Affects.APP,
    summary="The request could not be made",
    summary_zh="无法发起请求",
    advice="The cause is chained to this error.",
    advice_zh="具体原因见异常链。",
)

NO_ANSWER: Final = Judgement(
    name="NO_ANSWER",
    outcome=Outcome.UNKNOWN,
    retry=Retry.AFTER_DELAY,
    affects=Affects.REQUEST,
    summary="The request left, but no answer came back",
    summary_zh="请求已发出，但没有得到答复",
    advice=_VERIFY,
    advice_zh=_VERIFY_ZH,
)

UNREADABLE_ANSWER: Final = Judgement(
    name="UNREADABLE_ANSWER",
    outcome=Outcome.UNKNOWN,
    retry=Retry.AFTER_DELAY,
    affects=Affects.REQUEST,
    summary="The answer could not be read",
    summary_zh="无法读懂服务的答复",
    advice=_VERIFY,
    advice_zh=_VERIFY_ZH,
)

GATEWAY_FAILED: Final = Judgement(
    name="GATEWAY_FAILED",
    outcome=Outcome.UNKNOWN,
    retry=Retry.AFTER_DELAY,
    affects=Affects.REQUEST,
    summary="Something between here and the mail service failed",
    summary_zh="通往邮件服务的途中出现故障",
    advice=_VERIFY,
    advice_zh=_VERIFY_ZH,
)

REFUSED: Final = Judgement(
    name="REFUSED",
    outcome=Outcome.NOT_SENT,
    retry=Retry.NEVER,
    affects=Affects.APP,
    summary="The request was refused without an error code",
    summary_zh="请求被拒绝，且未给出错误码",
    advice="Check the base URL; the answer does not come from the mail service.",
    advice_zh="请检查服务地址（base URL）；该答复不是邮件服务给出的。",
)

THROTTLED: Final = Judgement(
    name="THROTTLED",
    outcome=Outcome.NOT_SENT,
    retry=Retry.AFTER_RESET,
    affects=Affects.APP,
    summary="Too many calls",
    summary_zh="调用次数过多",
    advice="Wait, then send again, more slowly.",
    advice_zh="请稍候再发送，并放慢速度。",
)

REDIRECTED: Final = Judgement(
    name="REDIRECTED",
    outcome=Outcome.NOT_SENT,
    retry=Retry.NEVER,
    affects=Affects.APP,
    summary="The service redirected to another address, which is not followed",
    summary_zh="服务要求跳转到另一个地址，未跟随",
    advice="Set the base URL to where the service really is; the token is never sent to an address named by an answer.",
    advice_zh="请把服务地址（base URL）设为真实地址；凭证绝不会发往答复中给出的地址。",
)

REDIRECTED_AFTERWARDS: Final = Judgement(
    name="REDIRECTED_AFTERWARDS",
    outcome=Outcome.UNKNOWN,
    retry=Retry.NEVER,
    affects=Affects.APP,
    summary="The answer was a redirect that may come before or after the work was done",
    summary_zh="答复是一次跳转，无法判断请求是否已被处理",
    advice="Verify in the sent folder, and check the base URL.",
    advice_zh="请查看“已发送”确认，并检查服务地址（base URL）。",
)

UNKNOWN_CODE: Final = Judgement(
    name="UNKNOWN_CODE",
    outcome=Outcome.NOT_SENT,
    retry=Retry.NEVER,
    affects=Affects.REQUEST,
    summary="The service refused with a code that this version does not know",
    summary_zh="服务以本版本未知的错误码拒绝",
    advice="Read the message, look the code up in the vendor's documentation, and quote the log id in a ticket.",
    advice_zh="请查看错误描述，在官方文档中查询该错误码，并在工单中附上 log_id。",
)

UNKNOWN_CODE_UNCLEAR: Final = Judgement(
    name="UNKNOWN_CODE_UNCLEAR",
    outcome=Outcome.UNKNOWN,
    retry=Retry.NEVER,
    affects=Affects.REQUEST,
    summary="The service failed with a code that this version does not know",
    summary_zh="服务返回了本版本未知的错误码",
    advice="The mail may be out: verify in the sent folder. Look the code up in the vendor's documentation.",
    advice_zh="邮件可能已发出，请查看“已发送”确认，并在官方文档中查询该错误码。",
)

TOKEN_UNAVAILABLE: Final = Judgement(
    name="TOKEN_UNAVAILABLE",
    outcome=Outcome.NOT_SENT,
    retry=Retry.NEVER,
    affects=Affects.CREDENTIAL,
    summary="There is no usable access token",
    summary_zh="没有可用的访问凭证",
    advice="Set FEISHU_USER_ACCESS_TOKEN, or pass access_token: a token, or a callable that returns a fresh one.",
    advice_zh="请设置环境变量 FEISHU_USER_ACCESS_TOKEN，或传入 access_token（凭证，或返回新凭证的函数）。",
)

INVALID_ARGUMENT: Final = Judgement(
    name="INVALID_ARGUMENT",
    outcome=Outcome.NOT_SENT,
    retry=Retry.NEVER,
    affects=Affects.REQUEST,
    summary="An argument cannot be used",
    summary_zh="参数不可用",
    advice="Correct it; nothing was sent.",
    advice_zh="请更正参数；没有发送任何内容。",
)

CLIENT_CLOSED: Final = Judgement(
    name="CLIENT_CLOSED",
    outcome=Outcome.NOT_SENT,
    retry=Retry.NEVER,
    affects=Affects.REQUEST,
    summary="The client has been closed",
    summary_zh="客户端已关闭",
    advice="Send inside the `with` block, or make a new client.",
    advice_zh="请在 `with` 语句块内发送，或新建客户端。",
)
