"""A text of a content file in both languages."""

from __future__ import annotations

import msgspec

from jicha.kernel.text import Text
from jicha.lexicon.yaml_file import BadValue


class Bilingual(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text of a header in both languages; neither may be empty."""

    en: str
    zh: str

    def __post_init__(self) -> None:
        if not self.en.strip() or not self.zh.strip():
            raise BadValue(
                en="a text needs both its English and its Chinese wording", zh="文本须同时有英文和中文"
            )

    @property
    def text(self) -> Text:
        return Text(en=self.en, zh=self.zh)
