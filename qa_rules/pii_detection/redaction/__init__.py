"""Masking and muting of personal data in texts and recordings, and its verification."""
