"""The command line `callqa`: one module per group of commands."""
