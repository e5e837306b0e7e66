"""What a shop names as its files, made into plain tables: folders, archives, workbooks, databases, addresses."""

from customary.intake.unpack.gather import gather, gather_again

__all__ = ["gather", "gather_again"]
