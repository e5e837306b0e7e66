"""Files and databases in: sources, readers, conforming to the standard, identity, the accounts of every record."""

from customary.intake import rates
from customary.intake.adopt import Adoption, adopt
from customary.intake.load import Order, load
from customary.intake.source import Source, source_named, source_of, sources

__all__ = ["Adoption", "Order", "Source", "adopt", "load", "rates", "source_named", "source_of", "sources"]
