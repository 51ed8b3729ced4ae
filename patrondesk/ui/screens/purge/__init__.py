"""The User Purge page: tag those who can go, see why others cannot, purge, look at the result, take it back."""
