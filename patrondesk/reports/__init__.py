"""What a report shows, apart from any file format."""
