"""What speaks for a type of personal data at a place in a dialogue."""
