"""Questions to a shop: measure, study, and what their answers rest on."""
