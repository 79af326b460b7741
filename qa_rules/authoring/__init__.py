"""Tools for rule authors: check, examples, explain, replay, accuracy."""
