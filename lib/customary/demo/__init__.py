"""The demo shop: an invented Chinese online shop whose truth is known."""

from datetime import date

from customary.demo.build import RAW_FILES, TRUTH_FILES, generate, is_of_this_version

AS_OF = date(2026, 1, 1)  # rows dated later are planted: adopt the shop with this as_of

__all__ = ["AS_OF", "RAW_FILES", "TRUTH_FILES", "generate", "is_of_this_version"]
