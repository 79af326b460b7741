"""What speaks for a value, and how much: named features and the table of their weights."""
