"""The screens, each blind to the others."""
