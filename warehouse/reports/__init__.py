"""Reports: read from a snapshot, computed, and rendered as pages, CSV, JSON or PDF."""
