"""Django's settings, and how a program that is no web server starts it. No page and no address lives here."""
