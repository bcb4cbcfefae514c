"""The studio's panels: what can be set, and what is always visible. A Solara component each, with its Vue template."""
