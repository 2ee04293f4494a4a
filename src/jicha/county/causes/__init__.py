"""The stories of the county: each a mechanism that acts at one place of the world.

Guilty ones are wrongs with a cause; innocent ones look like one and are none. None of them knows how it might
be found. Every module has its stories, how they are told, and `KINDS`: whom each fits. How many are planted
is `cause_plan.csv`'s business, at whom `planting`'s.
"""
