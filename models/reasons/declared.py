"""What a declared code of a reason is: a string with an English message."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cached_property
from typing import Self


class DeclaredCode(StrEnum):
    """A declared code with its English message.

    Attributes:
        message: In English; of two forms the singular.
        plural: The plural form; empty where there is no count.
    """

    message: str
    plural: str

    def __new__(cls, code: str, message: str = "", plural: str = "") -> Self:
        """Declare a code."""
        member = str.__new__(cls, code)
        member._value_, member.message, member.plural = code, message, plural
        return member

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of its values."""
        return frozenset(re.findall(r"%\((\w+)\)s", self.message))
