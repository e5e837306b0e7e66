-- Chance without a random number generator: every draw is a hash of what it is about, so the shop is the same
-- at every run and whatever the number of threads. One hash of several arguments mixes badly; two do.
create macro draw(thing, salt) as (hash(hash(thing::bigint, salt::bigint)) >> 11) / 9007199254740992.0,
    (thing, other, salt) as (hash(hash(thing::bigint, other::bigint, salt::bigint)) >> 11) / 9007199254740992.0;

-- Standard normal (Box and Muller 1958) and exponential with mean 1. Salts of bell use salt and salt + 5000.
create macro bell(thing, salt) as sqrt(-2 * ln(1 - draw(thing, salt))) * cos(2 * pi() * draw(thing, salt + 5000)),
    (thing, other, salt) as
    sqrt(-2 * ln(1 - draw(thing, other, salt))) * cos(2 * pi() * draw(thing, other, salt + 5000));
create macro wait(thing, salt) as -ln(1 - draw(thing, salt)),
    (thing, other, salt) as -ln(1 - draw(thing, other, salt));

create macro pick(choices, chance) as choices[1 + floor(len(choices) * chance)::int];
create macro within(value, low, high) as greatest(low, least(high, value));
create macro money(value) as round(value, 2)::decimal(12, 2);

-- Second of the day, local: quiet nights, a lunch bump, most in the evening.
create macro second_of_day(chance, fine) as 3600 * pick([0, 7, 8, 9, 9, 10, 10, 11, 11, 12, 12, 12, 13, 13, 14, 15,
    16, 16, 17, 18, 18, 19, 19, 19, 20, 20, 20, 20, 21, 21, 21, 21, 21, 22, 22, 22, 22, 23, 23, 1], chance)
    + floor(3600 * fine)::int;

set variable opens = date '2024-01-01';
set variable as_of = timestamp '2026-01-01';
set variable log_opens = timestamp '2025-04-01';
