"""Speaker diarization, embeddings and roles."""
