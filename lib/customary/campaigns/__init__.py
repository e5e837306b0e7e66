"""Lists that go out: drawn from the playbook, a part held out by lot, delivered once, and remembered."""

from customary.campaigns.delivery import deliver
from customary.campaigns.drawing import draw
from customary.campaigns.ledger import Ledger

__all__ = ["Ledger", "deliver", "draw"]
