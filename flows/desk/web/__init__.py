"""Pages and protection of the web application."""
