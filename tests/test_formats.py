"""Files as well-known systems write them, by hand and small: what comes out is computed in the head.

Headers are those that the systems are known to write; the values are invented.
"""

import json
from datetime import date

import duckdb
import pytest
from conftest import real_data
from typer.testing import CliRunner

from customary import intake, standard
from customary.cli import app
from customary.errors import Refused
from customary.intake.readings import Undecided
from customary.intake.recognise.answers import Answers, columns_of
from customary.intake.recognise.kinds import TITLES
from customary.intake.recognise.propose import check_open, currency_of, propose, write_source
from customary.intake.recognise.systems import NONE, SELECTS, selects_of, systems
from customary.intake.settings import read_settings
from customary.intake.unpack import gather
from customary.places import QUERIES
from customary.query.measure import measure
from customary.query.study import study
from customary.shop import open_shop

ORDERS = "select order_id, customer_id, gross_amount, paid_at is not null from orders order by 1"
LINES = "select order_id, product_id, quantity, round(unit_price, 2) from order_items order by order_item_id"
BACK = (
    "select order_id, refund_amount, returned_at::DATE::VARCHAR from returns where excluded_because is null order by 1"
)
EVENTS = "select event_name, visitor_id, occurred_at::VARCHAR from events order by occurred_at, event_id"


def rows(con, sql):
    """What a database answers, with money as floats."""
    found = con.execute(sql).fetchall()
    return [tuple(float(v) if type(v).__name__ == "Decimal" else v for v in row) for row in found]


@pytest.fixture
def taken(tmp_path):
    """Files by name and text, recognised, adopted and loaded: a function that gives the database."""

    def take(files, answers=None, settings=None):
        folder = tmp_path / "given"
        folder.mkdir()
        for name, text in files.items():
            (folder / name).write_text(text, "utf-8")
        return loaded(folder, tmp_path, answers, settings)

    return take


def loaded(given, scratch, answers=None, settings=None):
    """What is in a file or folder, recognised without a shipped source, adopted and loaded: the database."""
    paths = gather([str(given)], scratch / "unpacked")
    proposal = propose(paths, answers or Answers())
    check_open(proposal)
    source = write_source(proposal, scratch / "shop", "Shop", {})
    intake.adopt([one.look.path for one in proposal.found], source, scratch / "shop", settings)
    con = duckdb.connect()
    order = intake.Order(source, read_settings(scratch / "shop"), scratch / "shop")
    intake.load(con, order, lambda step, amount: None)
    return con


