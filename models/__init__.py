"""What a call is, and what listens to it."""
