"""Whether a match is meant: what its clause affirms or denies."""
