-- Raw files about people, with their dirt. `dirt` names what was planted in a row and is never exported.
create table contacts as
select a.*, p.place, p.channel,
    case when a.siblings > 1 then null when account % 120 = 77 then 'phone shared by many' when account % 400 = 11 then 'impossible birth date'
         when account % 400 = 112 then 'birth before 1900' when account % 400 = 221 then 'invalid phone'
         when account % 400 = 31 then 'invalid e-mail' when account % 400 = 341 then 'blank attributes' end as dirt,
    if(nth = 1 or tie = 'phone', '140' || lpad(((a.person * 7919 + 12345) % 100000000)::varchar, 8, '0'),
        '145' || lpad(((account * 7919 + 54321) % 100000000)::varchar, 8, '0')) as phone,
    if(nth = 1 or tie = 'email', 'u' || (10000 + a.person) || '@mail.example', 'n' || (10000 + account) || '@post.example') as email,
    if(nth = 1 or tie = 'wechat', 'wx' || to_hex(hash(hash(a.person::bigint, 301))), 'wx' || to_hex(hash(hash(account::bigint, 302)))) as wechat,
    'M' || lpad((20000000 + account * 7)::varchar, 9, '0') as card_no
from accounts a join people p using (person);

create table raw_crm_customers as
with written as (
    select account, cust_no, pick(['Wang', 'Li', 'Zhang', 'Liu', 'Chen', 'Yang', 'Zhao', 'Huang', 'Zhou', 'Wu', 'Xu', 'Sun'], draw(person, 311)) || ' '
            || pick(['Wei', 'Fang', 'Na', 'Min', 'Jing', 'Lei', 'Jun', 'Yan', 'Tao', 'Mei', 'Hao', 'Xin', 'Yu', 'Bo'], draw(person, 312)) as full_name,
        case when draw(account, 313) < 0.05 then null when draw(person, 314) < 0.58
             then pick(['female', 'female', 'female', 'female', 'female', 'F', 'Female', '女'], draw(account, 315))
             else pick(['male', 'male', 'male', 'male', 'male', 'M', 'MALE', '男'], draw(account, 315)) end as sex,
        case when draw(person, 316) < 0.06 then null when dirt = 'impossible birth date' then '1987-02-30' when dirt = 'birth before 1900' then '1884-06-01'
             else (date '1992-06-01' + floor(within(bell(person, 317), -2.6, 1.4) * 3900)::int)::varchar end as birth_date,
        case when dirt = 'phone shared by many' then '13800000000' when dirt = 'invalid phone' then pick(['12345', 'none', '0000', '1401234'], draw(account, 318))
             when nth = 1 and draw(account, 319) < 0.25 then '+86 ' || phone[:3] || ' ' || phone[4:7] || ' ' || phone[8:]
             when nth > 1 and tie = 'phone' then '+86' || phone else phone end as mobile,
        case when dirt = 'invalid e-mail' then pick(['none', 'a@b', 'foo@@mail.example', 'n/a'], draw(account, 320))
             when nth > 1 and tie = 'email' then upper(email) when draw(account, 321) < 0.15 then upper(email[1]) || email[2:] else email end as mail,
        city, c.region as province,
        if(draw(person, 322) < 0.06, null, pick(['employee', 'employee', 'employee', 'manager', 'teacher', 'engineer', 'student', 'student',
            'self-employed', 'civil servant', 'retired', 'homemaker'], draw(person, 323))) as job,
        if(draw(person, 324) < 0.06, null, pick(['secondary school', 'college', 'college', 'bachelor', 'bachelor', 'bachelor', 'master', 'doctorate'],
            draw(person, 325))) as education,
        channel as source_channel, strftime(registered_at, '%Y-%m-%d %H:%M:%S') as registered_at, dirt
    from contacts join cities c using (place)
), aged as (
    select * replace (if(dirt = 'blank attributes', ' ', full_name) as full_name, if(dirt = 'blank attributes', ' ', sex) as sex,
        if(dirt = 'blank attributes', ' ', job) as job, if(dirt = 'blank attributes', ' ', education) as education,
        if(dirt = 'impossible birth date' and birth_date is null, '1987-02-30', birth_date) as birth_date) from written
)
select * from aged
union all
select * replace ('exact duplicate' as dirt) from aged where account % 500 = 300
union all
select 10000000 + t, 'C9' || lpad(t::varchar, 5, '0'), 'Test Account', null, null, null, 'qa-' || t || '@demo-shop.example', 'Shanghai', 'Shanghai',
    null, null, 'direct', '2024-01-01 09:0' || t || ':00', 'test account' from range(1, 9) r(t);
update raw_crm_customers set birth_date = '1884-06-01' where dirt = 'birth before 1900';

create table raw_loyalty_accounts as
select account, card_no, cust_no, case dirt when 'phone shared by many' then '13800000000' when 'invalid phone' then null else phone end as mobile,
    if(dirt = 'invalid e-mail', null, email) as mail, wechat as wechat_id, registered_at::date::varchar as opened_on, null::varchar as dirt
from contacts
where draw(account, 331) < 0.7 or siblings > 1 or account in (select account from orders where shop = 'store');

create table raw_crm_consents as
select cust_no, purpose, choice, strftime(recorded_at, '%Y-%m-%d %H:%M:%S') as recorded_at, null::varchar as dirt from consents;

create table raw_ad_spend as
select on_date::varchar as day, channel, campaign, cost::varchar as cost, impressions::varchar as impressions, clicks::varchar as clicks,
    plan, null::varchar as dirt from ad_spend;

create table raw_campaign_assignments as
select campaign, cust_no, arm as "group", strftime(assigned_at, '%Y-%m-%d %H:%M:%S') as assigned_at, null::varchar as dirt
from assigned join accounts using (person) where nth = 1;
