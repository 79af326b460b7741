"""Prefect flows, settings, sources, delivery and the command line."""
