"""What a centre says of its own sources, and what helps to say it: `callqa sources …`."""
