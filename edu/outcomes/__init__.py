"""Gains and means as Findings: what was found, how sure, and how to find it again."""
