"""What is measured and what was answered: instruments, waves, sittings and their responses."""
