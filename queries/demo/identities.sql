-- source: CRM registrations (crm_customers) and loyalty accounts (loyalty_accounts)
-- grain: one row per account, kind of key and key
-- decided: keys are passed on as written; making them comparable is the work of identity resolution
-- decided: a WeChat identity and a membership card are keys of the kind "account", told apart by a prefix
select distinct customer_id, kind, value
from (
    select cust_no as customer_id, 'email' as kind, trim(mail) as value from crm_customers
    union all
    select cust_no, 'phone', trim(mobile) from crm_customers
    union all
    select cust_no, 'email', trim(mail) from loyalty_accounts
    union all
    select cust_no, 'phone', trim(mobile) from loyalty_accounts
    union all
    select cust_no, 'account', 'wechat:' || trim(wechat_id) from loyalty_accounts
    union all
    select cust_no, 'account', 'card:' || trim(card_no) from loyalty_accounts
)
where value <> ''
