"""Evidence from the dialogue for types of personal data."""
