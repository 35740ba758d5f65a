"""The letters of languages by encoding, and what names are written with: data for `charsets`."""

from typing import Final

# What may be tried, the commonest first: for Python, and for people.
TITLES: Final = {
    "cp1252": "Windows-1252 (Western Europe)",
    "cp1250": "Windows-1250 (Central Europe)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "cp932": "Shift-JIS (Japanese)",
    "gb18030": "GB 18030 (Chinese)",
    "big5": "Big5 (Chinese)",
    "cp949": "EUC-KR (Korean)",
    "cp1254": "Windows-1254 (Turkish)",
    "cp1253": "Windows-1253 (Greek)",
    "cp1255": "Windows-1255 (Hebrew)",
    "cp1256": "Windows-1256 (Arabic)",
    "cp1257": "Windows-1257 (Baltic)",
    "cp874": "Windows-874 (Thai)",
    "euc_jp": "EUC-JP (Japanese)",
    "koi8_u": "KOI8 (Cyrillic)",
    "cp866": "DOS 866 (Cyrillic)",
    "iso8859_2": "ISO 8859-2 (Central Europe)",
    "mac_roman": "Mac Roman (Western Europe)",
    "cp850": "DOS 850 (Western Europe)",
    "cp852": "DOS 852 (Central Europe)",
}
_WEST: Final = (
    "äöüßé",
    "àâæçéèêëîïôœùûüÿ",
    "áéíñóúü",
    "áâãàçéêíóôõúü",
    "àèéìíîòóùú",
    "éëïöüèáóç",
    "åäöéáü",
    "æøåéöäó",
    "áðéíóúýþæö",
    "àçèéíïòóúü",
    "áéíóú",
)
_CENTRAL: Final = (
    "ąćęłńóśźż",
    "áčďéěíňóřšťúůýž",
    "áäčďéíĺľňóôŕšťúýž",
    "áéíóöőúüű",
    "ăâîşţ",
    "čćđšž",
    "äöüßé",
)
ALPHABETS: Final[dict[str, tuple[str, ...]]] = {
    "cp1252": _WEST,
    "mac_roman": _WEST,
    "cp850": _WEST,
    "cp1250": _CENTRAL,
    "iso8859_2": _CENTRAL,
    "cp852": _CENTRAL,
    "cp1254": ("çğıöşüâîi̇",),
    "cp1257": ("ąčęėįšųūž", "āčēģīķļņšūž", "äõöüšž"),
}


def _letters(first: str, last: str, more: str = "") -> frozenset[str]:
    return frozenset([*map(chr, range(ord(first), ord(last) + 1)), *more])


