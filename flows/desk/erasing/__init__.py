"""Erasures that are asked for at the desk, and run in a process beside it."""
