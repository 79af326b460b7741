"""Reasons of results: declared codes with values, and their English."""
