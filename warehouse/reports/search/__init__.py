"""The search over the redacted transcripts."""
