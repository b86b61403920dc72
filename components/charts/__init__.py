"""The platform's Helm charts: which version of each, and which values, each in one place."""
