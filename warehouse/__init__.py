"""The DuckDB warehouse: lake, migrations, snapshots, marts and the reports read from them."""
