"""The command line: words in, services called, one answer out. One file of verbs a noun."""