SHOPIFY = """Name,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Created at,\
Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Lineitem discount,Cancelled at,Refunded Amount,Id,Source
#1,a@x.example,paid,2024-03-31 23:30:05 -0400,USD,90.00,5.00,0,95.00,10.00,2024-03-31 23:30:00 -0400,2,Mug,25,M1,0,,0,\
1,web
#1,a@x.example,,,,,,,,,2024-03-31 23:30:00 -0400,1,Bowl,50,,0,,,,
#2,a@x.example,refunded,2024-04-01 10:00:00 -0400,USD,25.00,0,0,25.00,0,2024-04-01 10:00:00 -0400,1,Mug,25,M1,0,\
2024-04-02 09:00:00 -0400,25.00,2,web
"""
CONNECTOR = {
    "orders.csv": """_fivetran_synced,id,customer_id,email,created_at,financial_status,currency,total_line_items_price,\
total_discounts,total_tax,total_price,test,_fivetran_deleted
2024-01-09,7,9,a@x.example,2024-01-05 10:00:00.000,paid,GBP,20.00,2.00,0,18.00,FALSE,FALSE
2024-01-09,8,9,a@x.example,2024-01-06 10:00:00.000,pending,GBP,5.00,0,0,5.00,FALSE,FALSE
""",
    "lines.csv": """_fivetran_synced,id,order_id,product_id,price,quantity,sku,total_discount,fulfillable_quantity,\
gift_card
2024-01-09,71,7,P,10.00,2,S,0,0,FALSE
2024-01-09,81,8,P,5.00,1,S,0,0,FALSE
""",
    "payments.csv": """_fivetran_synced,id,order_id,amount,created_at,kind,status,gateway,parent_id
2024-01-09,1,7,18.00,2024-01-05 10:00:01.000,sale,success,g,
2024-01-09,2,7,4.00,2024-01-08 10:00:00.000,refund,success,g,1
""",
    "checkouts.csv": """_fivetran_synced,id,email,created_at,abandoned_checkout_url,total_price
2024-01-09,3,b@x.example,2024-01-05 10:00:00.000,https://x.example/3,99.00
""",
    "tags.csv": "_fivetran_synced,order_id,index,value\n2024-01-09,7,1,vip\n",
}
SHOPIFY_API = json.dumps(
    {
        "orders": [
            {
                "id": 7,
                "admin_graphql_api_id": "gid://shopify/Order/7",
                "email": "a@x.example",
                "created_at": "2024-01-05T10:00:00-05:00",
                "financial_status": "partially_refunded",
                "currency": "USD",
                "total_line_items_price": "20.00",
                "total_discounts": "2.00",
                "total_tax": "0.00",
                "total_price": "18.00",
                "customer": {"id": 9},
                "line_items": [
                    {"id": 71, "product_id": 5, "title": "Mug", "quantity": 2, "price": "10.00", "gift_card": False,
                     "total_discount": "2.00", "fulfillable_quantity": 0},
                ],
                "refunds": [
                    {"id": 3, "created_at": "2024-01-09T09:00:00-05:00",
                     "transactions": [{"amount": "4.00", "kind": "refund", "status": "success"}]},
                ],
            }
        ]
    }
)  # fmt: skip
WOO_API = json.dumps(
    [
        {
            "id": 12,
            "order_key": "wc_1",
            "status": "completed",
            "currency": "EUR",
            "date_created_gmt": "2024-01-05T10:00:00",
            "date_paid_gmt": "2024-01-05T10:01:00",
            "discount_total": "2.00",
            "shipping_total": "5.00",
            "total": "26.80",
            "total_tax": "3.80",
            "customer_id": 0,
            "billing": {"email": "Ann@x.example"},
            "line_items": [
                {"id": 1, "name": "Mug", "product_id": 5, "variation_id": 0, "quantity": 2, "subtotal": "20.00",
                 "total": "18.00", "subtotal_tax": "0", "total_tax": "0"},
            ],
            "refunds": [{"id": 99, "reason": "", "total": "-9.00"}],
        }
    ]
)  # fmt: skip
AOE = """Order Number,Order Status,Order Date,First Name (Billing),Email (Billing),Cart Discount Amount,\
Order Shipping Amount,Order Refund Amount,Order Total Amount,Order Total Tax Amount,SKU,Item #,Item Name,\
Quantity (- Refund),Item Cost
1,Completed,2024-01-05 10:00,Ann,a@x.example,2.00,5.00,0,33.00,0,M,1,Mug,2,10.00
1,Completed,2024-01-05 10:00,Ann,a@x.example,2.00,5.00,0,33.00,0,B,2,Bowl,1,10.00
2,Cancelled,2024-01-06 10:00,Bob,b@x.example,0,0,0,10.00,0,M,1,Mug,1,10.00
"""
WEBTOFFEE = """order_id,order_number,order_date,paid_date,status,shipping_total,tax_total,discount_total,order_total,\
order_currency,payment_method_title,customer_id,customer_user,customer_email,billing_country,wt_import_key
1,1,9/6/2016 6:29:00,,completed,5.00,0,0,25.00,EUR,Card,0,0,a@x.example,DE,1
"""
WOO_ANALYTICS = """Date,Order #,N. Revenue (formatted),Status,Customer,Customer type,Product(s),Items sold,Coupon(s),\
Net Sales,Attribution
2024-01-05 10:00:00,1,"€1,020.00",completed,Ann Lee,new,2× Mug,2,,1020.00,Direct
2024-01-07 10:00:00,1,€-20.00,refunded,Ann Lee,new,1× Mug,-1,,-20.00,Direct
"""
TAOBAO = {
    "ExportOrderList.csv": """订单编号,买家会员名,买家应付货款,买家应付邮费,总金额,买家实际支付金额,订单状态,收货地址,\
订单创建时间,订单付款时间,宝贝标题,订单关闭原因
="1001",甲,90.00,10.00,100.00,100.00,交易成功,浙江省 杭州市 西湖区,2024-03-05 23:50:00,2024-03-05 23:51:00,杯,订单未关闭
="1002",t**1,20.00,0,20.00,0,交易关闭,浙江省 杭州市 西湖区,2024-03-06 10:00:00,,碗,买家未付款
="1003",乙,30.00,0,30.00,30.00,交易关闭,浙江省 宁波市 海曙区,2024-03-07 10:00:00,2024-03-07 10:01:00,碗,退款
""",
    "ExportOrderDetailList.csv": """订单编号,标题,价格,购买数量,外部系统编号,商品属性,套餐信息,备注,订单状态,商家编码
="1001",杯,40.00,2,A,,,,交易成功,A
="1001",碗,20.00,1,B,,,,交易成功,B
="1002",碗,20.00,1,B,,,,交易关闭,B
="1003",碗,30.00,1,B,,,,交易关闭,B
""",
}
EBAY = """sep=,
"Orders report"

"Sales Record Number","Order Number","Buyer Username","Item Title","Custom Label","Quantity","Sold For",\
"Shipping And Handling","Seller Collected Tax","eBay Collected Tax","Total Price","Payment Method",\
"Sale Date","Paid On Date"
"1201","12-1","tomm_71","Brass lamp","LAMP-1","1","$1,433.66","$12.00","$0.00","$90.11","$1,535.77","PayPal",\
"Jul-02-25","Jul-02-25"
"1203","12-3","ann99","","","3","$40.00","$6.00","$0.00","$3.00","$49.00","Credit card","Jul-13-25","Jul-13-25"
"1203","12-3","ann99","Mug","MUG-1","1","$10.00","","","","","","Jul-13-25",""
"1203","12-3","ann99","Plate","PLT-1","2","$15.00","","","","","","Jul-13-25",""
"1204","12-4","zoe","Plate","PLT-1","1","$15.00","$4.00","$0.00","$1.00","$20.00","PayPal","Jul-21-25",""

"3 record(s) downloaded"
"Seller ID : lampshop"
"""
SQUARE = """Date,Time,Time Zone,Category,Item,Qty,SKU,Gross Sales,Discounts,Net Sales,Tax,Transaction ID,\
Event Type,Customer ID
2025-01-31,18:12:33,Eastern Time (US & Canada),Drinks,Latte,1.0,LAT,$5.50,$0.00,$5.50,$0.44,tx9,Payment,C77
2025-01-31,18:12:33,Eastern Time (US & Canada),Food,Bagel,2.0,BAG,$7.00,-$0.70,$6.30,$0.50,tx9,Payment,C77
2025-01-30,11:40:10,Eastern Time (US & Canada),Food,Bagel,-1.0,BAG,-$3.50,$0.35,-$3.15,-$0.25,tx7,Refund,C77
2025-01-29,08:15:00,Eastern Time (US & Canada),Gifts,Mug,1.0,MUG,"$1,200.00",$0.00,"$1,200.00",$96.00,tx6,Payment,C12
"""
ODOO = """Order Reference,Order Date,Customer,Status,Order Lines/Product,Order Lines/Quantity,Order Lines/Unit Price,\
Order Lines/Discount (%),Order Lines/Subtotal
S00021,2025-03-02 09:14:55,Azure Interior,Invoiced,Large Cabinet,2.00,320.00,0.00,640.00
,,,,Corner Desk,1.00,100.00,10.00,90.00
S00022,2025-03-04 14:01:02,Deco Addict,Cancelled,Office Chair,1.00,100.00,0.00,100.00
"""
TAOBAO_2000 = """="2000",丁,2993.78,0,2993.78,2993.78,交易成功,浙江省 杭州市 西湖区,2024-03-05 10:00:00,\
2024-03-05 10:01:00,杯,订单未关闭
"""
TAOBAO_NEW = """子订单编号,主订单编号,商品标题,商品价格,购买数量,外部系统编号,商品属性,订单状态,商家编码,买家应付货款,\
买家实付金额,退款状态,退款金额,订单创建时间
="2001",="2000",杯,5100.00,1,A,,交易成功,A,2933.78,2933.78,没有申请退款,0,2024-03-05 10:00:00
="2002",="2000",碗,50.00,2,B,,交易关闭,B,60.00,60.00,退款成功,60.00,2024-03-05 10:00:00
"""
PINDUODUO = """订单成交时间,商品,订单号,订单状态,商品总价(元),邮费(元),店铺优惠折扣(元),平台优惠折扣(元),\
用户实付金额(元),商家实收金额(元),商品数量(件),商品id,商品规格,售后状态
2026-05-17 10:00:00,杯,260517-607100000000001,已签收,20.00,0,2.00,3.00,15.00,18.00,2,77,红,无售后或售后取消
,碗,260518-607100000000002,已发货，待签收,10.00,0,0,0,10.00,10.00,1,78,白,退款成功
2026-05-19 10:00:00,碗,260519-607100000000003,已取消,10.00,0,0,0,10.00,10.00,1,78,白,无售后或售后取消
"""
JD = """订单号,商品ID,商品名称,订购数量,支付方式,下单时间,京东价,订单金额,结算金额,应付金额,订单状态,下单帐号,运费金额,\
付款确认时间,订单渠道
1,A,杯,2,在线支付,2024-01-05 10:00:00,10.00,30.00,30.00,30.00,完成,jd_1,0,2024-01-05 10:01:00,APP
1,B,碗,1,在线支付,2024-01-05 10:00:00,10.00,30.00,30.00,30.00,完成,jd_1,0,2024-01-05 10:01:00,APP
2,B,碗,1,在线支付,2024-01-06 10:00:00,10.00,10.00,10.00,10.00,等待付款,jd_2,0,0001-01-01 00:00:00,APP
"""
DOUYIN = """主订单编号,子订单编号,选购商品,商品规格,商品数量,商品ID,商家编码,商品金额,订单应付金额,运费,\
收件人,订单提交时间,支付完成时间,订单完成时间,订单状态,售后状态,达人昵称
"\t6917001","\t6917011",杯,红,2,1,A,20.00,18.00,0,张**,2024-01-05 10:00:00,2024-01-05 10:01:00,-,已完成,-,-
"\t6917001","\t6917012",碗,白,1,2,B,10.00,10.00,0,张**,2024-01-05 10:00:00,2024-01-05 10:01:00,-,已完成,退款成功,-
"\t6917002","\t6917021",碗,白,1,2,B,10.00,10.00,0,李**,2024-01-06 10:00:00,-,-,已关闭,-,-
"""
YOUZAN = """订单号,订单状态,订单来源,订单创建时间,买家付款时间,付款方式,商品金额合计,运费,店铺优惠合计,订单实付金额,\
全部商品名称,收货人省份,买家昵称,买家手机号,订单退款状态,订单已退款金额
E1,交易完成,小程序,2024-01-05 10:00:00,2024-01-05 10:01:00,微信,30.00,5.00,3.00,32.00,杯,浙江省,甲,13812345678,-,10.00
E2,交易关闭,小程序,2024-01-06 10:00:00,-,-,10.00,0,0,10.00,碗,浙江省,乙,186******05,-,0
"""
AMAZON = """amazon-order-id\tpurchase-date\torder-status\tsales-channel\tproduct-name\tsku\titem-status\tquantity\
\tcurrency\
\titem-price\titem-tax\tshipping-price\titem-promotion-discount\tship-country\tship-state
203-0000001-0000001\t2024-01-05T10:00:00+00:00\tShipped\tAmazon.de\tMug\tM\tShipped\t2\tEUR\t20.00\t0\t2.00\t1.00\
\tDE\tBE
203-0000001-0000001\t2024-01-05T10:00:00+00:00\tShipped\tAmazon.de\tBowl\tB\tCancelled\t1\tEUR\t10.00\t0\t1.00\t\tDE\tBE
203-0000001-0000002\t2024-01-06T10:00:00+00:00\tPending\tAmazon.de\tBowl\tB\tUnshipped\t1\tEUR\t\t\t\t\tDE\tBE
203-0000001-0000003\t2024-01-07T10:00:00+00:00\tShipped\tNon-Amazon\tBowl\tB\tShipped\t1\tEUR\t10.00\t0\t0\t\tDE\tBE
"""
AMAZON_DATES = """"Includes Amazon Marketplace transactions"
"All amounts in USD, unless specified"
"date/time","settlement id","type","order id","sku","description","quantity","marketplace","order state",\
"product sales","product sales tax","shipping credits","shipping credits tax","gift wrap credits",\
"promotional rebates",\
"other","total"
"Sep 1, 2026 10:22:11 AM PDT","1","Order","111-1","M","Mug","2","amazon.com","CA","1,020.00","0","5.00","0","0",\
"-5.00","0","1,020.00"
"Sep 3, 2026 10:22:11 AM PDT","1","Refund","111-1","M","Mug","1","amazon.com","CA","-510.00","0","0","0","0","0","0",\
"-510.00"
"Sep 4, 2026 10:22:11 AM PDT","1","Transfer","","","To account","","","","0","0","0","0","0","0","-500.00","-500.00"
"""
ETSY = {
    "EtsySoldOrderItems2024.csv": """Sale Date,Item Name,Buyer,Quantity,Price,Discount Amount,Order Shipping,\
Order Sales Tax,\
Item Total,Currency,Transaction ID,Listing ID,Order ID,Ship Country
03/04/24,Mug,Ann Lee (annl),2,10.00,1.00,4.00,0,20.00,USD,501,9,77,United States
03/04/24,Bowl,Ann Lee (annl),1,10.00,0,0,0,10.00,USD,502,8,77,United States
""",
    "EtsySoldOrders2024.csv": """Sale Date,Order ID,Buyer User ID,Full Name,Number of Items,Currency,Order Value,\
Discount Amount,Shipping,Sales Tax,Order Total,Status,Order Net,Adjusted Order Total,Buyer,Ship Country
03/04/24,77,annl,Ann Lee,2,USD,30.00,1.00,4.00,0,33.00,,30.00,28.00,Ann Lee (annl),United States
""",
}
STRIPE = """id,Created date (UTC),Amount,Amount Refunded,Currency,Captured,Fee,Status,Description,Customer Email
ch_1,2024-01-05 23:30:00,20.00,5.00,eur,true,0.5,Paid,,Ann@x.example
ch_2,2024-01-06 10:00:00,9.00,0.00,eur,false,0,Failed,,b@x.example
"""
STRIPE_BALANCE = """id,Type,Source,Amount,Fee,Net,Currency,Created (UTC),Available On (UTC),Description
txn_1,charge,ch_1,20.00,0.5,19.5,eur,2024-01-05 10:00,2024-01-07 00:00,
txn_2,refund,re_1,-5.00,0,-5.00,eur,2024-01-08 10:00,2024-01-08 00:00,
txn_3,payout,po_1,-14.50,0,-14.50,eur,2024-01-09 10:00,2024-01-09 00:00,
"""
PAYPAL_EN = """"Date","Time","TimeZone","Name","Type","Status","Currency","Gross","Fee","Net","From Email Address",\
"Transaction ID","Reference Txn ID","Balance","Balance Impact"
"01/25/2024","10:00:00","PST","Ann","Express Checkout Payment","Completed","USD","1,020.00","-1.00","1,019.00",\
"A@x.example",\
"4AB","","1,019.00","Credit"
"01/26/2024","10:00:00","PST","Ann","Payment Refund","Completed","USD","-20.00","0.00","-20.00","me@x.example","5AB",\
"4AB",\
"999.00","Debit"
"01/27/2024","10:00:00","PST","","General Withdrawal","Completed","USD","-900.00","0.00","-900.00","","6AB","",\
"99.00","Debit"
"01/28/2024","10:00:00","PST","Bob","Express Checkout Payment","Pending","USD","7.00","0.00","7.00","b@x.example",\
"7AB","",\
"99.00","Memo"
"""
PAYPAL_DE = """"Datum","Uhrzeit","Zeitzone","Name","Typ","Status","Währung","Brutto","Gebühr","Netto",\
"Absender E-Mail-Adresse","Transaktionscode","Zugehöriger Transaktionscode"
"05.03.2024","10:00:00","CET","Ann","PayPal Express-Zahlung","Abgeschlossen","EUR","1.020,50","-1,00","1.019,50",\
"a@x.example","4AB",""
"06.03.2024","10:00:00","CET","Ann","Rückzahlung","Abgeschlossen","EUR","-20,50","0,00","-20,50","me@x.example","5AB",\
"4AB"
"07.03.2024","10:00:00","CET","","Allgemeine Währungsumrechnung","Abgeschlossen","EUR","30,00","0,00","30,00","",\
"6AB","4AB"
"""
PAYPAL_FR = """"Date","Heure","Fuseau horaire","Nom","Type","État","Devise","Avant commission","Commission","Net",\
"De l'adresse email","Numéro de transaction"
"25/03/2024","10:00:00","CET","Ann","Paiement Express Checkout","Terminé","EUR","1 020,50","-1,00","1 019,50",\
"a@x.example","4AB"
"""
PAYPAL_ES = """"Fecha","Hora","Zona horaria","Nombre","Tipo","Estado","Divisa","Bruto","Tarifa","Neto",\
"Correo electrónico del remitente","Id. de transacción"
"25/03/2024","10:00:00","CET","Ann","Pago de Pago exprés","Completado","EUR","1.020,50","-1,00","1.019,50",\
"a@x.example","4AB"
"""
SUPERSTORE = """Row ID,Order ID,Order Date,Ship Date,Ship Mode,Customer ID,Customer Name,Segment,Country,City,State,\
Postal Code,Region,Product ID,Category,Sub-Category,Product Name,Sales,Quantity,Discount,Profit
1,CA-1,11/28/2016,11/30/2016,Second Class,CG-1,Ann Lee,Consumer,United States,Henderson,Kentucky,42420,South,P1,\
Furniture,\
Chairs,Chair,261.96,2,0.2,41.9
2,CA-1,11/28/2016,11/30/2016,Second Class,CG-1,Ann Lee,Consumer,United States,Henderson,Kentucky,42420,South,P2,\
Furniture,\
Tables,Table,100,1,0,20
"""
# name → files, and what each SELECT must answer
MAGENTO = """ID,Purchase Point,Purchase Date,Bill-to Name,Grand Total (Base),Grand Total (Purchased),Status,\
Customer Email,Subtotal,Shipping and Handling,Payment Method,Total Refunded
000000001,Main Website,2024-01-05 10:00:00,Ann,35.00,35.00,complete,a@x.example,30.00,5.00,checkmo,10.00
000000002,Main Website,2024-01-06 10:00:00,Bob,20.00,20.00,pending,b@x.example,20.00,0.00,checkmo,0.00
"""
BIGCOMMERCE = """Order ID,Customer ID,Customer Name,Customer Email,Order Date,Order Status,Subtotal (inc tax),\
Subtotal (ex tax),Tax Total,Shipping Cost (ex tax),Order Total (inc tax),Order Total (ex tax),Refund Amount,\
Payment Method,Order Currency Code
101,7,Ann,a@x.example,15/01/2024,Completed,33.00,30.00,3.00,5.00,38.00,35.00,8.00,Card,USD
102,0,Bob,b@x.example,16/01/2024,Pending,11.00,10.00,1.00,0.00,11.00,10.00,0.00,Card,USD
"""
TIENDANUBE = """Número de orden;Email;Fecha;Estado de la orden;Estado del pago;Moneda;Subtotal de productos;Descuento;\
Costo de envío;Total;Fecha de pago;Nombre del producto;Precio del producto;Cantidad del producto;SKU;Canal;\
Fecha y hora de cancelación
100;a@x.example;15/01/2024 10:00:00;Abierta;Recibido;ARS;50.00;0.00;8.00;58.00;15/01/2024 10:05:00;Taza;20.00;2;T1;Web;
100;a@x.example;15/01/2024 10:00:00;;;;;;;;;Plato;10.00;1;P1;;
101;b@x.example;16/01/2024 10:00:00;Abierta;Pendiente;ARS;10.00;0.00;0.00;10.00;;Plato;10.00;1;P1;Web;
"""
SHOPS = {
    "Magento": (
        {"export.csv": MAGENTO},
        {
            ORDERS: [("000000001", "a@x.example", 30.0, True), ("000000002", "b@x.example", 20.0, False)],
            "select shipping_amount from orders order by order_id": [(5.0,), (0.0,)],
        },
    ),
    "BigCommerce": (
        {"orders.csv": BIGCOMMERCE},
        {
            ORDERS: [("101", "7", 30.0, True), ("102", "b@x.example", 10.0, False)],
            "select tax_amount, shipping_amount, ordered_at::DATE::VARCHAR from orders order by order_id": [
                (3.0, 5.0, "2024-01-15"),
                (1.0, 0.0, "2024-01-16"),
            ],
        },
    ),
    "Tiendanube": (
        {"ventas.csv": TIENDANUBE},
        {
            "select order_id, customer_id, shipping_amount, paid_at is not null from orders order by 1": [
                ("100", "a@x.example", 8.0, True),
                ("101", "b@x.example", 0.0, False),
            ],
            LINES: [("100", "T1", 2, 20.0), ("100", "P1", 1, 10.0), ("101", "P1", 1, 10.0)],
        },
    ),
    "Shopify": (
        {"orders_export.csv": SHOPIFY},
        {
            "select order_id, customer_id, discount_amount, shipping_amount, cancelled_at::DATE::VARCHAR from orders "
            "order by 1": [("#1", "a@x.example", 10.0, 5.0, None), ("#2", "a@x.example", 0.0, 0.0, "2024-04-02")],
            LINES: [("#1", "M1", 2, 25.0), ("#1", "Bowl", 1, 50.0), ("#2", "M1", 1, 25.0)],
            BACK: [("#2", 25.0, "2024-04-01")],
        },
    ),
    "Shopify's customers": (
        {
            "orders_export.csv": SHOPIFY,
            "customers_export.csv": "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,"
            "Default Address City,Default Address Country Code,Phone,Total Spent,Total Orders\n"
            "'721,Ann,Lee,a@x.example,yes,Rome,IT,,95,1\n",
            "products_export.csv": "Handle,Title,Body (HTML),Vendor,Type,Option1 Name,Option1 Value,Variant SKU,"
            "Variant Price\nmug,Mug,,V,Cups,Size,S,M1,25\nmug,,,,,,L,,30\nmug,,,,,,,,\n",
        },
        {
            "select customer_id, city, country from customers": [("a@x.example", "Rome", "IT")],
            "select product_id, product_name, category, list_price from products order by 1": [
                ("M1", "Mug - S", "Cups", 25.0),
                ("Mug - L", "Mug - L", "Cups", 30.0),
            ],
        },
    ),
    "Shopify's transactions": (
        {
            "orders_export.csv": SHOPIFY,
            "transactions_export.csv": "Order,Name,Payment Method,Kind,Gateway,Created At,Status,Amount,Currency\n"
            "2,#2,card,sale,g,2024-04-01 10:00:00 -0400,success,25,USD\n"
            "2,#2,card,refund,g,2024-04-05 10:00:00 -0400,success,20,USD\n"
            "2,#2,card,refund,g,2024-04-06 10:00:00 -0400,failure,5,USD\n",
            "products_export.csv": "Title,URL handle,Description,Vendor,Product category,Type,Status,SKU,Option1 name,"
            "Option1 value,Price\nMug,mug,,V,Home,Cups,active,M1,Size,S,25\n",
        },
        {
            # The dated refund of the transactions holds, not the sum beside the order.
            BACK: [("#2", 20.0, "2024-04-05")],
            "select product_id, product_name, list_price from products": [("M1", "Mug - S", 25.0)],
        },
    ),
    "Shopify's connector": (
        CONNECTOR,
        {
            ORDERS: [("7", "9", 20.0, True), ("8", "9", 5.0, False)],
            LINES: [("7", "P", 2, 10.0), ("8", "P", 1, 5.0)],
            BACK: [("7", 4.0, "2024-01-08")],
            "select excluded_because from returns where excluded_because is not null": [
                ("a transaction that is no refund: sale",)
            ],
        },
    ),
    "Shopify's API": (
        {"orders.json": SHOPIFY_API},
        {
            ORDERS: [("7", "9", 20.0, True)],
            LINES: [("7", "5", 2, 10.0)],
            BACK: [("7", 4.0, "2024-01-09")],
            "select product_id, product_name from products": [("5", "Mug")],
        },
    ),
    "WooCommerce's API": (
        {"orders.json": WOO_API},
        {
            ORDERS: [("12", "ann@x.example", 20.0, True)],
            LINES: [("12", "5", 2, 10.0)],
            BACK: [("12", 9.0, "2024-01-05")],
        },
    ),
    "WooCommerce's Advanced Order Export": (
        {"orders.csv": AOE},
        {
            "select order_id, customer_id, discount_amount, shipping_amount, paid_at is not null from orders "
            "order by 1": [
                ("1", "a@x.example", 2.0, 5.0, True),
                ("2", "b@x.example", 0.0, 0.0, False),
            ],
            LINES: [("1", "M", 2, 10.0), ("1", "B", 1, 10.0), ("2", "M", 1, 10.0)],
        },
    ),
    "WooCommerce's WebToffee": (
        {"orders.csv": WEBTOFFEE},
        {
            ORDERS: [("1", "a@x.example", 20.0, True)],
            "select ordered_at::VARCHAR from orders": [("2016-09-06 06:29:00",)],
        },
    ),
    "WooCommerce's Analytics": (
        {"orders.csv": WOO_ANALYTICS},
        {ORDERS: [("1", None, 1020.0, True)], BACK: [("1", 20.0, "2024-01-07")]},
    ),
    "WooCommerce's products": (
        {
            "products.csv": 'ID,Type,SKU,Name,Published,Is featured?,Visibility in catalog,Regular price,Categories\n'
            '5,simple,M,Mug,1,0,visible,10.00,"Home > Cups, New"\n',
            "orders.csv": AOE,
        },
        {"select product_id, category, subcategory, list_price from products": [("M", "Home", "Cups", 10.0)]},
    ),
    "淘宝": (
        TAOBAO,
        {
            ORDERS: [("1001", "甲", 90.0, True), ("1002", None, 20.0, False), ("1003", "乙", 30.0, True)],
            # The list prices 2 × 40 + 20 share what the order cost: 90.
            LINES: [("1001", "A", 2, 36.0), ("1001", "B", 1, 18.0), ("1002", "B", 1, 20.0), ("1003", "B", 1, 30.0)],
            BACK: [("1003", 30.0, "2024-03-07")],
        },
    ),
    "淘宝's newer lines": (
        {"ExportOrderDetailList.csv": TAOBAO_NEW, "ExportOrderList.csv": TAOBAO["ExportOrderList.csv"] + TAOBAO_2000},
        {LINES: [("2000", "A", 1, 2933.78), ("2000", "B", 2, 30.0)], BACK: [("2000", 60.0, "2024-03-05")]},
    ),
    "eBay": (
        {"orders.csv": EBAY},
        {
            "select order_id, product_id, quantity, unit_price::DOUBLE, excluded_because is null from order_items "
            "order by 1, 2 nulls last": [
                ("12-1", "LAMP-1", 1, 1433.66, True),
                ("12-3", "MUG-1", 1, 10.0, True),
                ("12-3", "PLT-1", 2, 15.0, True),
                ("12-3", None, 3, 40.0, False),
                ("12-4", "PLT-1", 1, 15.0, True),
            ],
            "select order_id, shipping_amount::DOUBLE, paid_at is not null from orders order by 1": [
                ("12-1", 12.0, True),
                ("12-3", 6.0, True),
                ("12-4", 4.0, False),
            ],
        },
    ),
    "Square": (
        {"items.csv": SQUARE},
        {
            LINES: [("tx6", "MUG", 1, 1200.0), ("tx9", "LAT", 1, 5.5), ("tx9", "BAG", 2, 3.15)],
            "select order_id, tax_amount::DOUBLE from orders order by 1": [("tx6", 96.0), ("tx9", 0.94)],
            BACK: [(None, 3.15, "2025-01-30")],
        },
    ),
    "Odoo": (
        {"sale_order.csv": ODOO},
        {
            LINES: [
                ("S00021", "Large Cabinet", 2, 320.0),
                ("S00021", "Corner Desk", 1, 90.0),
                ("S00022", "Office Chair", 1, 100.0),
            ],
            "select order_id, paid_at is not null from orders order by 1": [("S00021", True), ("S00022", False)],
        },
    ),
    "拼多多": (
        {"orders.csv": PINDUODUO},
        {
            "select order_id[-1], gross_amount, discount_amount, ordered_local::DATE::VARCHAR, paid_at is not null, "
            "excluded_because from orders order by 1": [
                ("1", 20.0, 2.0, "2026-05-17", True, None),
                ("2", 10.0, 0.0, "2026-05-18", True, "refunded; the file does not say how much, nor when"),
                ("3", 10.0, 0.0, "2026-05-19", False, None),
            ]
        },
    ),
    "京东": (
        {"orders.csv": JD},
        {
            "select order_id, customer_id, paid_at is not null from orders order by 1": [
                ("1", "jd_1", True),
                ("2", "jd_2", False),
            ],
            LINES: [("1", "A", 2, 10.0), ("1", "B", 1, 10.0), ("2", "B", 1, 10.0)],
        },
    ),
    "抖店": (
        {"orders.csv": DOUYIN},
        {
            "select order_id, paid_at is not null from orders order by 1": [("6917001", True), ("6917002", False)],
            "select product_id, quantity, unit_price, discount_amount, excluded_because is null from order_items "
            "order by order_item_id": [
                ("1", 2, 10.0, 2.0, True),
                ("2", 1, 10.0, 0.0, False),
                ("2", 1, 10.0, 0.0, True),
            ],
        },
    ),
    "有赞": (
        {"orders.csv": YOUZAN},
        {
            ORDERS: [("E1", "13812345678", 30.0, True), ("E2", None, 10.0, False)],
            BACK: [("E1", 10.0, "2024-01-05")],
        },
    ),
    "Amazon": (
        {"orders.txt": AMAZON},
        {
            "select order_id[-1], shipping_amount, paid_at is not null, excluded_because from orders order by 1": [
                ("1", 3.0, True, None),
                ("2", None, False, None),
                ("3", 0.0, True, "sold elsewhere and only shipped by Amazon"),
            ],
            "select product_id, quantity, unit_price, discount_amount, excluded_because from order_items "
            "order by _record": [
                ("M", 2, 10.0, 1.0, None),
                ("B", 1, 10.0, None, "a cancelled line"),
                ("B", 1, 0.0, None, "Amazon gives no price yet"),
                ("B", 1, 10.0, None, None),
            ],
        },
    ),
    "Amazon's transactions": (
        {"transactions.csv": AMAZON_DATES},
        {
            "select order_id[:11], shipping_amount, ordered_at::VARCHAR, excluded_because from orders order by 1": [
                ("111-1", 5.0, "2026-09-01 17:22:11", None),
                ("transaction", 0.0, "2026-09-04 17:22:11", "no sale: Transfer"),
            ],
            "select order_id, quantity, unit_price, discount_amount from order_items where excluded_because is null": [
                ("111-1", 2, 510.0, 5.0)
            ],
            BACK: [("111-1", 510.0, "2026-09-03")],
        },
    ),
    "Etsy": (
        ETSY,
        {
            ORDERS: [("77", "annl", 30.0, True)],
            LINES: [("77", "9", 2, 10.0), ("77", "8", 1, 10.0)],
            "select ordered_at::DATE::VARCHAR, shipping_amount, discount_amount from orders": [
                ("2024-03-04", 4.0, 1.0)
            ],
            BACK: [("77", 5.0, "2024-03-04")],
        },
    ),
    "Etsy's items alone": (
        {"items.csv": ETSY["EtsySoldOrderItems2024.csv"]},
        {"select order_id, customer_id, shipping_amount from orders": [("77", "annl", 4.0)]},
    ),
    "Stripe": (
        {"payments.csv": STRIPE},
        {
            ORDERS: [("ch_1", "ann@x.example", 20.0, True), ("ch_2", "b@x.example", 9.0, False)],
            BACK: [("ch_1", 5.0, "2024-01-05")],
            "select ordered_at::VARCHAR, currency from orders order by 1 limit 1": [("2024-01-05 23:30:00", "EUR")],
        },
    ),
    "Stripe's balance": (
        {"balance.csv": STRIPE_BALANCE},
        {
            "select order_id, gross_amount, excluded_because from orders order by 1": [
                ("ch_1", 20.0, None),
                ("po_1", -14.5, "no sale: payout"),
            ],
            "select return_id, refund_amount from returns": [("txn_2", 5.0)],
        },
    ),
    "PayPal": (
        {"paypal.csv": PAYPAL_EN},
        {
            "select order_id, customer_id, gross_amount, excluded_because from orders order by 1": [
                ("4AB", "a@x.example", 1020.0, None),
                ("6AB", None, -900.0, "no sale: General Withdrawal"),
                ("7AB", "b@x.example", 7.0, "its status is Pending"),
            ],
            BACK: [("4AB", 20.0, "2024-01-26")],
            "select ordered_at::VARCHAR from orders order by 1 limit 1": [("2024-01-25 18:00:00",)],
        },
    ),
    "PayPal in German": (
        {"paypal.csv": PAYPAL_DE},
        {
            "select order_id, gross_amount, ordered_at::VARCHAR, excluded_because from orders order by 1": [
                ("4AB", 1020.5, "2024-03-05 09:00:00", None),
                ("6AB", 30.0, "2024-03-07 09:00:00", "no sale: Allgemeine Währungsumrechnung"),
            ],
            BACK: [("4AB", 20.5, "2024-03-06")],
        },
    ),
    "PayPal in French": (
        {"paypal.csv": PAYPAL_FR},
        {"select order_id, gross_amount, excluded_because from orders": [("4AB", 1020.5, None)]},
    ),
    "PayPal in Spanish": (
        {"paypal.csv": PAYPAL_ES},
        {"select order_id, gross_amount, excluded_because from orders": [("4AB", 1020.5, None)]},
    ),
    "Superstore": (
        {"superstore.csv": SUPERSTORE},
        {
            "select order_id, customer_id, discount_amount from orders": [("CA-1", "CG-1", None)],
            LINES: [("CA-1", "P1", 2, 130.98), ("CA-1", "P2", 1, 100.0)],
            "select product_id, category, subcategory from products order by 1": [
                ("P1", "Furniture", "Chairs"),
                ("P2", "Furniture", "Tables"),
            ],
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SHOPS)
def test_a_shop_systems_files_come_in_without_a_word(taken, name):
    """Nobody says anything: what the files are, which orders were paid, what a line cost and what came back."""
    files, wanted = SHOPS[name]
    con = taken(files)
    assert {sql: rows(con, sql) for sql in wanted} == wanted


LOG = "user_id,event,timestamp\nu1,catalog,2024-01-07 10:00:00\n"


def lines(*records):
    """JSON lines."""
    return "".join(json.dumps(record) + "\n" for record in records)


def of_ga4(name, time, params, **others):
    """An event as GA4 writes it to BigQuery, exported as JSON."""
    named = [{"key": key, "value": {"string_value": value}} for key, value in params.items()]
    device = {"category": "mobile", "operating_system": "<Other>"}
    event = {"event_date": "20240105", "event_timestamp": time, "event_name": name, "event_params": named}
    return event | {"user_pseudo_id": "c1", "device": device, "traffic_source": {"medium": "cpc"}} | others


AT = 1704448800  # 2024-01-05 10:00:00 UTC
ITEMS = [
    {"item_id": "P", "item_name": "Mug", "item_category": "Cups", "price": 10.0, "quantity": 2, "item_revenue": 20.0}
]
GA4 = lines(
    of_ga4("page_view", str(AT * 1_000_000), {"page_location": "https://x.example/a?utm=1", "ga_session_id": "7"}),
    of_ga4(
        "purchase",
        str((AT + 60) * 1_000_000),
        {"transaction_id": "T1", "currency": "USD", "medium": "email"},
        ecommerce={"transaction_id": "T1", "purchase_revenue": 20.0},
        items=ITEMS,
    ),
    of_ga4("purchase", str((AT + 61) * 1_000_000), {"transaction_id": "T1"}, ecommerce={"purchase_revenue": 20.0}),
    of_ga4("purchase", str((AT + 90) * 1_000_000), {"transaction_id": "(not set)", "value": "7"}),
    of_ga4("page_view", str((AT + 99) * 1_000_000), {}, user_pseudo_id=None),
)
UNIVERSAL = lines(
    {
        "fullVisitorId": "v1",
        "visitId": "9",
        "visitStartTime": str(AT),
        "trafficSource": {"medium": "organic"},
        "device": {"deviceCategory": "desktop"},
        "hits": [
            {"hitNumber": "1", "time": 0, "type": "PAGE", "page": {"pagePath": "/home?x=1"}},
            {
                "hitNumber": "2",
                "time": 60_000,
                "type": "PAGE",
                "eCommerceAction": {"action_type": "6"},
                "transaction": {
                    "transactionId": "T1",
                    "transactionRevenue": 25_000_000,
                    "transactionShipping": 5_000_000,
                },
            },
        ],
    }
)
MIXPANEL = lines(
    {"event": "Product Viewed", "properties": {"time": AT, "distinct_id": "d1", "$insert_id": "i1", "product_id": "P"}},
    {"event": "Product Viewed", "properties": {"time": AT, "distinct_id": "d1", "$insert_id": "i1", "product_id": "P"}},
    {"event": "Order Completed", "properties": {"time": AT + 60, "distinct_id": "d1", "$insert_id": "i2"}},
)
AMPLITUDE = lines(
    {
        "event_time": "2024-01-05 10:00:00.000000",
        "event_type": "Product Added",
        "user_id": "u1",
        "device_id": "d1",
        "amplitude_id": 5,
        "session_id": -1,
        "$insert_id": "i1",
        "event_properties": {"product_id": "P"},
    }
)
POSTHOG = """uuid,event,distinct_id,person_id,properties,timestamp
e1,$pageview,d1,p1,"{""$current_url"": ""https://x.example/a?b=1"", ""$device_type"": ""Mobile""}",2024-01-05 10:00:00
"""
POSTHOG_JSON = lines(
    {
        "uuid": "e1",
        "event": "$pageview",
        "distinct_id": "d1",
        "properties": {"$current_url": "https://x.example/a?b=1", "$device_type": "Mobile"},
        "timestamp": "2024-01-05T10:00:00Z",
    }
)
SEGMENT = {
    "tracks.csv": "id,anonymous_id,user_id,event,event_text,timestamp,original_timestamp,sent_at,received_at\n"
    "e2,a1,u1,order_completed,Order Completed,2024-01-05 10:01:00,2024-01-05 10:01:00,2024-01-05 10:01:01,2024-01-05\n",
    "order_completed.csv": "id,anonymous_id,user_id,event,event_text,timestamp,original_timestamp,total\n"
    "e2,a1,u1,order_completed,Order Completed,2024-01-05 10:01:00,2024-01-05 10:01:00,20\n",
    "pages.csv": "id,anonymous_id,user_id,path,url,timestamp,original_timestamp\n"
    "e1,a1,u1,/a,https://x.example/a?b=1,2024-01-05 10:00:00,2024-01-05 10:00:00\n",
}
RETAILROCKET = f"""timestamp,visitorid,event,itemid,transactionid
{AT}000,257597,view,355908,
{AT + 60}000,257597,transaction,355908,4000
{AT + 60}000,257597,transaction,355909,4000
"""
REES46 = """event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session
2019-10-01 00:00:00 UTC,view,44600062,21,appliances.kitchen,shiseido,35.79,541312140,72d76fde
2019-10-01 00:01:00 UTC,purchase,44600062,21,appliances.kitchen,shiseido,35.79,541312140,72d76fde
"""
ZENDESK = """Summation column,Id,Requester,Requester id,Requester external id,Subject,Tags,Status,Priority,Via,\
Ticket type,\
Created at,Solved at
1,77,Ann,9,C1,Broken mug,,Closed,,Web form,Problem,2024-01-05 10:00:00,2024-01-06 10:00:00
"""
FRESHDESK = """Ticket ID,Subject,Status,Priority,Source,Type,Agent,Created time,Resolved time,Closed time,Email
77,Broken mug,Closed,Low,Portal,Problem,Bob,2024-01-05 10:00:00,2024-01-06 10:00:00,,Ann@x.example
"""
GOOGLE = """Campaign report
"1 January 2024 - 31 January 2024"
Day,Campaign,Currency code,Cost,Impr.,Clicks
2024-01-05,Brand,USD,"$1,172.45","12,000",300
2024-01-06,Brand,USD,$7.00,10,1
Total: Campaigns, --,USD,"$1,179.45","12,010",301
"""
META = """Reporting starts,Reporting ends,Campaign name,Amount spent (USD),Impressions,Link clicks
2024-01-05,2024-01-05,Spring,7.50,100,3
2024-01-01,2024-01-31,Spring,99.00,900,30
"""
META_FR = """Jour;Nom de la campagne;Montant dépensé (USD);Impressions
2024-01-05;Printemps;"1 234,56";100
"""
SPENT = "select spent_at::DATE::VARCHAR, channel, campaign, amount from spend order by 1"
SNOWPLOW = """collector_tstamp,dvce_created_tstamp,derived_tstamp,event,event_id,user_id,domain_userid,\
domain_sessionid,page_url,mkt_source,tr_orderid,tr_total
2024-01-05 10:00:05,2024-01-05 09:59:58,2024-01-05 10:00:00,page_view,e1,,d1,s1,https://x.example/a,google,,
2024-01-05 10:01:05,2024-01-05 10:00:58,2024-01-05 10:01:00,transaction,e2,u1,d1,s1,https://x.example/b,google,T1,20.00
"""
ADOBE = """hit_time_gmt\tpost_visid_high\tpost_visid_low\tvisit_num\tpost_pagename\tpost_event_list\texclude_hit
1704448800\t31\t42\t1\thome\t\t0
1704448860\t31\t42\t1\tmug\t2,200\t0
1704448920\t31\t42\t1\tthanks\t200,1,12\t0
1704448980\t31\t43\t1\thome\t\t4
"""
WEB = {
    "Adobe Analytics": (
        {"hits.tsv": ADOBE},
        {
            "select session_id, occurred_at::VARCHAR, event_name, page, excluded_because is null from events "
            "order by occurred_at": [
                ("31-42-1", "2024-01-05 10:00:00", "page_view", "home", True),
                ("31-42-1", "2024-01-05 10:01:00", "view_item", "mug", True),
                ("31-42-1", "2024-01-05 10:02:00", "purchase", "thanks", True),
                ("31-43-1", "2024-01-05 10:03:00", "page_view", "home", False),
            ],
            "select distinct visitor_id from events order by 1": [("31-42",), ("31-43",)],
        },
    ),
    "Snowplow": (
        {"events.csv": SNOWPLOW},
        {
            "select visitor_id, customer_id, session_id, occurred_at::VARCHAR from events order by occurred_at": [
                ("d1", None, "s1", "2024-01-05 10:00:00"),
                ("d1", "u1", "s1", "2024-01-05 10:01:00"),
            ],
            "select order_id, customer_id, gross_amount from orders": [("T1", "u1", 20.0)],
        },
    ),
    "GA4": (
        {"events.jsonl": GA4},
        {
            "select event_name, visitor_id, page, traffic_medium, device, os, excluded_because is null from events "
            "order by occurred_at limit 2": [
                ("page_view", "c1", "https://x.example/a", "cpc", "mobile", None, True),
                ("purchase", "c1", None, "email", "mobile", None, True),
            ],
            "select count(*) from events where excluded_because is not null": [(1,)],
            "select session_id, source_event_name from events where session_id is not null": [("c1-7", "page_view")],
            "select order_id[:2], customer_id, gross_amount, ordered_at::VARCHAR from orders order by 1": [
                ("T1", "c1", 20.0, "2024-01-05 10:01:00"),
                ("pu", "c1", 7.0, "2024-01-05 10:01:30"),
            ],
            LINES: [("T1", "P", 2, 10.0)],
            "select product_id, product_name, category from products": [("P", "Mug", "Cups")],
        },
    ),
    "Universal Analytics": (
        {"ga_sessions.jsonl": UNIVERSAL},
        {
            EVENTS: [("page_view", "v1", "2024-01-05 10:00:00"), ("purchase", "v1", "2024-01-05 10:01:00")],
            ORDERS: [("T1", "v1", 20.0, True)],
        },
    ),
    "Mixpanel": (
        {"export.jsonl": MIXPANEL},
        {EVENTS: [("view_item", "d1", "2024-01-05 10:00:00"), ("purchase", "d1", "2024-01-05 10:01:00")]},
    ),
    "Amplitude": (
        {"export.jsonl": AMPLITUDE},
        {
            EVENTS: [("add_to_cart", "d1", "2024-01-05 10:00:00")],
            "select customer_id, product_id from events": [("u1", "P")],
        },
    ),
    "PostHog": (
        {"events.csv": POSTHOG},
        {"select event_name, page, device from events": [("page_view", "https://x.example/a", "Mobile")]},
    ),
    "PostHog as JSON": (
        {"events.jsonl": POSTHOG_JSON},
        {"select event_name, page, device from events": [("page_view", "https://x.example/a", "Mobile")]},
    ),
    "Segment": (
        SEGMENT,
        {EVENTS: [("page_view", "a1", "2024-01-05 10:00:00"), ("purchase", "a1", "2024-01-05 10:01:00")]},
    ),
    "RetailRocket": (
        {"events.csv": RETAILROCKET},
        {
            "select event_name, count(*) from events group by 1 order by 1": [("purchase", 2), ("view_item", 1)],
            ORDERS: [("4000", "257597", None, True)],
        },
    ),
    "REES46": (
        {"2019-Oct.csv": REES46},
        {
            EVENTS: [
                ("view_item", "541312140", "2019-10-01 00:00:00"),
                ("purchase", "541312140", "2019-10-01 00:01:00"),
            ],
            "select count(*) from orders": [(0,)],
            "select product_id, category, list_price from products": [("44600062", "appliances", 35.79)],
        },
    ),
    "Zendesk": (
        {"tickets.csv": ZENDESK},
        {
            "select ticket_id, customer_id, topic, contact, closed_at::DATE::VARCHAR from tickets": [
                ("77", "c1", "Broken mug", "Web form", "2024-01-06")
            ]
        },
    ),
    "Freshdesk": (
        {"tickets.csv": FRESHDESK},
        {"select ticket_id, customer_id, topic from tickets": [("77", "ann@x.example", "Problem")]},
    ),
    "Google Ads": (
        {"report.csv": GOOGLE, "log.csv": LOG},
        {SPENT: [("2024-01-05", "google ads", "Brand", 1172.45), ("2024-01-06", "google ads", "Brand", 7.0)]},
    ),
    "Meta Ads": ({"report.csv": META, "log.csv": LOG}, {SPENT: [("2024-01-05", "meta ads", "Spring", 7.5)]}),
    "Meta Ads in French": (
        {"report.csv": META_FR, "log.csv": LOG},
        {SPENT: [("2024-01-05", "meta ads", "Printemps", 1234.56)]},
    ),
}


@pytest.mark.parametrize("name", WEB)
def test_logs_tickets_and_advertising_come_in_without_a_word(taken, name):
    """Events speak the vocabulary, times are UTC, what is a total or stands in another table is not counted twice."""
    files, wanted = WEB[name]
    con = taken(files)
    assert {sql: rows(con, sql) for sql in wanted} == wanted


SURVEYS = {
    "a recommendation": ("Timestamp,How likely are you to recommend us?\n2024-01-05 10:00:00,9\n", ("nps", 9)),
    "a satisfaction": ("Timestamp,How satisfied are you?\n2024-01-05 10:00:00,4\n", ("csat", 4)),
    "stars": ("date,customer id,rating\n2024-01-05,A,5\n", ("review", 5)),
    "问卷星": (
        "序号,提交答卷时间,所用时间,来源,您会把我们推荐给朋友吗\n1,2024-01-05 10:00:00,30秒,微信,8\n",
        ("nps", 8),
    ),
}


@pytest.mark.parametrize("name", SURVEYS)
def test_a_survey_says_by_its_question_what_it_is(taken, name):
    """A recommendation goes to 10, a satisfaction to 5; stars are those of a review."""
    text, wanted = SURVEYS[name]
    assert rows(taken({"answers.csv": text}), "select survey, score from responses") == [wanted]


def test_a_satisfaction_up_to_ten_is_asked_about(taken):
    """Figures of satisfaction are of 1 to 5: a 9 would be no such score."""
    with pytest.raises(Undecided, match=r"reaches 9.*--table 'answers.csv=none'"):
        taken({"answers.csv": "Timestamp,How satisfied are you?\n2024-01-05 10:00:00,9\n"})


def test_people_who_reached_a_page_are_dated_by_the_table_of_users(taken):
    """Files of person and page without times: two saw the home page, one paid, each on the day of the user."""
    files = {
        "users.csv": "user_id,date,device,sex\n1,2015-02-28,Desktop,Female\n2,2015-01-13,Mobile,Male\n",
        "home.csv": "user_id,home_page\n1,home_page\n2,home_page\n",
        "paid.csv": "user_id,payment_page\n1,payment_page\n",
    }
    con = taken(files)
    assert rows(con, "select event_name, visitor_id, occurred_at::DATE::VARCHAR from events order by all") == [
        ("home_page", "1", "2015-02-28"),
        ("home_page", "2", "2015-01-13"),
        ("payment_page", "1", "2015-02-28"),
    ]


def test_people_who_reached_a_page_nobody_knows_when_are_asked_about(taken):
    """Without a table of days the file is not taken in, and not as customers either."""
    with pytest.raises(Undecided, match=r"not when.*--table 'home.csv=none'"):
        taken({"home.csv": "user_id,home_page\n1,home_page\n2,home_page\n"})


def test_a_list_of_a_campaign_without_persons_or_days_is_of_records(taken):
    """Three people in two arms: each record is one person, and when nobody says."""
    text = "recency,history_segment,newbie,channel,segment,visit,conversion,spend\n"
    text += "10,a,0,Web,Mail,1,0,0\n6,a,1,Web,Mail,0,0,0\n7,a,1,Web,None,0,0,0\n8,a,0,Web,None,0,0,0\n"
    con = taken({"hillstrom.csv": text}, settings={"as_of": "2024-01-31"})
    counts = "select arm, count(distinct customer_id), count(assigned_at) from assignments group by 1 order by 1"
    assert rows(con, counts) == [("Mail", 2, 0), ("None", 2, 0)]


def test_a_log_with_an_arm_and_order_numbers_is_three_tables(taken):
    """u1 is in the test since its first event and bought for 30; u2 is in the control group."""
    text = "user_id,event,timestamp,user_backet,transaction_value,transaction_ID\n"
    text += "u1,catalog,2024-01-05 10:00:00,test,,\nu1,payment_done,2024-01-05 11:00:00,test,30,T1\n"
    text += "u2,catalog,2024-01-05 10:00:00,control,,\nu2,cart,2024-01-05 10:01:00,control,,\n"
    con = taken({"ab.csv": text})
    assert rows(con, "select customer_id, arm, assigned_at::VARCHAR from assignments order by 1") == [
        ("u1", "test", "2024-01-05 10:00:00"),
        ("u2", "control", "2024-01-05 10:00:00"),
    ]
    assert rows(con, ORDERS) == [("T1", "u1", 30.0, True)]
    assert rows(con, "select count(*) from events") == [(4,)]


PLAIN_ORDERS = "order_id,customer_id,created_at,total\n1,A,2024-01-05,5\n2,B,2024-01-06,7\n"
ONLY_LIKE = "email,created_at,total_price\na@x.example,2024-01-05,99\n"


def test_beside_orders_what_only_looks_like_purchases_is_left(taken, tmp_path):
    """A table with persons, days and amounts beside the orders would double sales: it is left, with the flag."""
    (tmp_path / "o.csv").write_text(PLAIN_ORDERS, "utf-8")
    (tmp_path / "p.csv").write_text(ONLY_LIKE, "utf-8")
    paths = [tmp_path / "o.csv", tmp_path / "p.csv"]
    found = propose(paths, Answers())
    assert [one.kind for one in found.found] == ["orders"]
    assert "--table 'p.csv=purchases'" in found.left[0][1]
    assert [one.kind for one in propose(paths, Answers(tables={"p": "purchases"})).found] == ["orders", "purchases"]


@pytest.mark.parametrize(
    "name", ["abandoned_carts.csv", "draft_orders.csv", "quotes.csv", "orders_archive.csv", "购物车.csv"]
)
def test_a_file_that_is_called_no_sale_is_asked_about(taken, name):
    """Its columns are those of orders, its name says that nobody bought: only the shop knows."""
    with pytest.raises(Undecided, match="as its name says not"):
        taken({name: PLAIN_ORDERS})


def test_a_doubtful_file_is_taken_when_the_shop_says_so(taken):
    """Told what it is, nothing is asked any more."""
    con = taken({"orders_archive.csv": PLAIN_ORDERS}, Answers(tables={"orders_archive": "orders"}))
    assert rows(con, "select count(*) from orders") == [(2,)]


def test_two_makes_of_orders_are_asked_about(taken):
    """Two tables of orders with other columns would count the same sales twice, or are two shops."""
    other = "order number,buyer,order date,amount\n1,A,2024-01-05,5\n2,B,2024-01-06,7\n"
    with pytest.raises(Undecided, match=r"both orders of different makes.*--table"):
        taken({"a.csv": PLAIN_ORDERS, "b.csv": other})


def test_one_of_two_makes_may_be_left(taken):
    """The flag leaves the other: two orders, not four."""
    other = "order number,buyer,order date,amount\n1,A,2024-01-05,5\n2,B,2024-01-06,7\n"
    con = taken({"a.csv": PLAIN_ORDERS, "b.csv": other}, Answers(tables={"b.csv": "none"}))
    assert rows(con, "select count(*) from orders") == [(2,)]


def test_dated_lines_beside_their_orders_are_lines(taken):
    """A file with dates, numbers and products is orders and lines by itself; beside the orders it is lines alone."""
    items = "order_id,sku,price,quantity,ship date\n1,M,5,1,2024-01-07\n2,M,7,1,2024-01-08\n"
    con = taken({"orders.csv": PLAIN_ORDERS, "items.csv": items})
    assert rows(con, "select order_id, ordered_at::DATE::VARCHAR from orders order by 1") == [
        ("1", "2024-01-05"),
        ("2", "2024-01-06"),
    ]
    assert rows(con, LINES) == [("1", "M", 1, 5.0), ("2", "M", 1, 7.0)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("shipping_lines.csv", "api_client_id,phone,price,code\n1,,5,Fast\n2,,6,Slow\n"),
        ("collections.csv", "title,sort_order,updated_at\nA,best,2024-01-05\nB,manual,2024-01-06\n"),
        ("codes.csv", "applies_once_per_customer,created_at,status,total_sales_amount\ntrue,2024-01-05,ACTIVE,5\n"),
        ("stores.csv", "city,country,phone,created_at\nRome,IT,0612345678,2024-01-05\n"),
        ("media.csv", "product_id,media_id\n1,2\n3,4\n"),
        ("staff.csv", "staff_member_id,created_at,note\n1,2024-01-05,x\n2,2024-01-06,y\n"),
    ],
)
def test_names_that_only_end_like_a_key_make_no_table(tmp_path, name, text):
    """An API's client, an order of sorting, a flag per customer, a store's telephone: none is an order or a person."""
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(Refused, match="no table of a shop"):
        propose([tmp_path / name], Answers())


def test_columns_are_told_for_one_file_of_several(taken):
    """`orders:` stands for the file of that name and holds for what follows it; the other file is as it was."""
    given = columns_of(["orders:order_id=No,time=When,total=Worth,person=Who"])
    assert given == {
        "orders:order_id": "No",
        "orders:time": "When",
        "orders:total": "Worth",
        "orders:customer_id": "Who",
    }
    files = {"orders.csv": "No,When,Worth,Who\n1,2024-01-05,5,A\n", "people.csv": "customer_id,gender,Who\nA,f,x\n"}
    con = taken(files, Answers(given))
    assert rows(con, ORDERS) == [("1", "A", 5.0, True)]
    assert rows(con, "select customer_id, gender from customers") == [("A", "f")]


def test_spend_in_another_currency_is_asked_about(taken):
    """No rate converts it: dollars beside euros would be added to them."""
    orders = "order_id,customer_id,created_at,total,currency\n1,A,2024-01-09,5,EUR\n"
    with pytest.raises(Undecided, match="is in USD and the shop's amounts in EUR"):
        taken({"orders.csv": orders, "report.csv": META})


def test_the_currency_stands_in_a_header(tmp_path):
    """“Amount spent (USD)” says in what the amounts are."""
    (tmp_path / "report.csv").write_text(META, "utf-8")
    assert currency_of(propose([tmp_path / "report.csv"], Answers()).found) == "USD"


def test_reports_of_a_whole_period_are_left_with_a_reason(tmp_path):
    """Google's totals without days are no spend of a day."""
    text = GOOGLE.replace("Day,", "").replace("2024-01-05,", "").replace("2024-01-06,", "").replace("--,", "")
    (tmp_path / "report.csv").write_text(text, "utf-8")
    with pytest.raises(Refused, match="totals of a whole period"):
        propose([tmp_path / "report.csv"], Answers())


def test_customers_without_any_date_open_a_shop(tmp_path, shops, monkeypatch):
    """Time is unknown and said: as of the day of adoption; a split by month is refused; 2 of 3 are women."""
    (tmp_path / "people.csv").write_text("CustomerID,Gender,Churn\n1,f,0\n2,f,1\n3,m,0\n", "utf-8")
    run = CliRunner().invoke
    assert run(app, ["adopt", str(tmp_path / "people.csv"), "--name", "dateless", "--yes"]).exit_code == 0
    built = run(app, ["build", "dateless"])
    assert built.exit_code == 0 and "no file says when anything happened" in built.output
    found = json.loads(run(app, ["measure", "dateless", "customer_count", "--by", "gender", "--format", "json"]).stdout)
    assert {row["gender"]: row["customer_count"] for row in found["rows"]} == {"f": 2, "m": 1}
    assert found["as_of"] == date.today().isoformat()
    refused = run(app, ["measure", "dateless", "customer_count", "--every", "month"])
    assert refused.exit_code == 1 and "have no month" in refused.output


@pytest.mark.parametrize("folder", sorted(path.name for path in SELECTS.iterdir()))
def test_a_systems_selects_use_only_what_it_names(folder):
    """On an export without rows each SELECT binds, and gives only columns of its table: nothing is misspelt."""
    for system in (one for one in systems() if one.select == folder):
        for table, text in selects_of(system).items():
            names = [*system.means, "event_own"] if "event" in system.means else system.means
            columns = ", ".join(f'null::varchar as "{name}"' for name in names)
            beside = ", ".join(
                f'null::varchar as "{name}"' for one in systems() if one.name == system.beside for name in one.means
            )
            before = f"with export as (select 1::bigint as _record, 1::bigint as _file, {columns} where false)"
            before += f", beside as (select {beside or '1'} where false)"
            found = duckdb.sql(f"{before}\nselect * from (\n{text}\n)").columns
            known = {field.name for field in standard.declared_tables()[table].columns}
            assert set(found) <= known | {"_record", "rejected_because", "excluded_because"}
            assert ("_record" in found) == (table in system.becomes)


def test_every_system_is_told_apart(tmp_path):
    """Each has columns or names of its own, a kind that there is, a table for its SELECTs, a reason to be left."""
    for system in systems():
        assert system.columns or system.files != ("*",)
        assert system.kind in ("", NONE, *TITLES)
        assert bool(system.because) == (system.kind == NONE)
        assert bool(system.select) == bool(system.becomes or system.feeds)
        assert not system.beside or any(one.name == system.beside for one in systems())


def test_the_templates_example_opens_all_tables_and_feeds(shops):
    """What its README says comes out: sales 60 less 10, two of three orders, a score of 0, nothing quarantined."""
    run, example = CliRunner().invoke, QUERIES / "template" / "example"
    files = [str(path) for path in sorted(example.glob("*.csv"))]
    assert run(app, ["adopt", *files, "--source", "template", "--name", "example"]).exit_code == 0
    built = run(app, ["build", "example"])
    assert built.exit_code == 0 and "nothing was quarantined" in built.output
    assert "data standards met by all 14 tables" in built.output
    asked = ("net_revenue", "order_count", "net_promoter_score", "session_count", "complaint_count")
    shop = open_shop("example")
    told = {name: float(measure(shop, name).first[name]) for name in asked}
    assert told == {
        "net_revenue": 50,
        "order_count": 2,
        "net_promoter_score": 0,
        "session_count": 2,
        "complaint_count": 1,
    }
    assert shop.frame("assignments").count().execute() == 2
    paid = study(shop, "payment_differences").to_pyarrow().to_pylist()
    assert [(row["order_id"], row["outcome"], row["difference_amount"]) for row in paid] == [("2", "paid less", -1)]


def test_the_template_has_a_file_for_each_table():
    """Twelve canonical tables and two feeds, a SELECT for each with columns of its table only."""
    assert set(intake.source_named("template").queries) == set(standard.declared_tables())


def test_a_table_whose_files_are_missing_is_unknown(tmp_path):
    """Orders without a file of refunds: nobody knows what came back, which is not nothing."""
    (tmp_path / "sales.csv").write_text(PLAIN_SALES, "utf-8")
    (tmp_path / "lines.csv").write_text("order_no,line_no,sku,pieces,price\n1,1,M,2,10\n", "utf-8")
    source = intake.source_named("template")
    intake.adopt([tmp_path / "sales.csv", tmp_path / "lines.csv"], source, tmp_path / "shop")
    con = duckdb.connect()
    order = intake.Order(source, read_settings(tmp_path / "shop"), tmp_path / "shop")
    intake.load(con, order, lambda step, amount: None)
    assert rows(con, "select distinct table_name from given_columns order by 1") == [("order_items",), ("orders",)]


PLAIN_SALES = "order_no,customer_no,ordered,status,ship_country\n1,A,2025-01-05 10:00:00,done,DE\n"


def test_what_a_shop_said_of_its_files_is_remembered(tmp_path, shops):
    """A file of a new kind comes in later: the archive is still orders, as it was said, and nothing is asked again."""
    (tmp_path / "orders_archive.csv").write_text(PLAIN_ORDERS, "utf-8")
    (tmp_path / "log.csv").write_text(LOG, "utf-8")
    run = CliRunner().invoke
    told = ["--name", "kept", "--table", "orders_archive.csv=orders"]
    assert run(app, ["adopt", str(tmp_path / "orders_archive.csv"), *told, "--yes"]).exit_code == 0
    assert run(app, ["adopt", str(tmp_path / "log.csv"), "--name", "kept", "--yes"]).exit_code == 0
    assert read_settings(shops / "kept")["tables"] == {"orders_archive.csv": "orders"}
    assert {file["raw"] for file in read_settings(shops / "kept")["files"]} == {"orders_file", "events_file"}


def test_columns_of_a_kind_that_no_file_is_are_refused(tmp_path):
    """Said of tickets where there are only orders, they would have no effect: the flag to say which is named."""
    (tmp_path / "x.csv").write_text(PLAIN_ORDERS, "utf-8")
    with pytest.raises(Refused, match="--table FILE=tickets"):
        propose([tmp_path / "x.csv"], Answers({"tickets:order_id": "order_id"}))


def test_columns_may_be_told_by_kind(tmp_path):
    """`lines:` is whichever file has the lines."""
    (tmp_path / "x.csv").write_text("order_id,sku,qty,Worth\n1,M,2,10\n", "utf-8")
    found = propose([tmp_path / "x.csv"], Answers({"lines:line_amount": "Worth"})).found[0]
    assert (found.kind, found.column("line_amount")) == ("lines", "Worth")


# Public sets as they are downloaded → what must come out without the source that is shipped for them.
PUBLIC = {
    "funnel_tables": {
        "select event_name, count(*) from events group by 1 order by 2 desc": [
            ("home_page", 90_400),
            ("search_page", 45_200),
            ("payment_page", 6_030),
            ("payment_confirmation_page", 452),
        ],
    },
    "hillstrom": {
        "select arm, count(*) from assignments group by 1 order by 1": [
            ("Mens E-Mail", 21_307),
            ("No E-Mail", 21_306),
            ("Womens E-Mail", 21_387),
        ],
    },
    "retentioneering/ab_test_demo.csv": {
        "select arm, count(*) from assignments group by 1 order by 1": [
            ("control", 573),
            ("not_in_test", 2_624),
            ("test", 554),
        ],
        "select count(*) from orders": [(706,)],
    },
    "ecommerce_churn": {
        "select shops_own_churn, count(*) from customers group by 1 order by 1": [("0", 4_682), ("1", 948)]
    },
    "ga4_sample": {
        "select count(*), count(*) filter (where event_name = 'page_view') from events": [(24_219, 7_498)],
        "select count(*), sum(gross_amount) from orders": [(618, 41_233.0)],
    },
    "olist_sample_3000": {
        "select count(*), count(distinct customer_id) from orders": [(3_000, 2_995)],
        "select sum(quantity * unit_price) from order_items": [(392_468.58,)],
    },
}


@pytest.mark.real
@pytest.mark.parametrize("name", PUBLIC)
def test_public_sets_come_in_without_their_source(name, tmp_path):
    """Nobody says what they are; people, arms, events and sums are those that are known of them."""
    con = loaded(real_data() / name, tmp_path, settings={"as_of": "2030-01-01"})
    assert {sql: rows(con, sql) for sql in PUBLIC[name]} == PUBLIC[name]


def test_an_export_that_came_to_have_a_column_more_is_one_make(taken):
    """June's file has a city, May's has not: both are the shop's orders, and nothing is asked."""
    june = "order_id,customer_id,created_at,total,city\n3,C,2024-02-01,9,Rome\n"
    con = taken({"may.csv": PLAIN_ORDERS, "june.csv": june})
    assert rows(con, "select count(*), sum(gross_amount) from orders") == [(3, 21.0)]
