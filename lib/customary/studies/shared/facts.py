"""The attributes and sums of a customer that several subjects name."""

SPENDS = ("gross_spend", "ordered_spend", "net_spend")
# Column, name, 中文, where it comes from.
ATTRIBUTES = (
    ("age_band", "age", "年龄", "customer list"),
    ("gender", "gender", "性别", "customer list"),
    ("occupation", "occupation", "职业", "customer list"),
    ("education", "education", "教育程度", "customer list"),
    ("acquisition_channel", "acquisition channel", "获客渠道", "customer list"),
    ("country", "country", "国家", "customer list or orders"),
    ("region", "region", "地域", "customer list or orders"),
    ("city", "city", "城市", "customer list"),
    ("usual_device", "device", "访问设备", "visits"),
    ("usual_os", "operating system", "操作系统", "visits"),
    ("usual_browser", "browser", "浏览器", "visits"),
    ("usual_network", "network", "网络环境", "visits"),
    ("usual_payment", "usual payment", "常用支付方式", "orders"),
    ("favourite_category", "favourite category", "喜欢的品类", "orders"),
)
