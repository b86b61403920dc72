"""Types that drive the EC2 API: the network."""
