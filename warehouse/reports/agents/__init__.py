"""Agents and teams: pages, coaching, workload."""
