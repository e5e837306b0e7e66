-- What is true of each buyer at as_of, on the placed orders (before any is cancelled).
create table buyers as
with counted as (
    select person, min(ordered_at) as first_at, max(ordered_at) as lasts_at, count(*) filter (k < 1000) as natural_orders,
        count(*) filter (k >= 1000) as campaign_orders
    from purchases where person >= 0 group by person
)
select person, f.rate, f.dropout, repeats_in_life, first_at, lasts_at, natural_orders, campaign_orders,
    natural_orders < 1 + repeats_in_life as is_alive, mean_value, favourite, promotion_sensitivity, store_share, channel
from counted join fates f using (person) join people using (person);
