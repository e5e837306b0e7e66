-- source: CRM registrations (crm_customers) with the referral programme (referrals)
-- grain: one row per customer account
-- decided: the CRM spells gender in several ways (F, Female, 女); here it is female or male
-- decided: a blank attribute is an unknown one
-- decided: accounts with an address of the shop's own quality team are test accounts
-- decided: the shop sells in China only
-- decided: who referred a customer is what the referral programme wrote down; of several the first number
select
    cust_no as customer_id,
    registered_at,
    birth_date as birth_on,
    case
        when lower(trim(sex)) in ('f', 'female', '女') then 'female'
        when lower(trim(sex)) in ('m', 'male', '男') then 'male'
        else nullif(trim(sex), '')
    end as gender,
    'China' as country,
    nullif(trim(province), '') as region,
    nullif(trim(city), '') as city,
    nullif(trim(job), '') as occupation,
    nullif(trim(education), '') as education,
    nullif(trim(source_channel), '') as acquisition_channel,
    referrer_no as referred_by,
    coalesce(lower(mail) like '%@demo-shop.example', false) as is_test,
    nullif(trim(full_name), '') as name,
    nullif(trim(mail), '') as email,
    nullif(trim(mobile), '') as phone,
    _record
from crm_customers
left join (select referred_no, min(referrer_no) as referrer_no from referrals group by 1) on referred_no = cust_no
