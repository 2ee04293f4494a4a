/* ---
title: {en: Charging facility for vehicles, zh: 充换电设施}
reason:
  en: >-
    Charging and swapping stations at the account are favoured: provinces leave them the single-part tariff, or waive the
    basic charge of the two-part one.
  zh: >-
    该户为电动汽车充换电设施, 各地政策允许执行单一制或免收容(需)量电费。
subject: customer
--- */
select f.customer_id as customer_id,
       coalesce(f.commissioned_on, w.from_on) as valid_from,
       w.to_on as valid_to,
       f.charging_facility_id as charging_facility_id,
       f.charging_facility_type_code as charging_facility_type_code
from core.charging_facility as f
cross join sweep_window as w
where coalesce(f.commissioned_on, w.from_on) < w.to_on
  and f.charging_facility_type_code in ('centralised_station', 'dispersed', 'dedicated')
