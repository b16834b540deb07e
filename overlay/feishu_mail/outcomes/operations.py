# Rendered from openapi/feishu-mail.yaml by `make regenerate`; edit the document instead of this file.
"""The document's operations: what repeating each does, and what it says about each of their errors."""

from typing import Final

from feishu_mail.outcomes.facts import (
    Affects,
    ErrorCode,
    ErrorFacts,
    Idempotency,
    Operation,
    Outcome,
    RateLimit,
    Retry,
    Texts,
    by_code,
)

_REQUEST_PARAMETER_ERROR: Final = ErrorFacts(
    name="REQUEST_PARAMETER_ERROR",
    code=1234008,
    http_statuses=(400,),
    outcome=Outcome.NOT_DONE,
    retry=Retry.NEVER,
    affects=Affects.REQUEST,
    summary=Texts("A parameter has the wrong type, format or value", "请求参数的类型、格式或取值不正确"),
    advice=Texts(
        "Check the type, the format and the value of each parameter against the operation's description.",
        "请对照接口文档检查请求参数的类型、格式和取值。",
    ),
)
_ACCESS_TOKEN_MISSING: Final = ErrorFacts(
    name="ACCESS_TOKEN_MISSING",
    code=99991661,
    http_statuses=(400,),
    outcome=Outcome.NOT_DONE,
    retry=Retry.AFTER_REFRESH,
    affects=Affects.CREDENTIAL,
    summary=Texts("The call carries no access token", "请求未携带访问凭证"),
    advice=Texts(
        "Send a user access token as `Authorization: Bearer ...`. If you did, something on the way removes the header.",
        "请以 `Authorization: Bearer ...` 携带用户访问凭证；如已携带，请检查中间代理是否移除了该请求头。",
    ),
    source='seen live; the documented text is "Need a token"',
)
_TENANT_ACCESS_TOKEN_INVALID: Final = ErrorFacts(
    name="TENANT_ACCESS_TOKEN_INVALID",
    code=99991663,
    http_statuses=(400,),
    outcome=Outcome.NOT_DONE,
    retry=Retry.AFTER_REFRESH,
    affects=Affects.CREDENTIAL,
    summary=Texts(
        "A tenant access token was sent that is invalid, or not accepted here",
        "携带的租户凭证无效，或该接口不接受租户凭证",
    ),
    advice=Texts(
        "The mail operations take user access tokens only. Get a user access token, then repeat the call.",
        "该接口只接受用户访问凭证，请获取 user_access_token 后重试。",
    ),
    source="seen live with an invalid token; for a valid tenant token inferred",
)
_USER_ACCESS_TOKEN_INVALID: Final = ErrorFacts(
    name="USER_ACCESS_TOKEN_INVALID",
    code=99991668,
    http_statuses=(400,),
    outcome=Outcome.NOT_DONE,
    retry=Retry.AFTER_REFRESH,
    affects=Affects.CREDENTIAL,
    summary=Texts("The user access token is invalid or has expired", "用户访问凭证无效或已过期"),
    advice=Texts("Get a new user access token, then repeat the call.", "请获取新的 user_access_token 后重试。"),
    source="seen live; the service often does not distinguish expired from invalid",
)
_ACCESS_TOKEN_UNRECOGNISED: Final = ErrorFacts(
    name="ACCESS_TOKEN_UNRECOGNISED",
    code=99991671,
    http_statuses=(400,),
    outcome=Outcome.NOT_DONE,
    retry=Retry.AFTER_REFRESH,
    affects=Affects.CREDENTIAL,
    summary=Texts("The text sent as a token is not one", "携带的内容不是有效的访问凭证"),
    advice=Texts(
        "Send the user access token itself, nothing before or after it.",
        "请只携带 user_access_token 本身，前后不要有其他内容。",
    ),
    source="documented as a generic code; status inferred",
)
_APP_SCOPE_MISSING: Final = ErrorFacts(
    name="APP_SCOPE_MISSING",
    code=99991672,
    http_statuses=(400,),
    outcome=Outcome.NOT_DONE,
    retry=Retry.NEVER,
    affects=Affects.CREDENTIAL,
    summary=Texts("The app has not been granted the scope", "应用尚未开通所需权限"),
    advice=Texts(
        "Add the scope that the answer names to the app, have it approved, and let the user authorise again. A new token alone does not help.",
        "请为应用开通响应中列出的权限并通过审批，然后让用户重新授权；仅刷新凭证没有用。",
    ),
    source="seen live on other operations of the platform",
)
_USER_SCOPE_MISSING: Final = ErrorFacts(
    name="USER_SCOPE_MISSING",
    code=99991679,
    http_statuses=(400,),
    outcome=Outcome.NOT_DONE,
    retry=Retry.NEVER,
    affects=Affects.CREDENTIAL,
    summary=Texts("The user has not granted the scope", "用户尚未授予所需权限"),
    advice=Texts(
        "Let the user authorise again with the scope that the answer names. Refreshing the token cannot add a scope.",
        "请让用户重新授权响应中列出的权限；刷新凭证不能增加权限。",
    ),
    source="documented on a page of its own; status inferred",
)
_TOKEN_PERMISSION_MISSING: Final = ErrorFacts(
    name="TOKEN_PERMISSION_MISSING",
    code=99991676,
    http_statuses=(400,),
    outcome=Outcome.NOT_DONE,
    retry=Retry.NEVER,
    affects=Affects.CREDENTIAL,
    summary=Texts("The token lacks the permission", "访问凭证没有所需权限"),
    advice=Texts(
        "Check which scopes the app and the user granted; then let the user authorise again.",
        "请检查应用与用户授予的权限，然后让用户重新授权。",
    ),
    source="documented as a generic code; status inferred",
)
_APP_NOT_ENABLED: Final = ErrorFacts(
    name="APP_NOT_ENABLED",
    code=99991662,
    http_statuses=(400,),
    outcome=Outcome.NOT_DONE,
    retry=Retry.NEVER,
    affects=Affects.APP,
    summary=Texts("The app is not enabled", "应用未启用"),
    advice=Texts("Ask an administrator to enable the app.", "请联系管理员启用该应用。"),
    source="documented as a generic code; status inferred",
)
_APP_NOT_AUTHORISED: Final = ErrorFacts(
    name="APP_NOT_AUTHORISED",
    code=99991673,
    http_statuses=(400,),
    outcome=Outcome.NOT_DONE,
    retry=Retry.NEVER,
    affects=Affects.APP,
    summary=Texts("The app is not authorised in this organisation", "应用未获该企业授权"),
    advice=Texts(
        "Ask an administrator to install or authorise the app in the organisation.",
        "请联系管理员在企业内安装或授权该应用。",
    ),
    source="documented as a generic code; status inferred",
)
_IP_NOT_ALLOWED: Final = ErrorFacts(
    name="IP_NOT_ALLOWED",
    code=99991401,
    http_statuses=(400,),
    outcome=Outcome.NOT_DONE,
    retry=Retry.NEVER,
    affects=Affects.APP,
    summary=Texts("The calling address is not on the app's list of allowed addresses", "调用方 IP 不在应用的白名单中"),
    advice=Texts(
        "Add this machine's public address to the app's IP whitelist, or call from one that is on it.",
        "请将本机公网 IP 加入应用的 IP 白名单，或从白名单内的地址调用。",
    ),
    source="documented as a generic code; seen live on other operations",
)
_SECURITY_CHALLENGE_REQUIRED: Final = ErrorFacts(
    name="SECURITY_CHALLENGE_REQUIRED",
    code=21000,
    http_statuses=(400,),
    outcome=Outcome.NOT_DONE,
    retry=Retry.NEVER,
    affects=Affects.CREDENTIAL,
    summary=Texts(
        "The organisation's security policy asks the user to prove who they are", "企业安全策略要求用户完成验证"
    ),
    advice=Texts(
        "Let the user complete the challenge at the address in `data.challenge_url`, then repeat the call.",
        "请用户打开 `data.challenge_url` 完成验证，然后重试。",
    ),
    source="the vendor's command line; status inferred",
)
_SECURITY_POLICY_DENIED: Final = ErrorFacts(
    name="SECURITY_POLICY_DENIED",
    code=21001,
    http_statuses=(400,),
    outcome=Outcome.NOT_DONE,
    retry=Retry.NEVER,
    affects=Affects.CREDENTIAL,
    summary=Texts("The organisation's security policy refuses the call", "企业安全策略拒绝了该调用"),
    advice=Texts("Ask an administrator which policy applies.", "请联系管理员确认适用的安全策略。"),
    source="the vendor's command line; status inferred",
)
_MONTHLY_QUOTA_EXCEEDED: Final = ErrorFacts(
    name="MONTHLY_QUOTA_EXCEEDED",
    code=99991403,
    http_statuses=(400,),
    outcome=Outcome.NOT_DONE,
    retry=Retry.AFTER_QUOTA,
    affects=Affects.TENANT,
    summary=Texts("The organisation has used up this month's API calls", "企业本月的 API 调用额度已用完"),
    advice=Texts("Go on next month, or have the quota raised.", "请下月继续，或提升额度。"),
    source="documented as a generic code; status inferred",
)
_FIELD_VALIDATION_FAILED: Final = ErrorFacts(
    name="FIELD_VALIDATION_FAILED",
    code=99992402,
    http_statuses=(400,),
    outcome=Outcome.NOT_DONE,
    retry=Retry.NEVER,
    affects=Affects.REQUEST,
    summary=Texts("The gateway refused a field", "网关校验字段失败"),
    advice=Texts(
        "Correct the fields named in `error.field_violations`.", "请更正 `error.field_violations` 中列出的字段。"
    ),
    source="documented as a generic code; seen live on other operations",
)
_RATE_LIMITED: Final = ErrorFacts(
    name="RATE_LIMITED",
    code=99991400,
    http_statuses=(429, 400),
    outcome=Outcome.NOT_DONE,
    retry=Retry.AFTER_RESET,
    affects=Affects.APP,
    summary=Texts("Too many calls of this operation", "该接口的调用次数过多"),
    advice=Texts(
        "Wait the seconds named by `x-ogw-ratelimit-reset`, then repeat the call; without that header back off. All users of the app in one organisation share the operation's limit.",
        "请等待 `x-ogw-ratelimit-reset` 给出的秒数后重试；没有该响应头时请逐步退避。同一应用在同一企业内的所有用户共享该接口的限额。",
    ),
    source="documented as a generic code, with 429, or 400 on some older operations",
)
_ACCESS_TOKEN_EXPIRED: Final = ErrorFacts(
    name="ACCESS_TOKEN_EXPIRED",
    code=99991677,
    http_statuses=(401,),
    outcome=Outcome.NOT_DONE,
    retry=Retry.AFTER_REFRESH,
    affects=Affects.CREDENTIAL,
    summary=Texts("The access token has expired", "访问凭证已过期"),
    advice=Texts("Get a new user access token, then repeat the call.", "请获取新的 user_access_token 后重试。"),
    source='seen live; the documented text is "token expire"',
)
_PERMISSION_DENIED: Final = ErrorFacts(
    name="PERMISSION_DENIED",
    code=1234017,
    http_statuses=(403,),
    outcome=Outcome.NOT_DONE,
    retry=Retry.NEVER,
    affects=Affects.CREDENTIAL,
    summary=Texts("The app or the user may not use this mailbox", "应用或用户无权使用该邮箱"),
    advice=Texts(
        "With a user's token, make sure that this user may use the mailbox; have the app's data permission granted where that is what is missing. A new token alone does not help.",
        "请确认该用户有权使用此邮箱，并确认应用已开通相应的数据权限；仅刷新凭证没有用。",
    ),
)
_MAILBOX_NOT_FOUND: Final = ErrorFacts(
    name="MAILBOX_NOT_FOUND",
    code=1234013,
    http_statuses=(404,),
    outcome=Outcome.NOT_DONE,
    retry=Retry.NEVER,
    affects=Affects.MAILBOX,
    summary=Texts("The mailbox does not exist or is not active", "邮箱不存在或未启用"),
    advice=Texts(
        "Check the mailbox address, and with an administrator that the mailbox is active.",
        "请检查邮箱地址，并请管理员确认该邮箱处于正常状态。",
    ),
)
_PATH_NOT_FOUND: Final = ErrorFacts(
    name="PATH_NOT_FOUND",
    code=99991201,
    http_statuses=(404,),
    outcome=Outcome.NOT_DONE,
    retry=Retry.NEVER,
    affects=Affects.APP,
    summary=Texts("The gateway knows no such path", "网关中没有该路径"),
    advice=Texts("Check the base URL.", "请检查服务地址（base URL）。"),
    source="documented as a generic code; live answers were plain text with 404 instead",
)
_METHOD_NOT_MATCHED: Final = ErrorFacts(
    name="METHOD_NOT_MATCHED",
    code=99991301,
    http_statuses=(404,),
    outcome=Outcome.NOT_DONE,
    retry=Retry.NEVER,
    affects=Affects.APP,
    summary=Texts("The gateway knows the path, but not with this method", "该路径不支持此请求方法"),
    advice=Texts(
        "Check the base URL, and that no proxy changes the method.",
        "请检查服务地址（base URL），并确认没有代理改变请求方法。",
    ),
    source="documented as a generic code; live answers were plain text with 404 instead",
)
_TOO_MANY_REQUESTS: Final = ErrorFacts(
    name="TOO_MANY_REQUESTS",
    code=1236006,
    http_statuses=(429,),
    outcome=None,
    retry=Retry.AFTER_DELAY,
    affects=Affects.MAILBOX,
    summary=Texts("Another call for this user is still in progress", "该用户的另一个请求仍在进行"),
    advice=Texts(
        "Wait a moment, then repeat the call. Make the calls of one user one after the other.",
        "请稍候重试。同一用户请勿并发请求，请逐个调用。",
    ),
)
_LIST_DRAFTS_INTERNAL_ERROR: Final = ErrorFacts(
    name="INTERNAL_ERROR",
    code=1236019,
    http_statuses=(500,),
    outcome=None,
    retry=Retry.AFTER_DELAY,
    affects=Affects.REQUEST,
    summary=Texts("The mail service failed", "邮件服务内部错误"),
    advice=Texts("Repeat the call after a while.", "请稍候重试。"),
)
_GET_DRAFT_DRAFT_NOT_FOUND: Final = ErrorFacts(
    name="DRAFT_NOT_FOUND",
    code=1234050,
    http_statuses=(404,),
    outcome=None,
    retry=Retry.NEVER,
    affects=Affects.DRAFT,
    summary=Texts("There is no such draft in this mailbox", "该邮箱中没有此草稿"),
    advice=Texts(
        "Check the draft id and the mailbox. A draft that was sent is gone, too.",
        "请核对草稿 ID 和邮箱。已发送的草稿也会消失。",
    ),
)
_AUTOMATION_DISABLED: Final = ErrorFacts(
    name="AUTOMATION_DISABLED",
    code=0,
    http_statuses=(200,),
    outcome=Outcome.NOT_DONE,
    retry=Retry.NEVER,
    affects=Affects.MAILBOX,
    summary=Texts("The mailbox's owner has switched automated sending off", "邮箱所有者已关闭自动化发信"),
    advice=Texts(
        "Ask the mailbox's owner to allow automated sending in the mail settings, then send the draft again.",
        "请邮箱所有者在邮箱设置中允许自动化发信，然后重新发送该草稿。",
    ),
    when_filled="automation_send_disable",
    source="the vendor's newest SDKs and command line",
)
_RECIPIENT_LIMIT_EXCEEDED: Final = ErrorFacts(
    name="RECIPIENT_LIMIT_EXCEEDED",
    code=1236003,
    http_statuses=(400,),
    outcome=Outcome.NOT_DONE,
    retry=Retry.NEVER,
    affects=Affects.DRAFT,
    summary=Texts("The draft has too many recipients", "草稿的收件人过多"),
    advice=Texts(
        "Remove recipients from the draft, or split it into several, then send again.",
        "请减少收件人，或拆分为多个草稿后再发送。",
    ),
)
_ATTACHMENT_LIMIT_EXCEEDED: Final = ErrorFacts(
    name="ATTACHMENT_LIMIT_EXCEEDED",
    code=1236004,
    http_statuses=(400,),
    outcome=Outcome.NOT_DONE,
    retry=Retry.NEVER,
    affects=Affects.DRAFT,
    summary=Texts("The draft has too many attachments", "草稿的附件过多"),
    advice=Texts("Remove attachments from the draft, then send again.", "请减少附件后再发送。"),
)
_CONTENT_RISK: Final = ErrorFacts(
    name="CONTENT_RISK",
    code=1236014,
    http_statuses=(400,),
    outcome=Outcome.NOT_DONE,
    retry=Retry.NEVER,
    affects=Affects.DRAFT,
    summary=Texts("The content was judged risky", "草稿内容被判定存在风险"),
    advice=Texts(
        "Look for forbidden content in the text and the attachments (sensitive words, what the law forbids) and change it; the draft is refused again as long as it is unchanged.",
        "请检查草稿的正文和附件是否包含违规信息（如敏感词、违法内容），修改后重新提交；不修改而再次发送仍会被拒绝。",
    ),
)
_SENDER_CHECK_FAILED: Final = ErrorFacts(
    name="SENDER_CHECK_FAILED",
    code=1236017,
    http_statuses=(400,),
    outcome=Outcome.NOT_DONE,
    retry=Retry.NEVER,
    affects=Affects.MAILBOX,
    summary=Texts("The sender did not pass the check", "发件人检查未通过"),
    advice=Texts(
        "Check the sender's address and details, and that its mailbox is active; other drafts of this mailbox will fail too.",
        "请检查发件人信息及其邮箱状态；该邮箱的其他草稿也会失败。",
    ),
)
_RECEIVER_CHECK_FAILED: Final = ErrorFacts(
    name="RECEIVER_CHECK_FAILED",
    code=1236018,
    http_statuses=(400,),
    outcome=Outcome.NOT_DONE,
    retry=Retry.NEVER,
    affects=Affects.DRAFT,
    summary=Texts("A recipient did not pass the check", "收件人检查未通过"),
    advice=Texts("Correct the recipients of the draft, then send again.", "请更正草稿的收件人后再发送。"),
)
_SEND_DRAFT_DRAFT_NOT_FOUND: Final = ErrorFacts(
    name="DRAFT_NOT_FOUND",
    code=1234050,
    http_statuses=(404,),
    outcome=Outcome.NOT_DONE,
    retry=Retry.NEVER,
    affects=Affects.DRAFT,
    summary=Texts("There is no such draft in this mailbox", "该邮箱中没有此草稿"),
    advice=Texts(
        "Check the draft id and the mailbox, or create the draft again. If an earlier attempt ended without an answer, the draft may be gone because it was sent: look into the sent folder first.",
        "请核对草稿 ID 和邮箱，或重新创建草稿。如果此前有一次发送没有得到响应，草稿可能因已发出而消失：请先查看“已发送”。",
    ),
)
_ALREADY_SENT: Final = ErrorFacts(
    name="ALREADY_SENT",
    code=1236005,
    http_statuses=(409,),
    outcome=Outcome.DONE,
    retry=Retry.NEVER,
    affects=Affects.DRAFT,
    summary=Texts("This draft was sent before", "该草稿此前已发送成功"),
    advice=Texts(
        "Nothing to do. The mail is out, and it did not go out a second time. If you never sent this draft, a mail with the same Message-ID may be meant.",
        "无需处理：邮件已经发出，没有重复发送。如果从未发送过该草稿，可能是另一封 Message-ID 相同的邮件已发出。",
    ),
)
_CONCURRENT_WRITE_CONFLICT: Final = ErrorFacts(
    name="CONCURRENT_WRITE_CONFLICT",
    code=1236006,
    http_statuses=(429,),
    outcome=Outcome.NOT_DONE,
    retry=Retry.AFTER_DELAY,
    affects=Affects.MAILBOX,
    summary=Texts("Another write for this user is still in progress", "该用户的另一个写操作仍在进行"),
    advice=Texts(
        "Wait a moment, then repeat the call. Make the calls of one user one after the other, whichever mailbox they are for.",
        "请稍候重试。同一用户请勿并发请求，请逐个调用。",
    ),
)
_USER_DAILY_SEND_LIMIT: Final = ErrorFacts(
    name="USER_DAILY_SEND_LIMIT",
    code=1236007,
    http_statuses=(429,),
    outcome=Outcome.NOT_DONE,
    retry=Retry.AFTER_QUOTA,
    affects=Affects.MAILBOX,
    summary=Texts("The user has sent as many mails as a day allows", "该用户当日发信数量已达上限"),
    advice=Texts("Go on tomorrow, or ask an administrator for a higher limit.", "请明日继续，或联系管理员提升限额。"),
)
_USER_DAILY_EXTERNAL_RECIPIENT_LIMIT: Final = ErrorFacts(
    name="USER_DAILY_EXTERNAL_RECIPIENT_LIMIT",
    code=1236008,
    http_statuses=(429,),
    outcome=Outcome.NOT_DONE,
    retry=Retry.AFTER_QUOTA,
    affects=Affects.MAILBOX,
    summary=Texts("The user has reached the day's number of external recipients", "该用户当日外部收件人数量已达上限"),
    advice=Texts(
        "Go on tomorrow, or ask an administrator for a higher limit. Drafts with internal recipients only still go out.",
        "请明日继续，或联系管理员提升限额。仅有内部收件人的草稿仍可发送。",
    ),
)
_TENANT_DAILY_EXTERNAL_RECIPIENT_LIMIT: Final = ErrorFacts(
    name="TENANT_DAILY_EXTERNAL_RECIPIENT_LIMIT",
    code=1236009,
    http_statuses=(429,),
    outcome=Outcome.NOT_DONE,
    retry=Retry.AFTER_QUOTA,
    affects=Affects.TENANT,
    summary=Texts(
        "The organisation has reached the day's number of external recipients", "企业当日外部收件人数量已达上限"
    ),
    advice=Texts(
        "Go on tomorrow, or ask an administrator for a higher limit. Drafts with internal recipients only still go out.",
        "请明日继续，或联系管理员提升限额。仅有内部收件人的草稿仍可发送。",
    ),
)
_MAIL_THROTTLED: Final = ErrorFacts(
    name="MAIL_THROTTLED",
    code=1236010,
    http_statuses=(429,),
    outcome=Outcome.NOT_DONE,
    retry=Retry.AFTER_DELAY,
    affects=Affects.MAILBOX,
    summary=Texts("The mail system is slowing this user down", "该用户的发信请求被系统限流"),
    advice=Texts("Wait and send again, more slowly.", "请稍候再发送，并放慢速度。"),
)
_TENANT_STORAGE_FULL: Final = ErrorFacts(
    name="TENANT_STORAGE_FULL",
    code=1236013,
    http_statuses=(429,),
    outcome=Outcome.NOT_DONE,
    retry=Retry.AFTER_QUOTA,
    affects=Affects.TENANT,
    summary=Texts("The organisation's storage is full", "企业存储空间已满"),
    advice=Texts(
        "Ask an administrator to free or add storage; no mail of the organisation can go out until then.",
        "请联系管理员清理或扩容；在此之前该企业的邮件都无法发出。",
    ),
)
_SEND_DRAFT_INTERNAL_ERROR: Final = ErrorFacts(
    name="INTERNAL_ERROR",
    code=1236019,
    http_statuses=(500,),
    outcome=Outcome.UNKNOWN,
    retry=Retry.AFTER_DELAY,
    affects=Affects.REQUEST,
    summary=Texts("The mail service failed", "邮件服务内部错误"),
    advice=Texts(
        "The mail may or may not have gone out. Sending the same draft again is safe, because it goes out only once. If it is then not found, look into the sent folder.",
        "邮件可能已发出，也可能没有。再次发送同一草稿是安全的：它只会发出一次。若之后提示草稿不存在，请查看“已发送”。",
    ),
)


