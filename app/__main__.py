"""``python -m app`` is the command ``handshake``."""

from app.cli import main

main()
