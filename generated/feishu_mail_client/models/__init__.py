"""Contains all the data models used in inputs/outputs"""

from .attachment import Attachment
from .automation_send_disable import AutomationSendDisable
from .draft import Draft
from .draft_content import DraftContent
from .draft_page import DraftPage
from .draft_reference import DraftReference
from .error_detail import ErrorDetail
from .error_response import ErrorResponse
from .failure_data_type_0 import FailureDataType0
from .field_violation import FieldViolation
from .get_draft_format import GetDraftFormat
from .get_draft_response import GetDraftResponse
from .help_link import HelpLink
from .key_value import KeyValue
from .list_drafts_response import ListDraftsResponse
from .mail_address import MailAddress
from .message import Message
from .message_security_level import MessageSecurityLevel
from .permission_violation import PermissionViolation
from .send_draft_response import SendDraftResponse
from .sent_message import SentMessage

__all__ = (
    "Attachment",
    "AutomationSendDisable",
    "Draft",
    "DraftContent",
    "DraftPage",
    "DraftReference",
    "ErrorDetail",
    "ErrorResponse",
    "FailureDataType0",
    "FieldViolation",
    "GetDraftFormat",
    "GetDraftResponse",
    "HelpLink",
    "KeyValue",
    "ListDraftsResponse",
    "MailAddress",
    "Message",
    "MessageSecurityLevel",
    "PermissionViolation",
    "SendDraftResponse",
    "SentMessage",
)
