"""Job types, one a file; each has its options, its sentence, its preview and its run."""
