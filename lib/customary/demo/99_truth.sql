-- What is true, for tests and for learners who want to check themselves. No page reads it.
create table truth_people as
select person, cust_no, nth = 1 as is_first_account, if(nth = 1, null, tie) as shared_key,
    siblings::int as account_count from accounts;

create table truth_buyers as
select person, rate as purchase_rate_per_day, dropout as dropout_probability, is_alive as is_alive_at_as_of,
    first_at as first_ordered_at,
    lasts_at as last_ordered_at, natural_orders::int as placed_order_count,
        campaign_orders::int as campaign_order_count,
    mean_value as mean_order_value, category as favourite_category, promotion_sensitivity, store_share,
        channel as acquisition_channel
from buyers join categories on category_no = favourite;

create table truth_campaigns as
select campaign, starts_on, window_days, audience, extra_orders as extra_orders_per_customer,
    value_factor as order_value_factor,
    extra_orders = 0 and value_factor = 1 as has_no_effect, count(*) filter (arm = 'treatment') as treated_count,
    count(*) filter (arm = 'control') as control_count
from campaigns left join assigned using (campaign, starts_on, window_days, audience, extra_orders, value_factor)
    group by all;

create table truth_moved as
select campaign, cust_no, arm, moves::double as extra_order_chance
from assigned join accounts using (person) where nth = 1 and campaign = 'winter voucher';

create table truth_stories as
from (values
    ('quality_problem', 'P01291', date '2025-05-01', date '2025-12-31', 0.40, 0.05,
        'return rate of the product''s lines',
     'Returns of this pair of headphones jump in May 2025, reason "defective"; reviews fall by two stars.'),
    ('payment_incident', 'Alipay', date '2025-09-10', date '2025-09-13', 0.50, 0.04,
        'share of online Alipay orders never paid',
     'Half of the Alipay orders of four days are cancelled unpaid after 30 minutes; payment complaints pile up.'),
    ('affiliate_low_value', 'affiliate', date '2025-03-01', date '2025-05-30', 0.5, 1.0,
        'mean order value against the other channels',
     'A coupon network brings many new customers who order at 0.4 times the rate and half the value; it does not pay.'),
    ('mobile_checkout_loop', 'phone, site', date '2025-08-15', date '2025-10-10', 0.55, 0.0,
        'share of unfinished checkouts that loop',
     'On the phone site, visits bounce between begin_checkout and add_payment_info and never buy.'),
    ('city_growing', 'Hefei', date '2025-01-01', date '2025-12-31', 0.14, 0.02,
        'share of new customers at the year''s end',
     'Hefei rises from about 2 % to about 15 % of new customers within 2025.'),
    ('late_deliveries', 'all', date '2024-11-09', date '2024-11-20', 0.40, 0.06,
        'share of online orders delivered after the promised day',
     'After 11.11 in 2024 four of ten parcels are late: more complaints, and 3 points less recommendation.'),
    ('basket_pair', 'P01266 with P01181', date '2024-01-01', date '2025-12-31', 0.45, 0.01,
        'share of orders led by the machine that hold the beans',
     'Who buys the espresso machine as first line takes the coffee beans along.'),
    ('moved_by_a_voucher', 'winter voucher', date '2025-12-01', date '2025-12-28', 0.35, 0.0,
        'chance of an order more, of who is moved',
     'The voucher moves only who waits for offers and ordered one to eight months ago; nobody else.'),
    ('change_that_worked', 'P01196', date '2025-06-01', date '2025-12-31', 0.01, 0.22,
        'return rate of the product''s lines, since the change and before it',
     'Torn bags come back from mid-February; sealed twice from June they do no more.'),
    ('change_that_did_not', 'P01291', date '2025-08-01', date '2025-12-31', 0.40, 0.40,
        'return rate of the product''s lines, since the change and before it',
     'Another cable is put into the headphones in August; the fault was elsewhere.'),
    ('no_effect', 'new banner', date '2025-10-13', date '2025-11-09', 0.0, 0.0,
        'true effect on orders and on value',
     'The new banner changes nothing; any difference is chance.')
) s(story, subject, starts_on, ends_on, planted, normal, measure, finding);
