"""The management report of a week or a month."""
