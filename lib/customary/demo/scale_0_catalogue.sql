-- What all slices share: the pages of the catalogue by item, and when the log begins on the seasonal clock. Lists, not
-- a table: a join may turn the order of the rows about, and the order of a file is part of its bytes.
set variable log_opens = timestamp '2025-07-01';
set variable log_clock = (select starts from clock where on_date = getvariable('log_opens')::date);
set variable skus = (select list(sku order by item) from items);
set variable item_pages = (select list('/item/' || sku order by item) from items);
set variable review_pages = (select list('/item/' || sku || '/reviews' order by item) from items);
set variable list_pages = (select list('/list/' || replace(category, ' ', '-') order by category_no) from categories);
set variable keywords = (select list(subcategory order by item) from items);
set variable funnel = ['view_item', 'add_to_cart', 'begin_checkout', 'add_payment_info', 'purchase'];
set variable funnel_pages = ['', '/cart', '/checkout', '/checkout/payment', '/checkout/done'];

create type channel as enum ('search', 'direct', 'social', 'ads', 'email', 'affiliate', 'referral');
create type device as enum ('phone', 'pc', 'tablet');
create type os as enum ('Windows', 'macOS', 'Android', 'HarmonyOS', 'iOS');
create type browser as enum ('Chrome', 'Edge', 'Firefox', 'WeChat', 'Safari', 'UC');
create type network as enum ('fixed', 'wifi', '5G', '4G');
