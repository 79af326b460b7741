"""Speech recognition: sound in, words with times and confidences out."""
