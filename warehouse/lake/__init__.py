"""The canonical store: Parquet parts, their manifests, and rows from records and back."""
