"""The lake: Parquet parts, their manifests, and the conversion of records to rows and back."""
