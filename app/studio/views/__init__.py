"""The studio's views: each module has a Solara component ``View(answer, texts, dark)`` that shows an answer."""
