"""Leads and orders."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0002_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="Batch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=40, unique=True)),
                ("quantity", models.PositiveIntegerField()),
                ("due_on", models.DateField()),
                (
                    "county",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="batches",
                        to="casework.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Lead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("impact_kwh", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ("impact_yuan", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ("impact_method", models.CharField(default="none", max_length=40)),
                ("is_partial_impact", models.BooleanField(default=False)),
                ("key", models.CharField(max_length=40, unique=True)),
                ("site", models.CharField(max_length=200)),
                ("customer_id", models.CharField(default="", max_length=64)),
                ("source", models.CharField(max_length=40)),
                ("severity", models.CharField(max_length=40)),
                ("status", models.CharField(max_length=40)),
                ("reason", models.CharField(default="", max_length=40)),
                ("snoozed_until", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "beside",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="besides",
                        to="casework.lead",
                    ),
                ),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lead", to="casework.case"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leads",
                        to="casework.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("impact_kwh", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ("impact_yuan", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ("impact_method", models.CharField(default="none", max_length=40)),
                ("is_partial_impact", models.BooleanField(default=False)),
                ("key", models.CharField(max_length=40, unique=True)),
                ("kind", models.CharField(max_length=40)),
                ("severity", models.CharField(max_length=40)),
                ("subject_type", models.CharField(max_length=40)),
                ("subject", models.JSONField(default=dict)),
                ("source", models.CharField(max_length=40)),
                ("status", models.CharField(max_length=40)),
                ("before_suspension", models.CharField(default="", max_length=40)),
                ("conclusion", models.CharField(default="", max_length=40)),
                ("reason", models.CharField(default="", max_length=40)),
                ("outcome", models.CharField(default="", max_length=40)),
                ("round", models.PositiveIntegerField(default=1)),
                ("return_count", models.PositiveIntegerField(default=0)),
                ("reopen_count", models.PositiveIntegerField(default=0)),
                ("step_from", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("is_wall_clock", models.BooleanField(default=False)),
                ("is_provisional_due", models.BooleanField(default=False)),
                ("suspended_at", models.DateTimeField(null=True)),
                ("suspended_until", models.DateField(null=True)),
                ("archived_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "batch",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="casework.batch",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="orders", to="casework.case"
                    ),
                ),
                (
                    "companions",
                    models.ManyToManyField(related_name="accompanied", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "handler",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="orders", to="casework.lead"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="casework.organisation",
                    ),
                ),
                (
                    "suspicion",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="casework.freetext"
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="casework.team",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handled",
                        to="casework.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RuleChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=40, unique=True)),
                ("path", models.CharField(max_length=200)),
                ("digest", models.CharField(max_length=64)),
                ("status", models.CharField(max_length=40)),
                (
                    "approver",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approved",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="authored",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rule_change",
                        to="casework.case",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rule_changes",
                        to="casework.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Suspicion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("impact_kwh", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ("impact_yuan", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ("impact_method", models.CharField(default="none", max_length=40)),
                ("is_partial_impact", models.BooleanField(default=False)),
                ("finding_key", models.CharField(max_length=64, unique=True)),
                ("topic", models.CharField(max_length=200)),
                ("kind", models.CharField(max_length=40)),
                ("severity", models.CharField(max_length=40)),
                ("subject_type", models.CharField(max_length=40)),
                ("subject", models.JSONField(default=dict)),
                ("period_from", models.DateField()),
                ("period_to", models.DateField()),
                ("observation_digest", models.CharField(max_length=64)),
                ("presence", models.CharField(max_length=40)),
                ("closer", models.CharField(max_length=40)),
                ("quiet_months", models.PositiveIntegerField(null=True)),
                ("verify_days", models.PositiveIntegerField()),
                ("first_run", models.PositiveIntegerField()),
                ("last_run", models.PositiveIntegerField()),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="suspicions",
                        to="casework.lead",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="suspicions",
                        to="casework.order",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="batch_quantity"),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(fields=["site", "status"], name="lead_site"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["status", "due_at"], name="order_due"),
        ),
    ]
