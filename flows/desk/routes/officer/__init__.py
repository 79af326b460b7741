"""Pages of data protection officers."""
