"""What people read: each report is read from a snapshot, computed, and rendered."""
