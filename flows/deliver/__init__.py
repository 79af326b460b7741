"""Bring flag lists to the people and programs that wait for them, each list once."""
