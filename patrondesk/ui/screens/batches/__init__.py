"""Past purges: listed with numbers that add up; one opened shows who went and who stayed, is exported, and is undone."""
