"""What is estimated for an analysis, part by part, and the whole answer."""
