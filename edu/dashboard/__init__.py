"""The homes of the roles, and the page of one program: readers of what the flow produced."""
