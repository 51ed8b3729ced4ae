"""The import page: a file is looked at, its columns are placed, a preview says what will happen, then it is imported."""
