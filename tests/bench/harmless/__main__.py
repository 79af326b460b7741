"""Print the flags of harmless calls: `python -m tests.bench.harmless [SEED]`."""

from __future__ import annotations

import sys
from collections import Counter

from tests.bench.harmless.calls import flags, harmless_calls
from tests.qa_rules.rule_folders import shipped_rulebook

COUNT, SEED = 240, 14
MAX_MAJOR = 2


def main() -> None:
    """Print the flags by severity and rule, and each with its call."""
    seed = int(sys.argv[1]) if sys.argv[1:] else SEED
    rulebook = shipped_rulebook()
    found = [flag for call in harmless_calls(COUNT, seed) for flag in flags(call, rulebook)]
    severities = Counter(flag.severity for flag in found)
    print(
        f"{COUNT} harmless calls, seed {seed}: {severities['critical']} critical flags (0), "
        f"{severities['major']} major (≤ {MAX_MAJOR}), {severities['minor']} minor"
    )
    for flag in found:
        print(f"  {flag.severity} {flag.rule_id}, {flag.call.language}")
        print("    " + flag.call.text.replace("\n", "\n    "))


if __name__ == "__main__":
    main()
