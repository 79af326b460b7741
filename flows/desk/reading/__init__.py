"""What the desk shows of calls, from the published snapshot and the lake."""
