from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.sent_message import SentMessage


T = TypeVar("T", bound="SendDraftResponse")


@_attrs_define
class SendDraftResponse:
    """The envelope of a draft that was taken."""

    code: int
    """ 0 means that the call was accepted. 错误码，非 0 表示失败。 """
    msg: str | Unset = UNSET
    """ Text for people, for example `success`; its wording may change. 错误描述。 """
    data: SentMessage | Unset = UNSET
    """ The message that the draft became. The service may add members. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        code = self.code

        msg = self.msg

        data: dict[str, Any] | Unset = UNSET
        if not isinstance(self.data, Unset):
            data = self.data.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "code": code,
            }
        )
        if msg is not UNSET:
            field_dict["msg"] = msg
        if data is not UNSET:
            field_dict["data"] = data

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.sent_message import SentMessage

        d = dict(src_dict)
        code = d.pop("code")

        msg = d.pop("msg", UNSET)

        _data = d.pop("data", UNSET)
        data: SentMessage | Unset
        if isinstance(_data, Unset):
            data = UNSET
        else:
            data = SentMessage.from_dict(_data)

        send_draft_response = cls(
            code=code,
            msg=msg,
            data=data,
        )

        send_draft_response.additional_properties = d
        return send_draft_response

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
