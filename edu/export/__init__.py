"""Safe release: a request, a second person's decision, an anonymized cohort as files."""
