"""The commands, one module each; what they need of the model is imported when they run."""
