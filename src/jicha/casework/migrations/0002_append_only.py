"""The journal is append-only: the database refuses to change or delete an event."""

from django.db import migrations

from jicha.casework.append_only import refuse_changes


class Migration(migrations.Migration):
    dependencies = [("casework", "0001_people_and_journal")]

    operations = [migrations.RunPython(refuse_changes("casework_event", "the journal is append-only"))]
