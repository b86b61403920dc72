"""What the audit archive is made of: trail, streams, copies, readers and alarms; components/audit_log.py holds it."""
