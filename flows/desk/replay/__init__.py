"""What other rule files would change: stored calls are judged again beside the server."""
