"""One run over a source, independent of Prefect: its plan, and its steps."""
