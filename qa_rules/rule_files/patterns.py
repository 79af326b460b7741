"""Regular expressions of rules, with an engine of linear run time."""

from __future__ import annotations

from typing import Any

import re2

from qa_rules.phrase_search.tokens import unaccented


def compile_pattern(text: str) -> Any:
    """Compile a pattern with RE2, to be run on folded words.

    Raises:
        re2.error: The pattern is invalid, or not possible in linear time.
    """
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = False
    return re2.compile(unaccented(text), options)
