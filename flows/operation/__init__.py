"""What an operator needs: progress, log, status, metrics, settings, a folder to start with."""