_CYRILLIC: Final = _letters("А", "я", "ЁёІіЇїЄєҐґЂђЈјЉљЊњЋћЏџЎў")
SCRIPTS: Final = {
    "cp1251": _CYRILLIC,
    "koi8_u": _CYRILLIC,
    "cp866": _CYRILLIC,
    "cp1253": _letters("Ά", "ώ", "ΐΰ"),
    "cp1255": _letters("א", "ת"),
    "cp1256": _letters("ء", "ي", "پچژگکیۀےں"),
    "cp874": _letters("ก", "๛"),
}
# Lead bytes of the characters in daily use, in the encoding that sorts them so.
FREQUENT: Final = {
    "cp932": (0x82, 0x98, "cp932"),
    "euc_jp": (0xA4, 0xCF, "euc_jp"),
    "gb18030": (0xB0, 0xD7, "gb2312"),
    "big5": (0xA4, 0xC6, "big5"),
    "cp949": (0xB0, 0xC8, "euc_kr"),
}
# What a character in daily use, yet not in names, counts: the fewer there are, the more.
WORTH: Final = {"cp932": 0.8, "euc_jp": 0.8, "gb18030": 0.75, "big5": 0.7, "cp949": 0.85}
# In no word of the languages of Western Europe: what other encodings' letters look like in theirs.
NOWHERE_IN_THE_WEST: Final = (
    r"ã(?![oeis]|$)|õ(?!e)|iæ$|è[aiou]|^ð|ñ(?![aeiouáéíóúñ]|$)|iœ|œ(?![uidtsêé])|ê(?=[dgkzwj])"
    r"|[ìù](?!$)|þ$|þ(?=[kmlst])|^(?=.*[ðþ]).*[cqwz]|ç(?=[bcdfgjklmnpqrstvwxz])|[ðþ](?=[bcdgjkps])"
)
# In no word of Thai: a mark without its consonant, a vowel that is written first at the end.
NOWHERE_IN_THAI: Final = (
    "^[\u0e30-\u0e3a\u0e45-\u0e4e]|[\u0e40-\u0e44]$|[\u0e40-\u0e44][^\u0e01-\u0e2e]"
    "|[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e](?:[\u0e30-\u0e3a]|\u0e4c\u0e4c)"
    "|[\u0e2f\u0e3f\u0e46\u0e4d-\u0e5b]"
)
_KANA: Final = "".join(_letters("ぁ", "ん") | _letters("ァ", "ー")) + "々"
_JAPANESE: Final = frozenset(
    _KANA + "佐藤鈴木高橋田中伊渡辺山本村小林加吉斎松井上清水崎森池阿部石前岡長谷川後近坂遠青"
    "福西三浦原太和内野島竹金子平今岩丸酒工横宮新大久保千葉安永関河宇杉菊花一二郎美恵真由香"
    "名姓氏話電所住会社携帯番号誕生日項目部署役職敬称書肩称自宅職場東京都区市町県年月"
)
_HAN_NAMES: Final = "王李林高何郭梁宋唐曹彭曾肖田董潘袁蔡蒋余于杜沈姜熊金石白崔毛史侯邵孟雷武段江"
_GIVEN: Final = (
    "文明成林玉春秀正立建永志光天一大中小子世生安平东和心思雨佳欣慧燕淑珍凤兰萍琴云波辉峰飞宁彬宇浩然"
    "博俊婧莹琳倩晶璐楠帆帅欢丹洁瑞坤岩冬柳桂珠凯鑫畅阳晨旭健鹏斌翔淼珍荣桃红翟蔡符叶严龚傅薛阎"
)
_SIMPLIFIED: Final = frozenset(
    _HAN_NAMES
    + _GIVEN
    + "张刘陈杨赵黄周吴徐孙胡朱罗郑谢韩许邓冯萧程吕魏苏卢丁任姚傅钟汪戴范方石谭廖"
    "邹陆孔康邱秦顾尹钱龙万汤黎易常贺赖龚文伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉"
    "红建国志海小晓婷雪梅姓名字电话手机邮件箱地址公司生日部门职务备注家庭工作移动单位北京上海市省"
)
_TRADITIONAL: Final = frozenset(
    _HAN_NAMES + "張劉陳楊趙黃周吳徐孫胡朱羅鄭謝韓許鄧馮蕭程呂魏蘇盧丁任姚傅鍾汪戴范方譚廖鄒陸"
    "孔康邱秦顧尹錢龍萬湯黎易常賀賴龔文偉芳娜敏靜麗強磊軍洋勇艷傑娟濤明超秀霞平剛桂英華玉紅建國志"
    "海小曉婷雪梅淑惠雅怡君宗俊宏家豪姓名字電話手機郵件信箱地址公司生日部門職務備註住家行動單位臺台北市"
)
_KOREAN: Final = frozenset(
    "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민류나진지엄채원천"
    "예원하주상훈지윤박환중병옥순자광춘복길남연선화경미란숙정순애리나라은별빛한결솔보람슬기빈율도건형"
    "기범찬웅규섭석창용대일근갑식필봉덕종호균탁택혁협희효후흥"
    "영수현준서연은미경숙희철호민지우진아인혜윤재훈상동성태승정이름성명전화휴대폰주소메일생일회사직장"
)
COMMON_CHARACTERS: Final = {
    "cp932": _JAPANESE,
    "euc_jp": _JAPANESE,
    "gb18030": _SIMPLIFIED,
    "big5": _TRADITIONAL,
    "cp949": _KOREAN,
}
_CENTRAL_HINTS: Final = ".pl .cz .sk .hu .ro .hr .si +48 +420 +421 +36 +40 +385 +386"
_CYRILLIC_HINTS: Final = ".ru .ua .by .bg .rs .kz +7 +380 +375 +359 +381"
HINTS: Final = {
    "cp1250": _CENTRAL_HINTS,
    "iso8859_2": _CENTRAL_HINTS,
    "cp852": _CENTRAL_HINTS,
    "cp1251": _CYRILLIC_HINTS,
    "koi8_u": _CYRILLIC_HINTS,
    "cp866": _CYRILLIC_HINTS,
    "cp1253": ".gr .cy +30 +357",
    "cp1254": ".tr +90",
    "cp1255": ".il +972",
    "cp1256": ".eg .sa .ae .ma .ir .jo .lb .iq +20 +966 +971 +212 +98 +962 +961 +964",
    "cp1257": ".lt .lv .ee +370 +371 +372",
    "cp874": ".th +66",
    "cp932": ".jp +81",
    "euc_jp": ".jp +81",
    "gb18030": ".cn +86",
    "big5": ".tw .hk +886 +852",
    "cp949": ".kr +82",
}
