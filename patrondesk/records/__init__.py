"""Frozen records: what leaves the services, and what is handed to them. No SQL, no Qt."""
