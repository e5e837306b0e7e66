-- What customers write to the service, in the words of the thing that went wrong: an opening, the matter, a detail.
create macro opening(chance) as
    pick(['您好，', '你好，', '请问一下，', '麻烦看一下，', '', '', '', '客服在吗？'], chance);
create macro closing(chance) as
    pick(['谢谢', '请尽快处理', '麻烦帮忙处理', '等你们回复', '', '', ''], chance);

create table phrases as
from (values
    ('delivery', ['快递三天没有更新物流', '包裹还没有收到', '物流一直显示运输中', '物流太慢了，超过承诺时间', '快递员说派送延误',
        '快递配送晚了好几天'],
        ['包裹什么时候能送到', '物流信息停在中转站', '仓库是不是还没发货', '快递电话打不通', '包裹是不是丢了']),
    ('payment', ['支付失败但是扣款了', '支付宝付款一直报错', '付款页面打不开', '银行卡扣款成功订单显示未支付', '付款超时订单取消了'],
        ['扣款什么时候退回', '钱已经扣了', '换了银行卡还是支付失败', '付款记录在支付宝里能看到']),
    ('product quality', ['商品用了一周就坏了', '质量太差，做工粗糙', '收到的商品有划痕', '和图片描述不符', '打开就不能用，质量有问题',
        '商品破损漏液'],
        ['质量问题请给说法', '做工和描述差太多', '照片已经上传', '刚用就坏了', '屏幕有裂痕']),
    ('returns', ['想申请退货', '退货流程怎么走', '退货换货需要几天', '退货的退款还没有到账', '不合适想退货'],
        ['寄回的运费谁承担', '退货地址在哪里', '退款多久到账', '吊牌还在能退货吗', '退款申请已经提交']),
    ('invoice', ['发票还没有开', '需要开电子发票', '发票抬头写错了', '公司报销要专用发票', '发票税号填错'],
        ['发票抬头是公司名称', '发票税号需要修改', '发票发到邮箱', '报销月底截止', '电子发票下载不了']),
    ('size advice', ['这个尺码偏大吗', '身高一米七穿什么尺码', '鞋码标准吗', '尺寸表看不懂', '衣服尺码怎么选'],
        ['体重一百二十斤选什么尺码', '平时穿中码，尺寸合适吗', '腰围有点大', '脚背高要不要大一码', '肩宽尺寸多少']),
    ('product use', ['说明书看不懂', '不会安装', '怎么连接蓝牙', '第一次使用要注意什么', '按说明书操作没反应'],
        ['说明书只有英文', '安装步骤有视频吗', '蓝牙连接不上', '使用方法想再确认', '充电指示灯不亮']),
    ('account', ['账号登录不了', '忘记密码', '收不到验证码', '账号的会员等级没有更新', '账号要换绑手机号'],
        ['验证码一直不来', '密码重置失败', '会员积分不见了', '账号被锁定', '会员积分怎么查']),
    ('promotion', ['优惠券用不了', '优惠活动没有生效', '双十一价格保护怎么申请', '降价了能补差价吗', '领的红包过期了'],
        ['优惠券显示不可用', '活动规则没写清楚', '差价什么时候返还', '满减门槛是多少', '红包只能用一次吗'])
) p(topic, matters, details);

create table ticket_words as
select ticket,
    opening(draw(ticket, 351)) || case
        when kind = 'praise' then pick(['回复很快，态度很好', '客服很耐心，问题解决了', '服务态度好，给你们点赞', '解决得很快，很满意'],
            draw(ticket, 352)) || '，' || pick(['下次还来', '推荐给朋友', '态度专业', '点赞'], draw(ticket, 353))
        -- one in twelve writes of the matter only, and of another one beside it
        when draw(ticket, 354) < 0.08 then pick(matters, draw(ticket, 355)) || '，'
            || pick(['物流也慢', '优惠券也用不了', '发票也要开', '寄回的运费谁出'], draw(ticket, 356))
        else pick(matters, draw(ticket, 355)) || '，' || pick(details, draw(ticket, 357))
    end || '。' || closing(draw(ticket, 358)) as message
from tickets join phrases using (topic);
