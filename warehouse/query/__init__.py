"""Queries, search, export, the data dictionary and the notebook for analysts."""
