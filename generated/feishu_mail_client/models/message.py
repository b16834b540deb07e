from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.attachment import Attachment
    from ..models.mail_address import MailAddress
    from ..models.message_security_level import MessageSecurityLevel


T = TypeVar("T", bound="Message")


@_attrs_define
class Message:
    """A mail. Which members are there depends on `format`; all may be absent. 邮件。"""

    raw: str | Unset = UNSET
    """ The whole mail (EML), base64url-encoded. 邮件原文（EML），base64url 编码。 """
    subject: str | Unset = UNSET
    """ The subject. 主题。 """
    to: list[MailAddress] | Unset = UNSET
    """ The recipients. 收件人。 """
    cc: list[MailAddress] | Unset = UNSET
    """ Who gets a copy. 抄送。 """
    bcc: list[MailAddress] | Unset = UNSET
    """ Who gets a copy that the others do not see. 密送。 """
    head_from: MailAddress | Unset = UNSET
    """ A mail address. """
    body_html: str | Unset = UNSET
    """ The text as HTML, base64url-encoded. HTML 正文，base64url 编码。 """
    body_plain_text: str | Unset = UNSET
    """ The text without markup, base64url-encoded. 纯文本正文，base64url 编码。 """
    body_preview: str | Unset = UNSET
    """ The first 100 characters of the text, base64url-encoded. 正文前 100 个字符，base64url 编码。 """
    body_calendar: str | Unset = UNSET
    """ The calendar invitation, base64url-encoded. 日程邀请，base64url 编码。 """
    internal_date: Any | Unset = UNSET
    """ When it was made, in milliseconds since 1970, as a string or a number. 创建时间，毫秒时间戳。 """
    message_state: int | Unset = UNSET
    """ 1 received, 2 sent, 3 draft; other numbers may be added. 邮件状态：1 收到，2 已发送，3 草稿。 """
    smtp_message_id: str | Unset = UNSET
    """ The Message-ID of RFC 5322. 邮件的 Message-ID。 """
    message_id: str | Unset = UNSET
    """ Id of the message, opaque. 邮件 ID。 """
    thread_id: str | Unset = UNSET
    """ Id of the conversation, opaque. 会话 ID。 """
    attachments: list[Attachment] | Unset = UNSET
    """ The attachments, without their contents. 附件列表，不含内容。 """
    label_ids: list[str] | Unset = UNSET
    """ Ids of the labels. 标签 ID。 """
    folder_id: str | Unset = UNSET
    """ Id of the folder. 文件夹 ID。 """
    in_reply_to: str | Unset = UNSET
    """ The Message-ID that it answers. 所回复邮件的 Message-ID。 """
    reply_to: str | Unset = UNSET
    """ Where answers are to go. 回复地址。 """
    references: str | Unset = UNSET
    """ The Message-IDs of the conversation. 会话中的 Message-ID。 """
    priority_type: str | Unset = UNSET
    """ `0` none, `1` high, `3` normal, `5` low; others may be added. 优先级：0 无，1 高，3 普通，5 低。 """
    security_level: MessageSecurityLevel | Unset = UNSET
    """ The level of secrecy; its members are not documented. 密级，成员未公开。 """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        raw = self.raw

        subject = self.subject

        to: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.to, Unset):
            to = []
            for to_item_data in self.to:
                to_item = to_item_data.to_dict()
                to.append(to_item)

        cc: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.cc, Unset):
            cc = []
            for cc_item_data in self.cc:
                cc_item = cc_item_data.to_dict()
                cc.append(cc_item)

        bcc: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.bcc, Unset):
            bcc = []
            for bcc_item_data in self.bcc:
                bcc_item = bcc_item_data.to_dict()
                bcc.append(bcc_item)

        head_from: dict[str, Any] | Unset = UNSET
        if not isinstance(self.head_from, Unset):
            head_from = self.head_from.to_dict()

        body_html = self.body_html

        body_plain_text = self.body_plain_text

        body_preview = self.body_preview

        body_calendar = self.body_calendar

        internal_date = self.internal_date

        message_state = self.message_state

        smtp_message_id = self.smtp_message_id

        message_id = self.message_id

        thread_id = self.thread_id

        attachments: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.attachments, Unset):
            attachments = []
            for attachments_item_data in self.attachments:
                attachments_item = attachments_item_data.to_dict()
                attachments.append(attachments_item)

        label_ids: list[str] | Unset = UNSET
        if not isinstance(self.label_ids, Unset):
            label_ids = self.label_ids

        folder_id = self.folder_id

        in_reply_to = self.in_reply_to

        reply_to = self.reply_to

        references = self.references

        priority_type = self.priority_type

        security_level: dict[str, Any] | Unset = UNSET
        if not isinstance(self.security_level, Unset):
            security_level = self.security_level.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if raw is not UNSET:
            field_dict["raw"] = raw
        if subject is not UNSET:
            field_dict["subject"] = subject
        if to is not UNSET:
            field_dict["to"] = to
        if cc is not UNSET:
            field_dict["cc"] = cc
        if bcc is not UNSET:
            field_dict["bcc"] = bcc
        if head_from is not UNSET:
            field_dict["head_from"] = head_from
        if body_html is not UNSET:
            field_dict["body_html"] = body_html
        if body_plain_text is not UNSET:
            field_dict["body_plain_text"] = body_plain_text
        if body_preview is not UNSET:
            field_dict["body_preview"] = body_preview
        if body_calendar is not UNSET:
            field_dict["body_calendar"] = body_calendar
        if internal_date is not UNSET:
            field_dict["internal_date"] = internal_date
        if message_state is not UNSET:
            field_dict["message_state"] = message_state
        if smtp_message_id is not UNSET:
            field_dict["smtp_message_id"] = smtp_message_id
        if message_id is not UNSET:
            field_dict["message_id"] = message_id
        if thread_id is not UNSET:
            field_dict["thread_id"] = thread_id
        if attachments is not UNSET:
            field_dict["attachments"] = attachments
        if label_ids is not UNSET:
            field_dict["label_ids"] = label_ids
        if folder_id is not UNSET:
            field_dict["folder_id"] = folder_id
        if in_reply_to is not UNSET:
            field_dict["in_reply_to"] = in_reply_to
        if reply_to is not UNSET:
            field_dict["reply_to"] = reply_to
        if references is not UNSET:
            field_dict["references"] = references
        if priority_type is not UNSET:
            field_dict["priority_type"] = priority_type
        if security_level is not UNSET:
            field_dict["security_level"] = security_level

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.attachment import Attachment
        from ..models.mail_address import MailAddress
        from ..models.message_security_level import MessageSecurityLevel

        d = dict(src_dict)
        raw = d.pop("raw", UNSET)

        subject = d.pop("subject", UNSET)

        _to = d.pop("to", UNSET)
        to: list[MailAddress] | Unset = UNSET
        if _to is not UNSET:
            to = []
            for to_item_data in _to:
                to_item = MailAddress.from_dict(to_item_data)

                to.append(to_item)

        _cc = d.pop("cc", UNSET)
        cc: list[MailAddress] | Unset = UNSET
        if _cc is not UNSET:
            cc = []
            for cc_item_data in _cc:
                cc_item = MailAddress.from_dict(cc_item_data)

                cc.append(cc_item)

        _bcc = d.pop("bcc", UNSET)
        bcc: list[MailAddress] | Unset = UNSET
        if _bcc is not UNSET:
            bcc = []
            for bcc_item_data in _bcc:
                bcc_item = MailAddress.from_dict(bcc_item_data)

                bcc.append(bcc_item)

        _head_from = d.pop("head_from", UNSET)
        head_from: MailAddress | Unset
        if isinstance(_head_from, Unset):
            head_from = UNSET
        else:
            head_from = MailAddress.from_dict(_head_from)

        body_html = d.pop("body_html", UNSET)

        body_plain_text = d.pop("body_plain_text", UNSET)

        body_preview = d.pop("body_preview", UNSET)

        body_calendar = d.pop("body_calendar", UNSET)

        internal_date = d.pop("internal_date", UNSET)

        message_state = d.pop("message_state", UNSET)

        smtp_message_id = d.pop("smtp_message_id", UNSET)

        message_id = d.pop("message_id", UNSET)

        thread_id = d.pop("thread_id", UNSET)

        _attachments = d.pop("attachments", UNSET)
        attachments: list[Attachment] | Unset = UNSET
        if _attachments is not UNSET:
            attachments = []
            for attachments_item_data in _attachments:
                attachments_item = Attachment.from_dict(attachments_item_data)

                attachments.append(attachments_item)

        label_ids = cast(list[str], d.pop("label_ids", UNSET))

        folder_id = d.pop("folder_id", UNSET)

        in_reply_to = d.pop("in_reply_to", UNSET)

        reply_to = d.pop("reply_to", UNSET)

        references = d.pop("references", UNSET)

        priority_type = d.pop("priority_type", UNSET)

        _security_level = d.pop("security_level", UNSET)
        security_level: MessageSecurityLevel | Unset
        if isinstance(_security_level, Unset):
            security_level = UNSET
        else:
            security_level = MessageSecurityLevel.from_dict(_security_level)

        message = cls(
            raw=raw,
            subject=subject,
            to=to,
            cc=cc,
            bcc=bcc,
            head_from=head_from,
            body_html=body_html,
            body_plain_text=body_plain_text,
            body_preview=body_preview,
            body_calendar=body_calendar,
            internal_date=internal_date,
            message_state=message_state,
            smtp_message_id=smtp_message_id,
            message_id=message_id,
            thread_id=thread_id,
            attachments=attachments,
            label_ids=label_ids,
            folder_id=folder_id,
            in_reply_to=in_reply_to,
            reply_to=reply_to,
            references=references,
            priority_type=priority_type,
            security_level=security_level,
        )

        message.additional_properties = d
        return message

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
