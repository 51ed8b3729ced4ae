"""Guards: each module but `base` is one reason for which a patron may not be purged, under the name GUARD."""
