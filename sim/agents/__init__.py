"""The people of a company as Mesa agents, the ties between them, and the week they share."""

from sim.agents.employee import Employee
from sim.agents.marketing import MarketingEmployee
from sim.agents.sales import SalesEmployee
from sim.agents.tie import Tie
from sim.agents.week import Week

__all__ = ["Employee", "MarketingEmployee", "SalesEmployee", "Tie", "Week"]
