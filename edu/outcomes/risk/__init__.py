"""Advice on who is likely not to complete a program. It decides nothing; people do."""
