"""The Backups page: what there is, a backup opened to look somebody up, and a restore."""
