-- source:  PayPal, activity download in English, German, French or Spanish
-- grain:   one row per transaction that is no refund
-- decided: completed payments that came in are sales; holds, conversions, withdrawals and the like stay out, by name
-- decided: a customer is the sender's e-mail address; the gross amount has shipping and tax in it
select
    _record,
    id as order_id,
    lower(buyer) as customer_id,
    concat(day, ' ', clock, case when regexp_full_match(zone, '[A-Z]{3,4}') then ' ' || zone end) as ordered_at,
    concat(day, ' ', clock, case when regexp_full_match(zone, '[A-Z]{3,4}') then ' ' || zone end) as paid_at,
    currency,
    try_cast(gross as decimal(18, 4)) - coalesce(try_cast(shipping as decimal(18, 4)), 0)
    - coalesce(try_cast(tax as decimal(18, 4)), 0) as gross_amount,
    shipping as shipping_amount,
    tax as tax_amount,
    case
        when not regexp_matches(lower(status), '^(complet|abgeschlossen|termin|effectu)') then 'its status is ' || status
        when regexp_matches(lower(type), 'hold|einbehalt|conver|umrechnung|withdraw|abbuchung|auszahlung|virement'
            || '|retrait|retirada|transfer|deposit|fee|gebühr|reserve|reversal|rückbuchung|authoriz|autoris|autoriz|memo')
            then 'no sale: ' || type
        when try_cast(gross as decimal(18, 4)) <= 0 then 'money that went out: ' || type
        when not regexp_matches(lower(type), 'payment|checkout|zahlung|paiement|pago|order|bestell|subscription|invoice'
            || '|rechnung|factur|ebay|abo') then 'PayPal calls it ' || type
    end as excluded_because
from export
where not (regexp_matches(lower(type), 'refund|erstatt|rückzahl|rembours|reembolso')
    and try_cast(gross as decimal(18, 4)) < 0)
