"""What the headers of audio files say: where a file begins and ends, and how long it is."""
