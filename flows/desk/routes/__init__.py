"""The addresses of the desk, one module a part of it."""