class ListDraftsErrorCode(ErrorCode):
    """A code that the document names for listDrafts."""

    REQUEST_PARAMETER_ERROR = 1234008
    ACCESS_TOKEN_MISSING = 99991661
    TENANT_ACCESS_TOKEN_INVALID = 99991663
    USER_ACCESS_TOKEN_INVALID = 99991668
    ACCESS_TOKEN_UNRECOGNISED = 99991671
    APP_SCOPE_MISSING = 99991672
    USER_SCOPE_MISSING = 99991679
    TOKEN_PERMISSION_MISSING = 99991676
    APP_NOT_ENABLED = 99991662
    APP_NOT_AUTHORISED = 99991673
    IP_NOT_ALLOWED = 99991401
    SECURITY_CHALLENGE_REQUIRED = 21000
    SECURITY_POLICY_DENIED = 21001
    MONTHLY_QUOTA_EXCEEDED = 99991403
    FIELD_VALIDATION_FAILED = 99992402
    RATE_LIMITED = 99991400
    ACCESS_TOKEN_EXPIRED = 99991677
    PERMISSION_DENIED = 1234017
    MAILBOX_NOT_FOUND = 1234013
    PATH_NOT_FOUND = 99991201
    METHOD_NOT_MATCHED = 99991301
    TOO_MANY_REQUESTS = 1236006
    INTERNAL_ERROR = 1236019


