"""What runs in the background: the table of all jobs, the process that does them, their pages."""
