/* ---
driver: raw_ami_zh.weather_daily
--- */
select
  w.org_id as org_id,
  w.weather_on as weather_on,
  w.mean_temperature_celsius as mean_temperature_celsius,
  w.minimum_temperature_celsius as minimum_temperature_celsius,
  w.maximum_temperature_celsius as maximum_temperature_celsius,
  w.sunshine_hours as sunshine_hours,
  w.irradiation_kwh_per_m2 as irradiation_kwh_per_m2,
  w.precipitation_mm as precipitation_mm
from raw_ami_zh.weather_daily as w
