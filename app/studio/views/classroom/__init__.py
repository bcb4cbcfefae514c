"""For teaching: expectations that are said before the model's answer is seen, and teams side by side."""
