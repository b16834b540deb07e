from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="AutomationSendDisable")


@_attrs_define
class AutomationSendDisable:
    """Filled when the mailbox's owner has switched automated sending off: **nothing went out**, although the answer is
    200 with code 0. Absent or empty when the mail was sent. 当用户禁用自动化发信时返回；为空表示发信成功。

    """

    reason: str | Unset = UNSET
    """ Why, for people. 原因。 """
    reference: str | Unset = UNSET
    """ Address of the setting. 设置页地址。 """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        reason = self.reason

        reference = self.reference

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if reason is not UNSET:
            field_dict["reason"] = reason
        if reference is not UNSET:
            field_dict["reference"] = reference

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        reason = d.pop("reason", UNSET)

        reference = d.pop("reference", UNSET)

        automation_send_disable = cls(
            reason=reason,
            reference=reference,
        )

        automation_send_disable.additional_properties = d
        return automation_send_disable

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
