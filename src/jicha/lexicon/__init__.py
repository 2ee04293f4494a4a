"""The dictionary of the house: every column, unit and code list, and where content lives."""
