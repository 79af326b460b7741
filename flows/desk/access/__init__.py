"""Who may use the desk, and what they may see."""
