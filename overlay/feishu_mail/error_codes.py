# Rendered from openapi/feishu-mail.yaml by `make regenerate`; edit the document instead of this file.
"""The error codes of the send operation, and what the document says about each."""

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import Final

from feishu_mail.error_facts import Affects, ErrorFacts, Outcome, Retry


class ErrorCode(IntEnum):
    """A code that the document names. The service may send others: they are kept as plain integers."""

    REQUEST_PARAMETER_ERROR = 1234008
    """A parameter has the wrong type, format or value."""
    RECIPIENT_LIMIT_EXCEEDED = 1236003
    """The draft has too many recipients."""
    ATTACHMENT_LIMIT_EXCEEDED = 1236004
    """The draft has too many attachments."""
    CONTENT_RISK = 1236014
    """The content was judged risky."""
    SENDER_CHECK_FAILED = 1236017
    """The sender did not pass the check."""
    RECEIVER_CHECK_FAILED = 1236018
    """A recipient did not pass the check."""
    PERMISSION_DENIED = 1234017
    """The app or the user may not use this mailbox."""
    DRAFT_NOT_FOUND = 1234050
    """There is no such draft in this mailbox."""
    MAILBOX_NOT_FOUND = 1234013
    """The mailbox does not exist or is not active."""
    ALREADY_SENT = 1236005
    """This draft was sent before."""
    CONCURRENT_WRITE_CONFLICT = 1236006
    """Another write for this user is still in progress."""
    USER_DAILY_SEND_LIMIT = 1236007
    """The user has sent as many mails as a day allows."""
    USER_DAILY_EXTERNAL_RECIPIENT_LIMIT = 1236008
    """The user has reached the day's number of external recipients."""
    TENANT_DAILY_EXTERNAL_RECIPIENT_LIMIT = 1236009
    """The organisation has reached the day's number of external recipients."""
    MAIL_THROTTLED = 1236010
    """The mail system is slowing this user down."""
    TENANT_STORAGE_FULL = 1236013
    """The organisation's storage is full."""
    INTERNAL_ERROR = 1236019
    """The mail service failed."""
    ACCESS_TOKEN_MISSING = 99991661
    """The call carries no access token."""
    TENANT_ACCESS_TOKEN_INVALID = 99991663
    """A tenant access token was sent that is invalid, or not accepted here."""
    USER_ACCESS_TOKEN_INVALID = 99991668
    """The user access token is invalid or has expired."""
    ACCESS_TOKEN_EXPIRED = 99991677
    """The access token has expired."""
    ACCESS_TOKEN_UNRECOGNISED = 99991671
    """The text sent as a token is not one."""
    APP_SCOPE_MISSING = 99991672
    """The app has not been granted the scope."""
    USER_SCOPE_MISSING = 99991679
    """The user has not granted the scope."""
    TOKEN_PERMISSION_MISSING = 99991676
    """The token lacks the permission."""
    APP_NOT_ENABLED = 99991662
    """The app is not enabled."""
    APP_NOT_AUTHORISED = 99991673
    """The app is not authorised in this organisation."""
    IP_NOT_ALLOWED = 99991401
    """The calling address is not on the app's list of allowed addresses."""
    SECURITY_CHALLENGE_REQUIRED = 21000
    """The organisation's security policy asks the user to prove who they are."""
    SECURITY_POLICY_DENIED = 21001
    """The organisation's security policy refuses the call."""
    MONTHLY_QUOTA_EXCEEDED = 99991403
    """The organisation has used up this month's API calls."""
    FIELD_VALIDATION_FAILED = 99992402
    """The gateway refused a field."""
    RATE_LIMITED = 99991400
    """Too many calls in this minute."""
    PATH_NOT_FOUND = 99991201
    """The gateway knows no such path."""
    METHOD_NOT_MATCHED = 99991301
    """The gateway knows the path, but not with this method."""

    @property
    def facts(self) -> ErrorFacts:
        """What the document says about this code."""
        return ERROR_FACTS[self]


