"""The matching engine: conditions of rules against a call."""
