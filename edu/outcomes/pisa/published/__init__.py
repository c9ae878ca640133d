"""Figures that others publish, brought in from tables."""
