"""Recognizers, one per form of personal data."""
