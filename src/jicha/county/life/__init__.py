"""How the county lives: its calendar, its weather, what each customer uses day by day and hour by hour."""
