"""Evidence for values: named features and the table of their weights."""
