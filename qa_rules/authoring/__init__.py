"""What rule authors run: check, examples, explain, replay, accuracy."""
