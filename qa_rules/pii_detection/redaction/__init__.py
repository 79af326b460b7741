"""What is hidden of personal data in texts and recordings, and the proof that it is."""
