from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="MailAddress")


@_attrs_define
class MailAddress:
    """A mail address."""

    mail_address: str | Unset = UNSET
    """ The address itself. 邮箱地址。 """
    name: str | Unset = UNSET
    """ The name that is shown. 显示名称。 """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        mail_address = self.mail_address

        name = self.name

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if mail_address is not UNSET:
            field_dict["mail_address"] = mail_address
        if name is not UNSET:
            field_dict["name"] = name

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        mail_address = d.pop("mail_address", UNSET)

        name = d.pop("name", UNSET)

        mail_address = cls(
            mail_address=mail_address,
            name=name,
        )

        mail_address.additional_properties = d
        return mail_address

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
