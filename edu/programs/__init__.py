"""What is managed: the project's initiatives, their programs, the offerings of these."""
