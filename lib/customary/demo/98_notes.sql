-- What the shop itself notes in its calendar: its campaigns and the days of Double Eleven, as they truly were.
create table notes as
select starts_on as on_date, (starts_on + window_days - 1)::date as until_date, en, zh
from campaigns join (values
    ('recall coupon 2025', 'Recall coupons', '召回优惠券'),
    ('early access 11.11', 'Early access to Double Eleven', '双十一抢先购'),
    ('bundle offer', 'Bundle offer', '组合优惠'),
    ('free shipping 6.18', 'Free shipping for 6.18', '618包邮'),
    ('new banner', 'New banner', '新版横幅')
) n(campaign, en, zh) using (campaign)
union all
select make_date(year, 11, 1), make_date(year, 11, 11), 'Double Eleven', '双十一' from (values (2024), (2025)) y(year);
