-- source:  which carrier, which raw table
-- grain:   one row per parcel
-- decided: times are the shop's; a parcel with several orders has a row for each
select
    _record,
    parcel_no as shipment_id,
    order_no as order_id,
    handed_over as shipped_at,
    promised as promised_on,
    delivered as delivered_at,
    'our carrier' as carrier
from carrier
