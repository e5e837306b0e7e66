-- Loyalty accounts, consents, advertising and campaigns as their systems export them.
create table raw_loyalty_accounts as
select account, card_no, cust_no, case dirt when 'phone shared by many' then '13800000000'
    when 'invalid phone' then null else phone end as mobile,
    if(dirt = 'invalid e-mail', null, email) as mail, wechat as wechat_id,
        registered_at::date::varchar as opened_on, null::varchar as dirt
from contacts
where draw(account, 331) < 0.7 or siblings > 1 or account in (select account from orders where shop = 'store');

create table raw_crm_consents as
select cust_no, purpose, choice, strftime(recorded_at, '%Y-%m-%d %H:%M:%S') as recorded_at, null::varchar as dirt
    from consents;

create table raw_ad_spend as
select on_date::varchar as day, channel, campaign, cost::varchar as cost, impressions::varchar as impressions,
    clicks::varchar as clicks,
    plan, null::varchar as dirt from ad_spend;

create table raw_campaign_assignments as
select campaign, cust_no, arm as "group", strftime(assigned_at, '%Y-%m-%d %H:%M:%S') as assigned_at,
    null::varchar as dirt
from assigned join accounts using (person) where nth = 1;
