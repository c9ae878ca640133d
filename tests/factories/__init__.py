"""Rows for tests. A factory makes what its name says and nothing else."""
