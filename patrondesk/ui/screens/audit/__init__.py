"""The audit log: who did what and when, filtered, checked and exported."""
