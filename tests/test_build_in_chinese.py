"""What a build says, what files are taken for, what differs between builds: no line is English to a Chinese reader."""

import re

import duckdb
import pytest
import worked_examples
from typer.testing import CliRunner

from customary.cli import app
from customary.intake import identity, report_words
from customary.intake.recognise.systems import systems
from customary.intake.report_of_shop import merges
from customary.language import ask_reader
from customary.wording import word

# What stays as it is in every language: flags, commands, settings, columns by their names, files, codes of currencies.
CODE = re.compile(
    r"--[a-z-]+(?: '[^']*')?|'[^']*'|customary \w+[^，。；：]*|adopt(?= --)|\b\w+\.[a-z_]+(?:=[\w-]+)?|= \"\w+\""
    r"|\d{8}T\d+-\w+|\w+=…|\b[a-z0-9]+(?:_[a-z0-9]+)+\b|“[^”]*”|`[^`]*`|\[\w+\]|\w+/(?:source/)?|\b(?:EUR|UTC|CNY|MB)\b"
)
DAYS = [f"0{1 + n % 6}/0{1 + n % 9}/2024" for n in range(24)]
FILES = {
    "orders.csv": "\n".join(
        [
            "order_id,customer_id,order_date,total,status,store",
            *(f"{n},{f'c{n % 4}' if n % 3 else ''},{day},{10 + n}.50,paid,{n % 2}" for n, day in enumerate(DAYS)),
            "24,c1,someday,12.00,layaway,0\n",
        ]
    ),
    "lines.csv": "order_id,product,quantity,price\n0,mug,1,5.25\n0,mug,1,5.25\n1,lamp,1,0\n99,mug,1,5\n",
    "refunds.csv": "order_id,refund\n1,5\n2,-1\n",
    "people.csv": "customer_id,email,birthday,city\nc0,c0@x.org,1980-01-05,#N/A\n"
    "c1,none,soon,Rom\nc2,c@x.org,1850-01-01,Rom\n",
    "stuff.csv": "foo,bar\n1,2\n3,4\n",
}
NAMES = sorted({name for text in FILES.values() for name in text.splitlines()[0].split(",")})
OWN = re.compile(rf"\b(?:{'|'.join(NAMES)}|faulty)\b")


def english(lines):
    """The lines that have a word of two letters or more that is neither code nor the shop's own."""
    return [line for line in lines if re.search("[A-Za-z]{2,}", OWN.sub("", CODE.sub("", line)))]


@pytest.fixture
def told(tmp_path, monkeypatch):
    """A command of a Chinese reader: its words, and what came of it, line by line."""
    monkeypatch.setenv("CUSTOMARY_SHOPS", str(tmp_path / "shops"))
    monkeypatch.setenv("COLUMNS", "250")
    (tmp_path / "shops").mkdir()
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, "utf-8")
    paths = [str(tmp_path / name) for name in FILES]

    def tell(*words, code=0):
        ask_reader(lambda: "zh")
        found = CliRunner().invoke(app, ["--lang", "zh", *words, *(paths if words[0] == "adopt" else ())])
        assert found.exit_code == code, found.output
        return [line for line in found.output.splitlines() if line.strip()]

    return tell


def test_english_is_found():
    """A sentence in English and a Chinese one with an English word are; columns, flags and files are not."""
    lines = ["nothing was quarantined", "读取方式：orders.ordered_at day first"]
    assert english([*lines, "order_id 缺失：orders.csv 中 1 条，可用 adopt --undated-refunds 更改"]) == lines


def test_the_worked_shop_is_built_in_chinese(tiny_shop):
    """Each line of its report, and the same facts in English for an English reader."""
    ask_reader(lambda: "zh")
    lines = tiny_shop(**worked_examples.TABLES, as_of=worked_examples.AS_OF, name="worked_zh").snapshot.facts["report"]
    assert len(lines) > 3 and english(lines) == []
    ask_reader(lambda: "en")
    assert report_words.count_records(1) == "1 record" and report_words.count_records(2) == "2 records"


def test_a_shop_with_faults_speaks_chinese(told):
    """Proposal, open questions, build, comparison and inspection of files in which much is odd."""
    open_ones = told("adopt", "--name", "faulty", "--try", code=2)
    assert english(open_ones) == [] and any("layaway" in line for line in open_ones)
    adopted = told("adopt", "--name", "faulty", "--status", "layaway=paid", "--yes", code=2)
    assert english(adopted) == []
    asked = told("build", "faulty", code=2)
    assert english(asked) == [] and "日在前" in "".join(asked)
    readings = [f"--reading=orders.{column}=day-first" for column in ("ordered_at", "paid_at")]
    built = told("build", "faulty", "--accept", "试一试", *readings)
    assert english(built) == []
    assert len([line for line in built if not line.startswith("正在")]) > 10
    assert english(told("undo", "faulty")) == []
    told("adopt", "--name", "faulty", "--replace", "--yes")
    told("build", "faulty", "--accept", "试一试", "--as-of", "2024-05-01")
    assert english(told("compare", "faulty")) == [] and english(told("inspect", "faulty", code=1)) == []


def test_evidence_of_merges_is_in_chinese():
    """Two accounts with one address and birthday: keys and what agrees, each in its word, and the rules beside."""
    con = duckdb.connect()
    con.execute(identity.BOOKS)
    con.execute("insert into merges values ('a', 'b', 'email, same birthday, same name')")
    con.execute("insert into identity_moves (rule, buyer_count) values ('no merge', 9), ('agreeing evidence', 8)")
    ask_reader(lambda: "zh")
    told = "1 个账号合并为 1 位客户（邮箱、生日相同、姓名相同：1）；购买客户：不合并时 9 位、多项证据一致时 8 位"
    assert list(merges(con)) == [told]


@pytest.mark.parametrize("system", [one for one in systems() if one.because], ids=lambda one: one.name)
def test_why_a_file_of_a_system_is_left_is_in_chinese(system):
    """What stands in the list of systems is a word of ours."""
    assert word(system.because, "zh") != system.because


def test_conditions_of_rules_are_in_chinese():
    """The findings of every set of rules: no condition keeps an English word; a value that nobody knows is 未知."""
    say = CliRunner(env={"COLUMNS": "240"}).invoke
    said = say(app, ["--lang", "zh", "rules"]).stdout
    assert "近一年净消费 ≥ 3,000 且 < 10,000，近一年复购次数未知" in said
    sets = [line.split()[0] for line in said.split("\n\n")[0].splitlines()[2:]]
    found = [say(app, ["--lang", "zh", "rules", name]).stdout for name in sets]
    assert len(sets) >= 7 and not any(re.search(r"\b(from|below|unknown|or|count)\b", text) for text in found)
