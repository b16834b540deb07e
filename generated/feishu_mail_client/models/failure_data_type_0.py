from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="FailureDataType0")


@_attrs_define
class FailureDataType0:
    """Usually absent on failures; older answers carry an empty object or null."""

    challenge_url: str | Unset = UNSET
    """ With code 21000, where the user proves who they are. 用户完成验证的地址。 """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        challenge_url = self.challenge_url

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if challenge_url is not UNSET:
            field_dict["challenge_url"] = challenge_url

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        challenge_url = d.pop("challenge_url", UNSET)

        failure_data_type_0 = cls(
            challenge_url=challenge_url,
        )

        failure_data_type_0.additional_properties = d
        return failure_data_type_0

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
