"""Who may act, who may become whom, and what a permission may hold."""
