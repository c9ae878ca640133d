"""Regions, schools and people."""
