"""The Prefect flows, what they need of Prefect, and the server of a run that is given none."""
