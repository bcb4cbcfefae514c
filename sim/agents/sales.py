"""A sales person."""

from __future__ import annotations

from typing import ClassVar

from sim.agents.employee import Employee
from sim.agents.week import Week


class SalesEmployee(Employee):
    """A sales person: learns the market from customers, is always hired for social skill, and is met by marketing.

    What sales people take over from marketing goes on the same account as what colleagues tell them
    (``_market_heard``); marketing people keep two accounts. That is the order in which the compiled engine adds up.
    """

    department: ClassVar[str] = "sales"

    def hiring_bar(self, week: Week) -> float:
        """Return 0: sales selects for social skill whatever marketing does (E24)."""
        return 0.0

    def learn(self, week: Week) -> None:
        """Learn the market from hours with customers, and products on the side (E13)."""
        c = week.coefficients
        self._learn(week, c.learning_own, c.learning_other)
