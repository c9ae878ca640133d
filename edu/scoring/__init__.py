"""From responses to published scores: runs, their reliability, and how each item behaved."""
