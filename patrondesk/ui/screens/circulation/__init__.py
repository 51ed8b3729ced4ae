"""The circulation desk: scanner and keyboard first."""
