"""What people do at the desk, in SQL."""
