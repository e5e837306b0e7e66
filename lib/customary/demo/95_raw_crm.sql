-- The CRM export, with its dirt.
create table raw_crm_customers as
with written as (
    select account, cust_no, pick(['Wang', 'Li', 'Zhang', 'Liu', 'Chen', 'Yang', 'Zhao', 'Huang', 'Zhou', 'Wu',
        'Xu', 'Sun'], draw(person, 311)) || ' '
            || pick(['Wei', 'Fang', 'Na', 'Min', 'Jing', 'Lei', 'Jun', 'Yan', 'Tao', 'Mei', 'Hao', 'Xin', 'Yu',
                'Bo'], draw(person, 312)) as full_name,
        case when draw(account, 313) < 0.05 then null when draw(person, 314) < 0.58
             then pick(['female', 'female', 'female', 'female', 'female', 'F', 'Female', '女'], draw(account, 315))
             else pick(['male', 'male', 'male', 'male', 'male', 'M', 'MALE', '男'], draw(account, 315)) end as sex,
        case when draw(person, 316) < 0.06 then null when dirt = 'impossible birth date' then '1987-02-30'
            when dirt = 'birth before 1900' then '1884-06-01'
             else (date '1992-06-01' + floor(within(bell(person, 317), -2.6,
                 1.4) * 3900)::int)::varchar end as birth_date,
        case when dirt = 'phone shared by many' then '13800000000'
            when dirt = 'invalid phone' then pick(['12345', 'none', '0000', '1401234'], draw(account, 318))
             when nth = 1 and draw(account, 319) < 0.25
                 then '+86 ' || phone[:3] || ' ' || phone[4:7] || ' ' || phone[8:]
             when nth > 1 and tie = 'phone' then '+86' || phone else phone end as mobile,
        case when dirt = 'invalid e-mail' then pick(['none', 'a@b', 'foo@@mail.example', 'n/a'], draw(account, 320))
             when nth > 1 and tie = 'email' then upper(email)
                 when draw(account, 321) < 0.15 then upper(email[1]) || email[2:] else email end as mail,
        city, c.region as province,
        if(draw(person, 322) < 0.06, null, pick(['employee', 'employee', 'employee', 'manager', 'teacher',
            'engineer', 'student', 'student',
            'self-employed', 'civil servant', 'retired', 'homemaker'], draw(person, 323))) as job,
        if(draw(person, 324) < 0.06, null, pick(['secondary school', 'college', 'college', 'bachelor', 'bachelor',
            'bachelor', 'master', 'doctorate'],
            draw(person, 325))) as education,
        channel as source_channel, strftime(registered_at, '%Y-%m-%d %H:%M:%S') as registered_at, dirt
    from contacts join cities c using (place)
), aged as (
    select * replace (if(dirt = 'blank attributes', ' ', full_name) as full_name,
        if(dirt = 'blank attributes', ' ', sex) as sex,
        if(dirt = 'blank attributes', ' ', job) as job, if(dirt = 'blank attributes', ' ', education) as education,
        if(dirt = 'impossible birth date' and birth_date is null, '1987-02-30', birth_date) as birth_date)
            from written
)
select * from aged
union all
select * replace ('exact duplicate' as dirt) from aged where account % 500 = 300
union all
select 10000000 + t, 'C9' || lpad(t::varchar, 5, '0'), 'Test Account', null, null, null,
    'qa-' || t || '@demo-shop.example', 'Shanghai', 'Shanghai',
    null, null, 'direct', '2024-01-01 09:0' || t || ':00', 'test account' from range(1, 9) r(t);
update raw_crm_customers set birth_date = '1884-06-01' where dirt = 'birth before 1900';

-- The referral programme: most who came by referral gave the code of somebody who had an account before them.
create table raw_referrals as
select 'C' || lpad((1 + floor((account - 1) * draw(account, 331)))::int::varchar, 6, '0') as referrer_no,
    cust_no as referred_no, 'REF' || lpad((account % 100000)::varchar, 5, '0') as code
from contacts where channel = 'referral' and account > 1 and draw(account, 332) < 0.85;
