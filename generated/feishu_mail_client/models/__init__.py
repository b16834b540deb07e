"""Contains all the data models used in inputs/outputs"""

from .automation_send_disable import AutomationSendDisable
from .error_detail import ErrorDetail
from .error_response import ErrorResponse
from .error_response_data_type_0 import ErrorResponseDataType0
from .field_violation import FieldViolation
from .help_link import HelpLink
from .key_value import KeyValue
from .permission_violation import PermissionViolation
from .send_draft_response import SendDraftResponse
from .sent_message import SentMessage

__all__ = (
    "AutomationSendDisable",
    "ErrorDetail",
    "ErrorResponse",
    "ErrorResponseDataType0",
    "FieldViolation",
    "HelpLink",
    "KeyValue",
    "PermissionViolation",
    "SendDraftResponse",
    "SentMessage",
)
