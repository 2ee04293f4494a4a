"""A status without its event is refused by the database."""

from django.db import migrations

from jicha.casework.append_only import status_needs_event

MESSAGE = "a status changes with its event"


class Migration(migrations.Migration):
    dependencies = [("casework", "0004_records")]

    operations = [
        migrations.RunPython(status_needs_event("casework_lead", "lead", MESSAGE)),
        migrations.RunPython(status_needs_event("casework_order", "order", MESSAGE)),
        migrations.RunPython(status_needs_event("casework_rulechange", "rule", MESSAGE)),
    ]
