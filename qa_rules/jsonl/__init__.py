"""Evaluation of transcripts from other systems, one call per line."""
