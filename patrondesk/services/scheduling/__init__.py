"""Schedules in words, and when they fall due."""
