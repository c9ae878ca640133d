"""The service's own cohorts on their scales, and how they are linked to PISA."""
