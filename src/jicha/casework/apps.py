"""The Django app."""

from django.apps import AppConfig


class Casework(AppConfig):
    name = "jicha.casework"
    label = "casework"
    verbose_name = "稽查工单 · casework"
