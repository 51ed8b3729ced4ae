"""Signing in, and the first start: pure views that say what was asked for."""
