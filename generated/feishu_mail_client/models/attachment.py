from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="Attachment")


@_attrs_define
class Attachment:
    """An attachment, without its content."""

    id: str | Unset = UNSET
    """ Id of the attachment, opaque. 附件 ID。 """
    attachment_type: int | Unset = UNSET
    """ 1 normal, 2 large; other numbers may be added. 附件类型：1 普通附件，2 超大附件。 """
    filename: str | Unset = UNSET
    """ The file's name. 文件名。 """
    is_inline: bool | Unset = UNSET
    """ Whether it is shown within the text. 是否为正文内嵌。 """
    cid: str | Unset = UNSET
    """ How the text refers to it. 内嵌引用 ID。 """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        attachment_type = self.attachment_type

        filename = self.filename

        is_inline = self.is_inline

        cid = self.cid

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if id is not UNSET:
            field_dict["id"] = id
        if attachment_type is not UNSET:
            field_dict["attachment_type"] = attachment_type
        if filename is not UNSET:
            field_dict["filename"] = filename
        if is_inline is not UNSET:
            field_dict["is_inline"] = is_inline
        if cid is not UNSET:
            field_dict["cid"] = cid

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = d.pop("id", UNSET)

        attachment_type = d.pop("attachment_type", UNSET)

        filename = d.pop("filename", UNSET)

        is_inline = d.pop("is_inline", UNSET)

        cid = d.pop("cid", UNSET)

        attachment = cls(
            id=id,
            attachment_type=attachment_type,
            filename=filename,
            is_inline=is_inline,
            cid=cid,
        )

        attachment.additional_properties = d
        return attachment

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