LIST_DRAFTS: Final = Operation(
    name="listDrafts",
    idempotency=Idempotency.SAFE,
    rate_limit=RateLimit(calls=10, seconds=1),
    module="feishu_mail_client.api.drafts.list_drafts",
    success="feishu_mail_client.models.list_drafts_response.ListDraftsResponse",
    error_codes=ListDraftsErrorCode,
    errors=by_code(
        _REQUEST_PARAMETER_ERROR,
        _ACCESS_TOKEN_MISSING,
        _TENANT_ACCESS_TOKEN_INVALID,
        _USER_ACCESS_TOKEN_INVALID,
        _ACCESS_TOKEN_UNRECOGNISED,
        _APP_SCOPE_MISSING,
        _USER_SCOPE_MISSING,
        _TOKEN_PERMISSION_MISSING,
        _APP_NOT_ENABLED,
        _APP_NOT_AUTHORISED,
        _IP_NOT_ALLOWED,
        _SECURITY_CHALLENGE_REQUIRED,
        _SECURITY_POLICY_DENIED,
        _MONTHLY_QUOTA_EXCEEDED,
        _FIELD_VALIDATION_FAILED,
        _RATE_LIMITED,
        _ACCESS_TOKEN_EXPIRED,
        _PERMISSION_DENIED,
        _MAILBOX_NOT_FOUND,
        _PATH_NOT_FOUND,
        _METHOD_NOT_MATCHED,
        _TOO_MANY_REQUESTS,
        _LIST_DRAFTS_INTERNAL_ERROR,
    ),
)


