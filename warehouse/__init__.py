"""The DuckDB warehouse: lake, snapshots, marts and the reports read from them."""
