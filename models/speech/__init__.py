"""Speech recognition: from audio to words with times and confidences."""
