"""An economy over the cycles: its series, where it would go, its ranks, its levels and gaps."""
