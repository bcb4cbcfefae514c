"""The questionnaire for real organisations: what is asked, how forms are read, and what starting state they give.

Not to be confused with :mod:`experiments.survey`, in which virtual companies answer. How an answer becomes a state of
the model is an assumption throughout.
"""

from experiments.questionnaire.state import FEWEST, StartingState, read_survey

__all__ = ["FEWEST", "StartingState", "read_survey"]
