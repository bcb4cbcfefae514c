"""The version of the program and of the model."""

__version__ = "0.1.0"
