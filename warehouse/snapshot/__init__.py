"""From the lake to the published DuckDB file that readers open."""
