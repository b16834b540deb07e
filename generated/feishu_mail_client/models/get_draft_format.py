from enum import StrEnum


class GetDraftFormat(StrEnum):
    FULL = "full"
    METADATA = "metadata"
    RAW = "raw"

    def __str__(self) -> str:
        return str(self.value)
