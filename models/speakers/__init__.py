"""Who speaks when, and in which role."""
