"""The reference: every metric, study, segment, frame, column and rule in one HTML file, made of the registries."""

from customary.query.reference.page import reference

__all__ = ["reference"]
