-- source:  WooCommerce Analytics, orders
-- grain:   one row per order; rows below zero are refunds and stand in returns
-- decided: net sales are without tax and shipping, after discounts; the file knows no buyers' keys and no lines
select
    _record,
    order_id,
    time as ordered_at,
    case when regexp_matches(lower(status), 'complet|processing|refunded') then time end as paid_at,
    net as gross_amount,
    channel,
    case when not regexp_matches(lower(status), 'complet|processing|refunded|pending|hold|cancel|fail|trash|draft')
        then 'its status does not say whether it is paid' end as excluded_because
from export
where coalesce(try_cast(net as decimal(18, 4)), 0) >= 0
