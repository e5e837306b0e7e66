-- source: CRM consents (crm_consents)
-- grain: one row per decision of an account about a purpose
-- decided: Y is granted, N is refused; anything else is passed on and will not cast
select
    cust_no as customer_id,
    purpose,
    case choice when 'Y' then 'true' when 'N' then 'false' else choice end as is_granted,
    recorded_at,
    _record
from crm_consents
