"""PISA beside the service's own cohorts: series, ranks, gaps, and what can be said of them."""