ERROR_FACTS: Final[Mapping[ErrorCode, ErrorFacts]] = MappingProxyType(
    {
        ErrorCode.REQUEST_PARAMETER_ERROR: ErrorFacts(
            name="REQUEST_PARAMETER_ERROR",
            code=1234008,
            http_statuses=(400,),
            outcome=Outcome.NOT_SENT,
            retry=Retry.NEVER,
            affects=Affects.REQUEST,
            summary="A parameter has the wrong type, format or value",
            summary_zh="请求参数的类型、格式或取值不正确",
            advice="Check the mailbox id and the draft id.",
            advice_zh="请检查邮箱地址和草稿 ID。",
            source=None,
        ),
        ErrorCode.RECIPIENT_LIMIT_EXCEEDED: ErrorFacts(
            name="RECIPIENT_LIMIT_EXCEEDED",
            code=1236003,
            http_statuses=(400,),
            outcome=Outcome.NOT_SENT,
            retry=Retry.NEVER,
            affects=Affects.DRAFT,
            summary="The draft has too many recipients",
            summary_zh="草稿的收件人过多",
            advice="Remove recipients from the draft, or split it into several, then send again.",
            advice_zh="请减少收件人，或拆分为多个草稿后再发送。",
            source=None,
        ),
        ErrorCode.ATTACHMENT_LIMIT_EXCEEDED: ErrorFacts(
            name="ATTACHMENT_LIMIT_EXCEEDED",
            code=1236004,
            http_statuses=(400,),
            outcome=Outcome.NOT_SENT,
            retry=Retry.NEVER,
            affects=Affects.DRAFT,
            summary="The draft has too many attachments",
            summary_zh="草稿的附件过多",
            advice="Remove attachments from the draft, then send again.",
            advice_zh="请减少附件后再发送。",
            source=None,
        ),
        ErrorCode.CONTENT_RISK: ErrorFacts(
            name="CONTENT_RISK",
            code=1236014,
            http_statuses=(400,),
            outcome=Outcome.NOT_SENT,
            retry=Retry.NEVER,
            affects=Affects.DRAFT,
            summary="The content was judged risky",
            summary_zh="草稿内容被判定存在风险",
            advice="Change the text or the attachments of the draft; sending it again unchanged is refused again.",
            advice_zh="请修改草稿的正文或附件；不修改而再次发送仍会被拒绝。",
            source=None,
        ),
        ErrorCode.SENDER_CHECK_FAILED: ErrorFacts(
            name="SENDER_CHECK_FAILED",
            code=1236017,
            http_statuses=(400,),
            outcome=Outcome.NOT_SENT,
            retry=Retry.NEVER,
            affects=Affects.MAILBOX,
            summary="The sender did not pass the check",
            summary_zh="发件人检查未通过",
            advice="Check the sender's address and that its mailbox is active; other drafts of this mailbox will fail too.",
            advice_zh="请检查发件人地址及其邮箱状态；该邮箱的其他草稿也会失败。",
            source=None,
        ),
        ErrorCode.RECEIVER_CHECK_FAILED: ErrorFacts(
            name="RECEIVER_CHECK_FAILED",
            code=1236018,
            http_statuses=(400,),
            outcome=Outcome.NOT_SENT,
            retry=Retry.NEVER,
            affects=Affects.DRAFT,
            summary="A recipient did not pass the check",
            summary_zh="收件人检查未通过",
            advice="Correct the recipients of the draft, then send again.",
            advice_zh="请更正草稿的收件人后再发送。",
            source=None,
        ),
        ErrorCode.PERMISSION_DENIED: ErrorFacts(
            name="PERMISSION_DENIED",
            code=1234017,
            http_statuses=(403,),
            outcome=Outcome.NOT_SENT,
            retry=Retry.NEVER,
            affects=Affects.CREDENTIAL,
            summary="The app or the user may not use this mailbox",
            summary_zh="应用或用户无权使用该邮箱",
            advice="Ask for access to the mailbox, or have the app's data permission granted. A new token alone does not help.",
            advice_zh="请申请该邮箱的访问权限，或为应用开通相应的数据权限；仅刷新凭证没有用。",
            source=None,
        ),
        ErrorCode.DRAFT_NOT_FOUND: ErrorFacts(
            name="DRAFT_NOT_FOUND",
            code=1234050,
            http_statuses=(404,),
            outcome=Outcome.NOT_SENT,
            retry=Retry.NEVER,
            affects=Affects.DRAFT,
            summary="There is no such draft in this mailbox",
            summary_zh="该邮箱中没有此草稿",
            advice="Check the draft id and the mailbox. If an earlier attempt ended without an answer, the draft may be gone because it was sent: look into the sent folder before writing it anew.",
            advice_zh="请核对草稿 ID 和邮箱。如果此前有一次发送没有得到答复，草稿可能因已发出而消失：请先查看“已发送”，再决定是否重写。",
            source=None,
        ),
        ErrorCode.MAILBOX_NOT_FOUND: ErrorFacts(
            name="MAILBOX_NOT_FOUND",
            code=1234013,
            http_statuses=(404,),
            outcome=Outcome.NOT_SENT,
            retry=Retry.NEVER,
            affects=Affects.MAILBOX,
            summary="The mailbox does not exist or is not active",
            summary_zh="邮箱不存在或未启用",
            advice="Check the mailbox address, and with an administrator that the mailbox is active.",
            advice_zh="请检查邮箱地址，并请管理员确认该邮箱处于正常状态。",
            source=None,
        ),
        ErrorCode.ALREADY_SENT: ErrorFacts(
            name="ALREADY_SENT",
            code=1236005,
            http_statuses=(409,),
            outcome=Outcome.SENT,
            retry=Retry.NEVER,
            affects=Affects.DRAFT,
            summary="This draft was sent before",
            summary_zh="该草稿此前已发送成功",
            advice="Nothing to do. The mail is out, and it did not go out a second time.",
            advice_zh="无需处理：邮件已经发出，并且没有重复发送。",
            source=None,
        ),
        ErrorCode.CONCURRENT_WRITE_CONFLICT: ErrorFacts(
            name="CONCURRENT_WRITE_CONFLICT",
            code=1236006,
            http_statuses=(429,),
            outcome=Outcome.NOT_SENT,
            retry=Retry.AFTER_DELAY,
            affects=Affects.MAILBOX,
            summary="Another write for this user is still in progress",
            summary_zh="该用户的另一个写操作仍在进行",
            advice="Wait a moment and send again. Send the drafts of one mailbox one after the other.",
            advice_zh="请稍候再发送。同一邮箱的草稿请逐个发送。",
            source=None,
        ),
        ErrorCode.USER_DAILY_SEND_LIMIT: ErrorFacts(
            name="USER_DAILY_SEND_LIMIT",
            code=1236007,
            http_statuses=(429,),
            outcome=Outcome.NOT_SENT,
            retry=Retry.AFTER_QUOTA,
            affects=Affects.MAILBOX,
            summary="The user has sent as many mails as a day allows",
            summary_zh="该用户当日发信数量已达上限",
            advice="Go on tomorrow, or ask an administrator for a higher limit.",
            advice_zh="请明日继续，或联系管理员提升限额。",
            source=None,
        ),
        ErrorCode.USER_DAILY_EXTERNAL_RECIPIENT_LIMIT: ErrorFacts(
            name="USER_DAILY_EXTERNAL_RECIPIENT_LIMIT",
            code=1236008,
            http_statuses=(429,),
            outcome=Outcome.NOT_SENT,
            retry=Retry.AFTER_QUOTA,
            affects=Affects.MAILBOX,
            summary="The user has reached the day's number of external recipients",
            summary_zh="该用户当日外部收件人数量已达上限",
            advice="Go on tomorrow, or ask an administrator for a higher limit. Drafts with internal recipients only still go out.",
            advice_zh="请明日继续，或联系管理员提升限额。仅有内部收件人的草稿仍可发送。",
            source=None,
        ),
        ErrorCode.TENANT_DAILY_EXTERNAL_RECIPIENT_LIMIT: ErrorFacts(
            name="TENANT_DAILY_EXTERNAL_RECIPIENT_LIMIT",
            code=1236009,
            http_statuses=(429,),
            outcome=Outcome.NOT_SENT,
            retry=Retry.AFTER_QUOTA,
            affects=Affects.TENANT,
            summary="The organisation has reached the day's number of external recipients",
            summary_zh="企业当日外部收件人数量已达上限",
            advice="Go on tomorrow, or ask an administrator for a higher limit. Drafts with internal recipients only still go out.",
            advice_zh="请明日继续，或联系管理员提升限额。仅有内部收件人的草稿仍可发送。",
            source=None,
        ),
        ErrorCode.MAIL_THROTTLED: ErrorFacts(
            name="MAIL_THROTTLED",
            code=1236010,
            http_statuses=(429,),
            outcome=Outcome.NOT_SENT,
            retry=Retry.AFTER_DELAY,
            affects=Affects.MAILBOX,
            summary="The mail system is slowing this user down",
            summary_zh="该用户的发信请求被系统限流",
            advice="Wait and send again, more slowly.",
            advice_zh="请稍候再发送，并放慢速度。",
            source=None,
        ),
        ErrorCode.TENANT_STORAGE_FULL: ErrorFacts(
            name="TENANT_STORAGE_FULL",
            code=1236013,
            http_statuses=(429,),
            outcome=Outcome.NOT_SENT,
            retry=Retry.AFTER_QUOTA,
            affects=Affects.TENANT,
            summary="The organisation's storage is full",
            summary_zh="企业存储空间已满",
            advice="Ask an administrator to free or add storage; no mail of the organisation can go out until then.",
            advice_zh="请联系管理员清理或扩容；在此之前该企业的邮件都无法发出。",
            source=None,
        ),
        ErrorCode.INTERNAL_ERROR: ErrorFacts(
            name="INTERNAL_ERROR",
            code=1236019,
            http_statuses=(500,),
            outcome=Outcome.UNKNOWN,
            retry=Retry.AFTER_DELAY,
            affects=Affects.REQUEST,
            summary="The mail service failed",
            summary_zh="邮件服务内部错误",
            advice="The mail may or may not have gone out. Sending the same draft again is safe: it goes out only once. If it is then not found, look into the sent folder.",
            advice_zh="邮件可能已发出，也可能没有。再次发送同一草稿是安全的：它只会发出一次。若之后提示草稿不存在，请查看“已发送”。",
            source=None,
        ),
        ErrorCode.ACCESS_TOKEN_MISSING: ErrorFacts(
            name="ACCESS_TOKEN_MISSING",
            code=99991661,
            http_statuses=(400,),
            outcome=Outcome.NOT_SENT,
            retry=Retry.AFTER_REFRESH,
            affects=Affects.CREDENTIAL,
            summary="The call carries no access token",
            summary_zh="请求未携带访问凭证",
            advice="Send a user access token as `Authorization: Bearer ...`. If you did, something on the way removes the header.",
            advice_zh="请以 `Authorization: Bearer ...` 携带用户访问凭证；如已携带，请检查中间代理是否移除了该请求头。",
            source='seen live; the documented text is "Need a token"',
        ),
        ErrorCode.TENANT_ACCESS_TOKEN_INVALID: ErrorFacts(
            name="TENANT_ACCESS_TOKEN_INVALID",
            code=99991663,
            http_statuses=(400,),
            outcome=Outcome.NOT_SENT,
            retry=Retry.AFTER_REFRESH,
            affects=Affects.CREDENTIAL,
            summary="A tenant access token was sent that is invalid, or not accepted here",
            summary_zh="携带的租户凭证无效，或该接口不接受租户凭证",
            advice="This operation takes user access tokens only. Get a user access token and send again.",
            advice_zh="该接口只接受用户访问凭证，请获取 user_access_token 后重试。",
            source="seen live with an invalid token; for a valid tenant token inferred",
        ),
        ErrorCode.USER_ACCESS_TOKEN_INVALID: ErrorFacts(
            name="USER_ACCESS_TOKEN_INVALID",
            code=99991668,
            http_statuses=(400,),
            outcome=Outcome.NOT_SENT,
            retry=Retry.AFTER_REFRESH,
            affects=Affects.CREDENTIAL,
            summary="The user access token is invalid or has expired",
            summary_zh="用户访问凭证无效或已过期",
            advice="Get a new user access token and send again.",
            advice_zh="请获取新的 user_access_token 后重试。",
            source="seen live; the service often does not tell expired from invalid",
        ),
        ErrorCode.ACCESS_TOKEN_EXPIRED: ErrorFacts(
            name="ACCESS_TOKEN_EXPIRED",
            code=99991677,
            http_statuses=(401,),
            outcome=Outcome.NOT_SENT,
            retry=Retry.AFTER_REFRESH,
            affects=Affects.CREDENTIAL,
            summary="The access token has expired",
            summary_zh="访问凭证已过期",
            advice="Get a new user access token and send again.",
            advice_zh="请获取新的 user_access_token 后重试。",
            source='seen live; the documented text is "token expire"',
        ),
        ErrorCode.ACCESS_TOKEN_UNRECOGNISED: ErrorFacts(
            name="ACCESS_TOKEN_UNRECOGNISED",
            code=99991671,
            http_statuses=(400,),
            outcome=Outcome.NOT_SENT,
            retry=Retry.AFTER_REFRESH,
            affects=Affects.CREDENTIAL,
            summary="The text sent as a token is not one",
            summary_zh="携带的内容不是有效的访问凭证",
            advice="Send the user access token itself, nothing before or after it.",
            advice_zh="请只携带 user_access_token 本身，前后不要有其他内容。",
            source="documented as a generic code; status inferred",
        ),
        ErrorCode.APP_SCOPE_MISSING: ErrorFacts(
            name="APP_SCOPE_MISSING",
            code=99991672,
            http_statuses=(400,),
            outcome=Outcome.NOT_SENT,
            retry=Retry.NEVER,
            affects=Affects.CREDENTIAL,
            summary="The app has not been granted the scope",
            summary_zh="应用尚未开通所需权限",
            advice="Add the scope `mail:user_mailbox.message:send` to the app, have it approved, and let the user authorise again. A new token alone does not help.",
            advice_zh="请为应用开通 `mail:user_mailbox.message:send` 权限并通过审批，然后让用户重新授权；仅刷新凭证没有用。",
            source="seen live on other operations of the platform",
        ),
        ErrorCode.USER_SCOPE_MISSING: ErrorFacts(
            name="USER_SCOPE_MISSING",
            code=99991679,
            http_statuses=(400,),
            outcome=Outcome.NOT_SENT,
            retry=Retry.NEVER,
            affects=Affects.CREDENTIAL,
            summary="The user has not granted the scope",
            summary_zh="用户尚未授予所需权限",
            advice="Let the user authorise again with the scope `mail:user_mailbox.message:send`. Refreshing the token cannot add a scope.",
            advice_zh="请让用户重新授权 `mail:user_mailbox.message:send`；刷新凭证不能增加权限。",
            source="documented on a page of its own; status inferred",
        ),
        ErrorCode.TOKEN_PERMISSION_MISSING: ErrorFacts(
            name="TOKEN_PERMISSION_MISSING",
            code=99991676,
            http_statuses=(400,),
            outcome=Outcome.NOT_SENT,
            retry=Retry.NEVER,
            affects=Affects.CREDENTIAL,
            summary="The token lacks the permission",
            summary_zh="访问凭证没有所需权限",
            advice="Check which scopes the app and the user granted; then let the user authorise again.",
            advice_zh="请检查应用与用户授予的权限，然后让用户重新授权。",
            source="documented as a generic code; status inferred",
        ),
        ErrorCode.APP_NOT_ENABLED: ErrorFacts(
            name="APP_NOT_ENABLED",
            code=99991662,
            http_statuses=(400,),
            outcome=Outcome.NOT_SENT,
            retry=Retry.NEVER,
            affects=Affects.APP,
            summary="The app is not enabled",
            summary_zh="应用未启用",
            advice="Ask an administrator to enable the app.",
            advice_zh="请联系管理员启用该应用。",
            source="documented as a generic code; status inferred",
        ),
        ErrorCode.APP_NOT_AUTHORISED: ErrorFacts(
            name="APP_NOT_AUTHORISED",
            code=99991673,
            http_statuses=(400,),
            outcome=Outcome.NOT_SENT,
            retry=Retry.NEVER,
            affects=Affects.APP,
            summary="The app is not authorised in this organisation",
            summary_zh="应用未获该企业授权",
            advice="Ask an administrator to install or authorise the app in the organisation.",
            advice_zh="请联系管理员在企业内安装或授权该应用。",
            source="documented as a generic code; status inferred",
        ),
        ErrorCode.IP_NOT_ALLOWED: ErrorFacts(
            name="IP_NOT_ALLOWED",
            code=99991401,
            http_statuses=(400,),
            outcome=Outcome.NOT_SENT,
            retry=Retry.NEVER,
            affects=Affects.APP,
            summary="The calling address is not on the app's list of allowed addresses",
            summary_zh="调用方 IP 不在应用的白名单中",
            advice="Add this machine's public address to the app's IP whitelist, or call from one that is on it.",
            advice_zh="请将本机公网 IP 加入应用的 IP 白名单，或从白名单内的地址调用。",
            source="documented as a generic code; seen live on other operations",
        ),
        ErrorCode.SECURITY_CHALLENGE_REQUIRED: ErrorFacts(
            name="SECURITY_CHALLENGE_REQUIRED",
            code=21000,
            http_statuses=(400,),
            outcome=Outcome.NOT_SENT,
            retry=Retry.NEVER,
            affects=Affects.CREDENTIAL,
            summary="The organisation's security policy asks the user to prove who they are",
            summary_zh="企业安全策略要求用户完成验证",
            advice="Let the user complete the challenge at the address in `data.challenge_url`, then send again.",
            advice_zh="请用户打开 `data.challenge_url` 完成验证，然后重新发送。",
            source="the vendor's command line; status inferred",
        ),
        ErrorCode.SECURITY_POLICY_DENIED: ErrorFacts(
            name="SECURITY_POLICY_DENIED",
            code=21001,
            http_statuses=(400,),
            outcome=Outcome.NOT_SENT,
            retry=Retry.NEVER,
            affects=Affects.CREDENTIAL,
            summary="The organisation's security policy refuses the call",
            summary_zh="企业安全策略拒绝了该调用",
            advice="Ask an administrator which policy applies.",
            advice_zh="请联系管理员确认适用的安全策略。",
            source="the vendor's command line; status inferred",
        ),
        ErrorCode.MONTHLY_QUOTA_EXCEEDED: ErrorFacts(
            name="MONTHLY_QUOTA_EXCEEDED",
            code=99991403,
            http_statuses=(400,),
            outcome=Outcome.NOT_SENT,
            retry=Retry.AFTER_QUOTA,
            affects=Affects.TENANT,
            summary="The organisation has used up this month's API calls",
            summary_zh="企业本月的 API 调用额度已用完",
            advice="Go on next month, or have the quota raised.",
            advice_zh="请下月继续，或提升额度。",
            source="documented as a generic code; status inferred",
        ),
        ErrorCode.FIELD_VALIDATION_FAILED: ErrorFacts(
            name="FIELD_VALIDATION_FAILED",
            code=99992402,
            http_statuses=(400,),
            outcome=Outcome.NOT_SENT,
            retry=Retry.NEVER,
            affects=Affects.REQUEST,
            summary="The gateway refused a field",
            summary_zh="网关校验字段失败",
            advice="Correct the fields named in `error.field_violations`.",
            advice_zh="请更正 `error.field_violations` 中列出的字段。",
            source="documented as a generic code; seen live on other operations",
        ),
        ErrorCode.RATE_LIMITED: ErrorFacts(
            name="RATE_LIMITED",
            code=99991400,
            http_statuses=(429, 400),
            outcome=Outcome.NOT_SENT,
            retry=Retry.AFTER_RESET,
            affects=Affects.APP,
            summary="Too many calls in this minute",
            summary_zh="本分钟内调用次数过多",
            advice="Wait the seconds named by `x-ogw-ratelimit-reset`, then send again; without that header back off. All users of the app in one organisation share the limit of 20 calls a minute.",
            advice_zh="请等待 `x-ogw-ratelimit-reset` 给出的秒数后再发送；没有该响应头时请逐步退避。同一应用在同一企业内的所有用户共享每分钟 20 次的限额。",
            source="documented as a generic code, with 429, or 400 on some older operations",
        ),
        ErrorCode.PATH_NOT_FOUND: ErrorFacts(
            name="PATH_NOT_FOUND",
            code=99991201,
            http_statuses=(404,),
            outcome=Outcome.NOT_SENT,
            retry=Retry.NEVER,
            affects=Affects.APP,
            summary="The gateway knows no such path",
            summary_zh="网关中没有该路径",
            advice="Check the base URL.",
            advice_zh="请检查服务地址（base URL）。",
            source="documented as a generic code; live answers were plain text with 404 instead",
        ),
        ErrorCode.METHOD_NOT_MATCHED: ErrorFacts(
            name="METHOD_NOT_MATCHED",
            code=99991301,
            http_statuses=(404,),
            outcome=Outcome.NOT_SENT,
            retry=Retry.NEVER,
            affects=Affects.APP,
            summary="The gateway knows the path, but not with this method",
            summary_zh="该路径不支持此请求方法",
            advice="Check the base URL, and that no proxy changes the method.",
            advice_zh="请检查服务地址（base URL），并确认没有代理改变请求方法。",
            source="documented as a generic code; live answers were plain text with 404 instead",
        ),
    }
)

AUTOMATION_DISABLED: Final = ErrorFacts(
    name="AUTOMATION_DISABLED",
    code=0,
    http_statuses=(200,),
    outcome=Outcome.NOT_SENT,
    retry=Retry.NEVER,
    affects=Affects.MAILBOX,
    summary="The mailbox's owner has switched automated sending off",
    summary_zh="邮箱所有者已关闭自动化发信",
    advice="Ask the mailbox's owner to allow automated sending in the mail settings, then send the draft again.",
    advice_zh="请邮箱所有者在邮箱设置中允许自动化发信，然后重新发送该草稿。",
    source="the vendor's newest SDKs and command line",
)
"""The mailbox's owner has switched automated sending off: status 200 and code 0, and nevertheless nothing went out."""