class GetDraftErrorCode(ErrorCode):
    """A code that the document names for getDraft."""

    REQUEST_PARAMETER_ERROR = 1234008
    ACCESS_TOKEN_MISSING = 99991661
    TENANT_ACCESS_TOKEN_INVALID = 99991663
    USER_ACCESS_TOKEN_INVALID = 99991668
    ACCESS_TOKEN_UNRECOGNISED = 99991671
    APP_SCOPE_MISSING = 99991672
    USER_SCOPE_MISSING = 99991679
    TOKEN_PERMISSION_MISSING = 99991676
    APP_NOT_ENABLED = 99991662
    APP_NOT_AUTHORISED = 99991673
    IP_NOT_ALLOWED = 99991401
    SECURITY_CHALLENGE_REQUIRED = 21000
    SECURITY_POLICY_DENIED = 21001
    MONTHLY_QUOTA_EXCEEDED = 99991403
    FIELD_VALIDATION_FAILED = 99992402
    RATE_LIMITED = 99991400
    ACCESS_TOKEN_EXPIRED = 99991677
    PERMISSION_DENIED = 1234017
    DRAFT_NOT_FOUND = 1234050
    MAILBOX_NOT_FOUND = 1234013
    PATH_NOT_FOUND = 99991201
    METHOD_NOT_MATCHED = 99991301
    TOO_MANY_REQUESTS = 1236006
    INTERNAL_ERROR = 1236019


