"""Who takes part in what: apply, waitlist, enroll, transfer, withdraw, complete."""
