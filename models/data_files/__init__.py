"""Data files in YAML: strict reading, and errors that name path and line."""