GET_DRAFT: Final = Operation(
    name="getDraft",
    idempotency=Idempotency.SAFE,
    rate_limit=RateLimit(calls=10, seconds=1),
    module="feishu_mail_client.api.drafts.get_draft",
    success="feishu_mail_client.models.get_draft_response.GetDraftResponse",
    error_codes=GetDraftErrorCode,
    errors=by_code(
        _REQUEST_PARAMETER_ERROR,
        _ACCESS_TOKEN_MISSING,
        _TENANT_ACCESS_TOKEN_INVALID,
        _USER_ACCESS_TOKEN_INVALID,
        _ACCESS_TOKEN_UNRECOGNISED,
        _APP_SCOPE_MISSING,
        _USER_SCOPE_MISSING,
        _TOKEN_PERMISSION_MISSING,
        _APP_NOT_ENABLED,
        _APP_NOT_AUTHORISED,
        _IP_NOT_ALLOWED,
        _SECURITY_CHALLENGE_REQUIRED,
        _SECURITY_POLICY_DENIED,
        _MONTHLY_QUOTA_EXCEEDED,
        _FIELD_VALIDATION_FAILED,
        _RATE_LIMITED,
        _ACCESS_TOKEN_EXPIRED,
        _PERMISSION_DENIED,
        _GET_DRAFT_DRAFT_NOT_FOUND,
        _MAILBOX_NOT_FOUND,
        _PATH_NOT_FOUND,
        _METHOD_NOT_MATCHED,
        _TOO_MANY_REQUESTS,
        _LIST_DRAFTS_INTERNAL_ERROR,
    ),
)


