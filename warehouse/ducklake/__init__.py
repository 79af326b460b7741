"""The published warehouse as a DuckLake: Parquet files with a catalogue in PostgreSQL."""
