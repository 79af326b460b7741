"""Who may keep what, how long, and who did what: retention, erasure, holds, audit trail."""
