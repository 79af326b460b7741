"""The rule language: rule files, scorecards and the centre file, with their checks."""
