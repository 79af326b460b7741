"""From findings to answers, scores and reasons."""
