"""moto's services mended where they do otherwise than AWS; one module for each, loaded on the service's first call."""
