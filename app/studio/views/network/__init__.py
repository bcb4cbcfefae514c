"""The network of one company: its people and ties, animated week by week in the browser."""
