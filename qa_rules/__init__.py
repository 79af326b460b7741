"""Rule files, detection and masking of personal data, and evaluation of calls."""
