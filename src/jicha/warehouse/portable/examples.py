"""The small world the examples of the rules are written in; tests run them on empty tables of this shape."""

from __future__ import annotations

from jicha.warehouse.relation import Relation

RELATIONS: dict[str, Relation] = {
    relation.name: relation
    for relation in (
        Relation(
            "core.customer",
            {
                "customer_id": "text",
                "org_id": "text",
                "area_id": "text",
                "customer_status_code": "text",
                "contract_capacity_kva": "decimal(12,2)",
                "opened_on": "date",
            },
            reach="customer",
        ),
        Relation(
            "core.bill",
            {
                "bill_id": "text",
                "customer_id": "text",
                "month_on": "date",
                "from_on": "date",
                "to_on": "date",
                "billed_kwh": "decimal(14,2)",
                "amount_yuan": "decimal(14,2)",
                "issued_at": "timestamp",
            },
            reach="customer",
        ),
        Relation(
            "core.price_agreement",
            {"customer_id": "text", "valid_from": "date", "valid_to": "date", "price_code": "text"},
            reach="customer",
            dated=True,
        ),
        Relation(
            "core.area",
            {
                "area_id": "text",
                "org_id": "text",
                "feeder_id": "text",
                "transformer_capacity_kva": "decimal(12,2)",
            },
            reach="area",
        ),
        Relation(
            "mart.area_month",
            {
                "area_id": "text",
                "month_on": "date",
                "supplied_kwh": "decimal(14,2)",
                "sold_kwh": "decimal(14,2)",
                "loss_ratio": "double",
            },
            reach="area",
        ),
        Relation(
            "mart.customer_month",
            {
                "customer_id": "text",
                "org_id": "text",
                "area_id": "text",
                "month_on": "date",
                "used_kwh": "decimal(14,2)",
                "usage_share": "double",
                "days": "integer",
            },
            reach="customer",
        ),
        Relation(
            "mart.billing_input",
            {
                "scenario_id": "text",
                "customer_id": "text",
                "month_on": "date",
                "used_kwh": "decimal(14,2)",
                "price_code": "text",
            },
            reach="customer",
        ),
        Relation(
            "law.price",
            {
                "price_code": "text",
                "valid_from": "date",
                "valid_to": "date",
                "price_yuan_per_kwh": "decimal(12,8)",
            },
            dated=True,
        ),
        Relation("raw_cis.customer", {"customer_no": "text", "kind": "text", "closed_on": "date"}),
        Relation("parameter", {"org_id": "text", "min_kwh": "decimal(20,6)", "min_ratio": "decimal(20,6)"}),
        Relation("setting", {"basis_days": "decimal(20,6)"}),
        Relation("sweep_window", {"from_on": "date", "to_on": "date", "as_of_on": "date"}),
    )
}
