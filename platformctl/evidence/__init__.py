"""What an assessor asks for of one environment and one month, in one archive with a manifest of hashes."""
