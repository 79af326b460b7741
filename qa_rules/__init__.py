"""The rule files, and what loads, checks, explains, scores and redacts with them."""
