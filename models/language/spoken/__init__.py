"""Spoken numbers, letters and addresses as symbols, each knowing the words it came from."""
