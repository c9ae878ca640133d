"""Official pupil files: read, understood, summarized; the rows are not kept."""
