"""What a database is made of; components/postgres.py puts it together."""
