"""From the source and medium of a visit to its channel, by the rules of GA4's default channel group."""

import ibis
import ibis.expr.types as ir

# The sites that the rules call search, social, video and shopping sites. Google's own list names about 800; a source
# that is none of these goes by its medium alone.
SITES = {
    "search": "google|bing|yahoo|baidu|duckduckgo|yandex|sogou|so|naver|ecosia|qwant|daum|startpage|sm|haosou",
    "social": "facebook|fb|instagram|ig|twitter|x|t|linkedin|lnkd|pinterest|reddit|tiktok|douyin|weibo|wechat|weixin"
    "|xiaohongshu|zhihu|snapchat|threads|vk|quora|tumblr|whatsapp|telegram|line|kakao|discord",
    "video": "youtube|vimeo|bilibili|twitch|dailymotion|youku|iqiyi|netflix|kuaishou",
    "shopping": "amazon|ebay|etsy|walmart|taobao|tmall|jd|alibaba|aliexpress|pinduoduo|rakuten|mercadolibre|shopping"
    "|shopify|shopee|lazada|coupang|idealo",
}
PAID = "^(.*cp.*|ppc|retargeting|paid.*)$"
SHOPPING_CAMPAIGN = "^(.*(([^a-df-z]|^)shop|shopping).*)$"
BANNERS = ("display", "banner", "expandable", "interstitial", "cpm")
SOCIAL = ("social", "social-network", "social-media", "sm", "social network", "social media")
EMAIL = ("email", "e-mail", "e_mail", "e mail")
NEEDS = ("traffic_source", "traffic_medium")


def _is_of(source: ir.StringValue, kind: str) -> ir.BooleanValue:
    """Whether a source is a site of that kind: “google”, “www.google.co.uk”, “m.facebook.com”."""
    return source.re_search(rf"^(www\.|m\.|l\.|lm\.|cn\.)?({SITES[kind]})(\.[a-z]+)*$")


def default_channel(source: ir.StringValue, medium: ir.StringValue, campaign: ir.StringValue) -> ir.StringValue:
    """The default channel of a source, a medium and a campaign; capitals do not matter, the first rule that fits holds.

    Nothing where neither source nor medium is known: the visit is untracked, which is not the same as direct.
    Source: Google, “Default channel group” of Analytics (support.google.com/analytics/answer/9756891), manual traffic.
    """
    s, m, c = (column.fill_null("").strip().lower() for column in (source, medium, campaign))
    is_paid, is_shopping = m.re_search(PAID), _is_of(s, "shopping") | c.re_search(SHOPPING_CAMPAIGN)
    return ibis.cases(
        ((s == "") & (m == ""), ibis.null("string")),
        # “Source exactly matches ‘(direct)’ AND medium is one of (‘(not set)’, ‘(none)’)”
        (s.isin(("(direct)", "direct")) & m.isin(("(not set)", "(none)", "")), "Direct"),
        # “Campaign name contains ‘cross-network’”
        (c.contains("cross-network"), "Cross-network"),
        # “(Source matches a list of shopping sites OR campaign name matches regex …) AND medium matches regex …”
        (is_shopping & is_paid, "Paid Shopping"),
        # “Source matches a list of search sites AND medium matches regex ^(.*cp.*|ppc|retargeting|paid.*)$”
        (_is_of(s, "search") & is_paid, "Paid Search"),
        # “Source matches a list of social sites AND medium matches” the same
        (_is_of(s, "social") & is_paid, "Paid Social"),
        # “Source matches a list of video sites AND medium matches” the same
        (_is_of(s, "video") & is_paid, "Paid Video"),
        # “Medium is one of (‘display’, ‘banner’, ‘expandable’, ‘interstitial’, ‘cpm’)”
        (m.isin(BANNERS), "Display"),
        # “Medium matches regex ^(.*cp.*|ppc|retargeting|paid.*)$”
        (is_paid, "Paid Other"),
        *_unpaid(s, m, is_shopping),
        else_="Unassigned",
    )


def _unpaid(s: ir.StringValue, m: ir.StringValue, is_shopping: ir.BooleanValue) -> list[tuple[ir.BooleanValue, str]]:
    """The rules for what nobody paid for, in their order."""
    return [
        # “Source matches a list of shopping sites OR campaign name matches regex ^(.*(([^a-df-z]|^)shop|shopping).*)$”
        (is_shopping, "Organic Shopping"),
        # “Source matches a regex list of social sites OR medium is one of (‘social’, ‘social-network’, …)”
        (_is_of(s, "social") | m.isin(SOCIAL), "Organic Social"),
        # “Source matches a list of video sites OR medium matches regex ^(.*video.*)$”
        (_is_of(s, "video") | m.contains("video"), "Organic Video"),
        # “Source matches a list of search sites OR medium exactly matches organic”
        (_is_of(s, "search") | (m == "organic"), "Organic Search"),
        # “Medium is one of (‘referral’, ‘app’, or ‘link’)”
        (m.isin(("referral", "app", "link")), "Referral"),
        # “Source = email|e-mail|e_mail|e mail OR medium =” the same
        (s.isin(EMAIL) | m.isin(EMAIL), "Email"),
        # “Medium = affiliate”
        (m == "affiliate", "Affiliates"),
        # “Medium exactly matches audio”
        (m == "audio", "Audio"),
        # “Source exactly matches sms OR medium exactly matches sms”
        ((s == "sms") | (m == "sms"), "SMS"),
        # “Medium ends with ‘push’ OR contains ‘mobile’ or ‘notification’ OR source exactly matches firebase”
        (m.endswith("push") | m.re_search("mobile|notification") | (s == "firebase"), "Mobile Push Notifications"),
    ]


def with_channel(events: ir.Table) -> ir.Table:
    """Events whose channel, where the log names none, is that of their source, medium and campaign."""
    if not set(NEEDS) <= set(events.columns):
        return events
    told = default_channel(events.traffic_source, events.traffic_medium, events.campaign)
    return events.mutate(channel=ibis.coalesce(events.channel, told))
