"""The desk: a web application in which people act on what the nights found.

Calls and findings come from the published snapshot, read-only; what people do is kept in a small
SQL database of its own, from which each run takes it into the lake.
"""