class SendDraftErrorCode(ErrorCode):
    """A code that the document names for sendDraft."""

    REQUEST_PARAMETER_ERROR = 1234008
    RECIPIENT_LIMIT_EXCEEDED = 1236003
    ATTACHMENT_LIMIT_EXCEEDED = 1236004
    CONTENT_RISK = 1236014
    SENDER_CHECK_FAILED = 1236017
    RECEIVER_CHECK_FAILED = 1236018
    ACCESS_TOKEN_MISSING = 99991661
    TENANT_ACCESS_TOKEN_INVALID = 99991663
    USER_ACCESS_TOKEN_INVALID = 99991668
    ACCESS_TOKEN_UNRECOGNISED = 99991671
    APP_SCOPE_MISSING = 99991672
    USER_SCOPE_MISSING = 99991679
    TOKEN_PERMISSION_MISSING = 99991676
    APP_NOT_ENABLED = 99991662
    APP_NOT_AUTHORISED = 99991673
    IP_NOT_ALLOWED = 99991401
    SECURITY_CHALLENGE_REQUIRED = 21000
    SECURITY_POLICY_DENIED = 21001
    MONTHLY_QUOTA_EXCEEDED = 99991403
    FIELD_VALIDATION_FAILED = 99992402
    RATE_LIMITED = 99991400
    ACCESS_TOKEN_EXPIRED = 99991677
    PERMISSION_DENIED = 1234017
    DRAFT_NOT_FOUND = 1234050
    MAILBOX_NOT_FOUND = 1234013
    PATH_NOT_FOUND = 99991201
    METHOD_NOT_MATCHED = 99991301
    ALREADY_SENT = 1236005
    CONCURRENT_WRITE_CONFLICT = 1236006
    USER_DAILY_SEND_LIMIT = 1236007
    USER_DAILY_EXTERNAL_RECIPIENT_LIMIT = 1236008
    TENANT_DAILY_EXTERNAL_RECIPIENT_LIMIT = 1236009
    MAIL_THROTTLED = 1236010
    TENANT_STORAGE_FULL = 1236013
    INTERNAL_ERROR = 1236019


