"""Processes that listen to calls and evaluate them, each with its portion."""
