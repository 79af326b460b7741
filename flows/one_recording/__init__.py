"""What is done with one recording outside of a run."""
