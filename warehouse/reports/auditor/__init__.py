"""The page for an auditor: what a run processed, masked and proved, and by which rules."""
