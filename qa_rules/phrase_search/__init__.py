"""Phrases among recognised words: text machinery that knows no call."""
