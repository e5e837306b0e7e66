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
    ("last_device", "device of the last visit", "最近访问设备", "visits"),
    ("last_os", "operating system of the last visit", "最近访问操作系统", "visits"),
    ("last_browser", "browser of the last visit", "最近访问浏览器", "visits"),
    ("last_network", "network of the last visit", "最近访问网络", "visits"),
    ("last_payment_method", "payment method of the last order", "最近一单支付方式", "orders"),
    ("favourite_category", "favourite category by spend", "消费最多的品类", "orders"),
)
