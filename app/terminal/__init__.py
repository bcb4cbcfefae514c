"""The terminal: the renderer of pages for 80 columns, options, help, progress, messages, files."""
