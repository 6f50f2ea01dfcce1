"""What a run would send to a deployment, told without sending anything."""

from rulebound.contract_tests.forecasting.forecast import forecast
from rulebound.contract_tests.forecasting.foreseen import Foreseen
from rulebound.contract_tests.forecasting.telling import told

__all__ = ["Foreseen", "forecast", "told"]
