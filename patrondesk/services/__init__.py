"""The use cases. Every change and every look at personal data passes the door: permission, transaction, audit."""
