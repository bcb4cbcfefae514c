"""The view of hours by purpose."""
