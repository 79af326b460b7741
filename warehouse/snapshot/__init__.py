"""Publication of the lake as a DuckDB file."""
