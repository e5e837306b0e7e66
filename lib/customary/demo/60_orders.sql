-- Orders: account, channel, value aimed at, then lines from the catalogue near that value, then the life of the order.
create table placed as
with valued as (
    select pu.person, k, ordered_at, pu.campaign_no, coalesce(p.place, pick(getvariable('places'), draw(pu.person, 51))) as place,
        coalesce(p.favourite, floor(12 * draw(pu.person, 52))::int) as favourite,
        coalesce(p.promotion_sensitivity, 0.5) as promotion_sensitivity,
        coalesce(p.device, 'phone') as usual_device,
        if(draw(pu.person, k, 53) < coalesce(p.store_share, 0.5), 'store', 'online') as shop,
        coalesce(p.mean_value, 500) * coalesce(a.value_factor, 1)
            * (wait(pu.person, k, 54) + wait(pu.person, k, 55) + wait(pu.person, k, 56) + wait(pu.person, k, 57)) / 4 as aim
    from purchases pu left join people p using (person)
    left join assigned a on a.person = pu.person and a.value_factor <> 1 and a.arm = 'treatment'
        and ordered_at between assigned_at and assigned_at + to_days(window_days)
)
select (row_number() over (order by ordered_at, v.person, k))::int as order_key, v.*, ac.account, ac.cust_no,
    if(draw(v.person, k, 58) < 0.8, usual_device, pick(['phone', 'phone', 'pc', 'tablet'], draw(v.person, k, 59))) as device,
    month(ordered_at) in (6, 11) and draw(v.person, k, 60) < 0.75
        or draw(v.person, k, 60) < 0.1 + 0.45 * promotion_sensitivity as is_promoted
from valued v
left join accounts first_account on first_account.person = v.person and first_account.nth = 1
left join accounts second_account on second_account.person = v.person and second_account.nth = 2
left join accounts ac on ac.account = if(second_account.registered_at < ordered_at and draw(v.person, k, 61) < 0.5,
    second_account.account, first_account.account);

create table lines as
with wanted as (
    select order_key, ordered_at, is_promoted, n, unnest(range(1, n + 1))::int as line_no, favourite, aim / n as aim
    from (select *, pick([1, 1, 1, 1, 2, 2, 2, 3, 3, 4], draw(order_key, 71)) as n from placed)
), chosen as (
    select w.*, case when line_no > 1 and draw(order_key, line_no, 72) < 0.35 then f.companion
                     when draw(order_key, line_no, 73) < 0.6 then favourite
                     else floor(12 * draw(order_key, line_no, 74))::int end as wish
    from wanted w join categories f on f.category_no = favourite
), fitted as (  -- nobody spends a phone's price on books, nor a book's price on phones
    select h.*, c.low, c.high, c.category_no,
        case when aim > c.high then least(3, ceil(aim / c.high))::int else 1 + (draw(order_key, line_no, 75) < 0.12)::int end as quantity
    from chosen h join categories w on w.category_no = wish
    join categories c on c.category_no = case when aim > 3 * w.high then 7
        when aim < 0.8 * w.low then pick([4, 10, 11, 5, 6, 2], draw(order_key, line_no, 81)) else wish end
), ranked as (
    select *, within(floor(40 * ln(greatest(aim / quantity, 1) / low) / ln(high / low)
        + 4 * (draw(order_key, line_no, 76) - 0.5)), 0, 39)::int as rank from fitted
), matched as (
    select r.*, r.category_no * 40 + if(launched_on > ordered_at or draw(order_key, line_no, 77) < 0.45,
        within(5 * round(rank / 5.0), 0, 35)::int, rank) as item
    from ranked r join items i on i.item = r.category_no * 40 + rank
), paired as (  -- story basket_pair: who buys the espresso machine often takes the coffee beans
    select order_key, line_no, item, quantity, is_promoted from matched
    union all
    select order_key, n + 1, 4 * 40 + 20, 1 + (draw(order_key, 78) < 0.4)::int, is_promoted
    from matched where item = 6 * 40 + 25 and line_no = 1 and draw(order_key, 79) < 0.45
)
select order_key, line_no::int as line_no, item, sku, category, quantity, list_price as unit_price,
    (quantity * list_price)::decimal(12, 2) as gross,
    if(is_promoted, money(quantity * list_price * (0.05 + 0.2 * draw(order_key, 80))), 0::decimal(12, 2)) as discount
from paired join items using (item);
