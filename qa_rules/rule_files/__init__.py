"""The rule language: rule files, scorecards and the centre, read and checked."""
