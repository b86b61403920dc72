"""What happened in an incident, gathered: changes, alerts, locks, emergencies, drift, budget spent."""
