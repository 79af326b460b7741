"""Transcripts from elsewhere, one call a line."""
