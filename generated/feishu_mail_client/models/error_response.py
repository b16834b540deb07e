from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.error_detail import ErrorDetail
    from ..models.failure_data_type_0 import FailureDataType0


T = TypeVar("T", bound="ErrorResponse")


@_attrs_define
class ErrorResponse:
    """The envelope of a failure."""

    code: int
    """ What went wrong, never 0. Its meaning belongs to the operation; elsewhere it may differ. 错误码。 """
    msg: str | Unset = UNSET
    """ Text for people; its wording may change. 错误描述。 """
    data: FailureDataType0 | None | Unset = UNSET
    """ Usually absent on failures; older answers carry an empty object or null. """
    error: ErrorDetail | Unset = UNSET
    """ More about a failure. Every member is optional, and others may be added. """
    log_id: str | Unset = UNSET
    """ Identifies the call for the vendor's support, where it is not inside `error`. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.failure_data_type_0 import FailureDataType0

        code = self.code

        msg = self.msg

        data: dict[str, Any] | None | Unset
        if isinstance(self.data, Unset):
            data = UNSET
        elif isinstance(self.data, FailureDataType0):
            data = self.data.to_dict()
        else:
            data = self.data

        error: dict[str, Any] | Unset = UNSET
        if not isinstance(self.error, Unset):
            error = self.error.to_dict()

        log_id = self.log_id

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
        if error is not UNSET:
            field_dict["error"] = error
        if log_id is not UNSET:
            field_dict["log_id"] = log_id

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.error_detail import ErrorDetail
        from ..models.failure_data_type_0 import FailureDataType0

        d = dict(src_dict)
        code = d.pop("code")

        msg = d.pop("msg", UNSET)

        def _parse_data(data: object) -> FailureDataType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_failure_data_type_0 = FailureDataType0.from_dict(data)

                return componentsschemas_failure_data_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(FailureDataType0 | None | Unset, data)

        data = _parse_data(d.pop("data", UNSET))

        _error = d.pop("error", UNSET)
        error: ErrorDetail | Unset
        if isinstance(_error, Unset):
            error = UNSET
        else:
            error = ErrorDetail.from_dict(_error)

        log_id = d.pop("log_id", UNSET)

        error_response = cls(
            code=code,
            msg=msg,
            data=data,
            error=error,
            log_id=log_id,
        )

        error_response.additional_properties = d
        return error_response

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
