"""An index of the lake, derived from it: which results there are of a call, and where."""
