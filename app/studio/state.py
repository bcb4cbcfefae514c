"""A user's state: settings, answer, view, language.

Each of these is a :func:`solara.reactive` on the level of the module, which Solara keeps once per user: two users never
see each other's.
"""

from __future__ import annotations

from dataclasses import dataclass

import solara

from app.studio.answer import Answer
from app.studio.downloads import Download
from app.studio.draft import Draft, opening
from app.studio.history import History
from app.studio.simulator import Question
from app.terminal.complaints import said
from sim.errors import BadInputError, Phrase
from sim.texts import Texts


@dataclass(frozen=True, slots=True, eq=False)
class Answered:
    """An answer, and what was asked.

    Attributes
    ----------
    draft
        What was set.
    question
        What was asked.
    answer
        What the simulator answered, None if it could not.
    """

    draft: Draft
    question: Question
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the user has to be told.

    Attributes
    ----------
    what
        What, in both languages.
    serious
        Whether something did not work.
    """

    what: Phrase | BadInputError
    serious: bool = False

    def text(self, texts: Texts) -> str:
        """Return it in the language of the reader."""
        return self.what.text(texts.language) if isinstance(self.what, Phrase) else sentence(self.what, texts)


history: solara.Reactive[History[Draft]] = solara.reactive(History(opening()))
answered: solara.Reactive[Answered | None] = solara.reactive(None)
notice: solara.Reactive[Notice | None] = solara.reactive(None)
download: solara.Reactive[Download | None] = solara.reactive(None)
language: solara.Reactive[str] = solara.reactive("en")
view: solara.Reactive[str] = solara.reactive("")


def sentence(error: BadInputError, texts: Texts) -> str:
    """Return what is wrong with an input as a sentence."""
    message = error.render(texts.language)
    return message[:1].upper() + message[1:]


def complain(error: BadInputError) -> None:
    """Tell the user what is wrong with the input."""
    notice.value = Notice(error, serious=True)


def failed(draft: Draft, question: Question) -> None:
    """Tell the user that a question could not be answered."""
    notice.value = Notice(said("studio.notice.failed"), serious=True)
    answered.value = Answered(draft, question, None)


def change(draft: Draft) -> None:
    """Take a new draft; the last one can be had back."""
    # First, as the new draft's simulation may have something to say.
    notice.value = None
    history.value = history.value.then(draft)


__all__ = [
    "Answered",
    "Notice",
    "answered",
    "change",
    "complain",
    "download",
    "failed",
    "history",
    "language",
    "notice",
    "sentence",
    "view",
]
