"""For every test: properties are about values, not about how fast a busy machine is, so no deadline."""

from hypothesis import settings

settings.register_profile("no-deadline", deadline=None)
settings.load_profile("no-deadline")
