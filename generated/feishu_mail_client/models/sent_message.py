from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.automation_send_disable import AutomationSendDisable


T = TypeVar("T", bound="SentMessage")


@_attrs_define
class SentMessage:
    """The message that the draft became. The service may add members."""

    message_id: str | Unset = UNSET
    """ Id of the sent message, opaque. 发送后生成的已发送邮件 ID。 """
    thread_id: str | Unset = UNSET
    """ Id of the conversation, opaque. 邮件所属会话 ID。 """
    recall_status: str | Unset = UNSET
    """ `available` when the message can be recalled; otherwise usually absent. 是否可撤回。 """
    automation_send_disable: AutomationSendDisable | Unset = UNSET
    """ Filled when the mailbox's owner has switched automated sending off: **nothing went out**, although the
    answer is
    200 with code 0. Absent or empty when the mail was sent. 当用户禁用自动化发信时返回；为空表示发信成功。
     """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        message_id = self.message_id

        thread_id = self.thread_id

        recall_status = self.recall_status

        automation_send_disable: dict[str, Any] | Unset = UNSET
        if not isinstance(self.automation_send_disable, Unset):
            automation_send_disable = self.automation_send_disable.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if message_id is not UNSET:
            field_dict["message_id"] = message_id
        if thread_id is not UNSET:
            field_dict["thread_id"] = thread_id
        if recall_status is not UNSET:
            field_dict["recall_status"] = recall_status
        if automation_send_disable is not UNSET:
            field_dict["automation_send_disable"] = automation_send_disable

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.automation_send_disable import AutomationSendDisable

        d = dict(src_dict)
        message_id = d.pop("message_id", UNSET)

        thread_id = d.pop("thread_id", UNSET)

        recall_status = d.pop("recall_status", UNSET)

        _automation_send_disable = d.pop("automation_send_disable", UNSET)
        automation_send_disable: AutomationSendDisable | Unset
        if isinstance(_automation_send_disable, Unset):
            automation_send_disable = UNSET
        else:
            automation_send_disable = AutomationSendDisable.from_dict(
                _automation_send_disable
            )

        sent_message = cls(
            message_id=message_id,
            thread_id=thread_id,
            recall_status=recall_status,
            automation_send_disable=automation_send_disable,
        )

        sent_message.additional_properties = d
        return sent_message

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
