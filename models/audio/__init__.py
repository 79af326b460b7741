"""Audio: decoding, voice activity, channels, echo, and redacted copies."""
