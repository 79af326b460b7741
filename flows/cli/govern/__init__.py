"""`callqa` commands of governance: erase, hold, retention, subject, audit."""
