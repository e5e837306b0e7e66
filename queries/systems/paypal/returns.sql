-- source:  PayPal, activity download in English, German, French or Spanish
-- grain:   one row per refund that was paid out
-- decided: a refund counts on its own date and names the payment that it takes back
select
    _record,
    id as return_id,
    reference as order_id,
    concat(day, ' ', clock, case when regexp_full_match(zone, '[A-Z]{3,4}') then ' ' || zone end) as returned_at,
    abs(try_cast(gross as decimal(18, 4))) as refund_amount,
    currency,
    case when not regexp_matches(lower(status), '^(complet|abgeschlossen|termin|effectu)') then 'its status is ' || status
        end as excluded_because
from export
where regexp_matches(lower(type), 'refund|erstatt|rückzahl|rembours|reembolso')
    and try_cast(gross as decimal(18, 4)) < 0
