-- Phones, addresses and cards of the accounts, and which account gets which dirt in the raw files.
-- `dirt` names what was planted in a row and is never exported. Prefixes 140 and 145 ring no person's phone.
create table contacts as
select a.*, p.place, p.channel,
    case when a.siblings > 1 then null when account % 120 = 77 then 'phone shared by many'
        when account % 400 = 11 then 'impossible birth date'
         when account % 400 = 112 then 'birth before 1900' when account % 400 = 221 then 'invalid phone'
         when account % 400 = 31 then 'invalid e-mail' when account % 400 = 341 then 'blank attributes' end as dirt,
    if(nth = 1 or tie = 'phone', '140' || lpad(((a.person * 7919 + 12345) % 100000000)::varchar, 8, '0'),
        '145' || lpad(((account * 7919 + 54321) % 100000000)::varchar, 8, '0')) as phone,
    if(nth = 1 or tie = 'email', 'u' || (10000 + a.person) || '@mail.example',
        'n' || (10000 + account) || '@post.example') as email,
    if(nth = 1 or tie = 'wechat', 'wx' || to_hex(hash(hash(a.person::bigint, 301))),
        'wx' || to_hex(hash(hash(account::bigint, 302)))) as wechat,
    'M' || lpad((20000000 + account * 7)::varchar, 9, '0') as card_no
from accounts a join people p using (person);
