"""Finds and hides spoken personal data; needs no rule and no scorecard."""
