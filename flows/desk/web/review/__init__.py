"""What the pages of reviews have in common."""
