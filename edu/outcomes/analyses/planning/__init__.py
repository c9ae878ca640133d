"""Planning a rollout before it begins."""
