"""The report on service levels: what was promised, what was kept, and what is left, as a page to hand on."""
