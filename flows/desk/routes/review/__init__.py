"""Routes of reviews: flags, calls, decisions, search and samples."""
