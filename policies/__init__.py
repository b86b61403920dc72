"""What every environment must satisfy: rules over one resource graph, and the packs that run them."""
