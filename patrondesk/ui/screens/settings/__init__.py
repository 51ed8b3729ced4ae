"""The settings page: what the library has decided, each with its sentence, and how this computer shows it."""