SEND_DRAFT: Final = Operation(
    name="sendDraft",
    idempotency=Idempotency.KEYED,
    rate_limit=RateLimit(calls=20, seconds=60),
    module="feishu_mail_client.api.drafts.send_draft",
    success="feishu_mail_client.models.send_draft_response.SendDraftResponse",
    error_codes=SendDraftErrorCode,
    errors=by_code(
        _REQUEST_PARAMETER_ERROR,
        _RECIPIENT_LIMIT_EXCEEDED,
        _ATTACHMENT_LIMIT_EXCEEDED,
        _CONTENT_RISK,
        _SENDER_CHECK_FAILED,
        _RECEIVER_CHECK_FAILED,
        _ACCESS_TOKEN_MISSING,
        _TENANT_ACCESS_TOKEN_INVALID,
        _USER_ACCESS_TOKEN_INVALID,
        _ACCESS_TOKEN_UNRECOGNISED,
        _APP_SCOPE_MISSING,
        _USER_SCOPE_MISSING,
        _TOKEN_PERMISSION_MISSING,
        _APP_NOT_ENABLED,
        _APP_NOT_AUTHORISED,
        _IP_NOT_ALLOWED,
        _SECURITY_CHALLENGE_REQUIRED,
        _SECURITY_POLICY_DENIED,
        _MONTHLY_QUOTA_EXCEEDED,
        _FIELD_VALIDATION_FAILED,
        _RATE_LIMITED,
        _ACCESS_TOKEN_EXPIRED,
        _PERMISSION_DENIED,
        _SEND_DRAFT_DRAFT_NOT_FOUND,
        _MAILBOX_NOT_FOUND,
        _PATH_NOT_FOUND,
        _METHOD_NOT_MATCHED,
        _ALREADY_SENT,
        _CONCURRENT_WRITE_CONFLICT,
        _USER_DAILY_SEND_LIMIT,
        _USER_DAILY_EXTERNAL_RECIPIENT_LIMIT,
        _TENANT_DAILY_EXTERNAL_RECIPIENT_LIMIT,
        _MAIL_THROTTLED,
        _TENANT_STORAGE_FULL,
        _SEND_DRAFT_INTERNAL_ERROR,
    ),
    refusals=(_AUTOMATION_DISABLED,),
    outcomes={
        Outcome.DONE: Texts("The mail is out.", "邮件已发出。"),
        Outcome.NOT_DONE: Texts("The mail did not go out.", "邮件没有发出。"),
        Outcome.UNKNOWN: Texts("It is not known whether the mail went out.", "无法确定邮件是否已发出。"),
    },
    after_unknown=Texts(
        "Look into the sent folder, or send the same draft again, which cannot send it twice; if it is then not found, it may be out all the same. Do not write the mail again before you know.",
        "请查看“已发送”确认，或再次发送同一草稿：同一草稿不会发出两次；若之后提示草稿不存在，邮件仍可能已经发出。确认之前请勿重写邮件。",
    ),
)

OPERATIONS: Final = (
    LIST_DRAFTS,
    GET_DRAFT,
    SEND_DRAFT,
)

__all__ = [
    "OPERATIONS",
    "LIST_DRAFTS",
    "ListDraftsErrorCode",
    "GET_DRAFT",
    "GetDraftErrorCode",
    "SEND_DRAFT",
    "SendDraftErrorCode",
]
