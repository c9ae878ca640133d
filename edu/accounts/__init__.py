"""Who may enter, what they may do, for which schools, and the trail of what was done."""
