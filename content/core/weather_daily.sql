/* ---
table: core.weather_daily
status: active
description: {en: "The weather of one organisation's territory on one day", zh: 逐日气象}
grain: one row per organisation and day
key: [org_id, weather_on]
reach: organisation
partition_on: weather_on
columns: [org_id, weather_on, mean_temperature_celsius, minimum_temperature_celsius,
  maximum_temperature_celsius, sunshine_hours, irradiation_kwh_per_m2, precipitation_mm]
audits:
  - {check: references, columns: [org_id], to: core.organisation, level: warning}
--- */
