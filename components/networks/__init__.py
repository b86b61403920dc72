"""What the network is made of: addresses, routes, the isolation of tiers, what endpoints let through."""
