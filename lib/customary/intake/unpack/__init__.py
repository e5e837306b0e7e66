"""What a shop names as its files, made into plain tables: folders, archives, workbooks, databases, addresses."""

from customary.intake.unpack.gather import gather

__all__ = ["gather"]
