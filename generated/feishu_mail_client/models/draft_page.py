from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.draft_reference import DraftReference


T = TypeVar("T", bound="DraftPage")


@_attrs_define
class DraftPage:
    """Some of the mailbox's drafts. The service may add members."""

    items: list[DraftReference] | Unset = UNSET
    """ The drafts of this page. 草稿列表。 """
    has_more: bool | Unset = UNSET
    """ Whether there is a further page. 是否还有更多项。 """
    page_token: str | Unset = UNSET
    """ Names the next page; only there when `has_more` is true. 分页标记，仅当还有更多项时返回。 """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        items: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.items, Unset):
            items = []
            for items_item_data in self.items:
                items_item = items_item_data.to_dict()
                items.append(items_item)

        has_more = self.has_more

        page_token = self.page_token

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if items is not UNSET:
            field_dict["items"] = items
        if has_more is not UNSET:
            field_dict["has_more"] = has_more
        if page_token is not UNSET:
            field_dict["page_token"] = page_token

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.draft_reference import DraftReference

        d = dict(src_dict)
        _items = d.pop("items", UNSET)
        items: list[DraftReference] | Unset = UNSET
        if _items is not UNSET:
            items = []
            for items_item_data in _items:
                items_item = DraftReference.from_dict(items_item_data)

                items.append(items_item)

        has_more = d.pop("has_more", UNSET)

        page_token = d.pop("page_token", UNSET)

        draft_page = cls(
            items=items,
            has_more=has_more,
            page_token=page_token,
        )

        draft_page.additional_properties = d
        return draft_page

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
