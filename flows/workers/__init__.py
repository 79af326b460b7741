"""Worker processes that transcribe and evaluate calls."""
