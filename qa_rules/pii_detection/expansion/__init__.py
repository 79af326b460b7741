"""What else belongs to a value that was found: words between its parts and at its edges."""
