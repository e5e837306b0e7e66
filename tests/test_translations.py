"""Whatever the code says to readers has current Chinese, and no catalogue translates what nobody says."""

import re
import string

import pytest
from babel.messages.pofile import read_po
from spoken import ROOT, files, said_in, texts_in

from customary import language, wording

CATALOGUES = sorted((language.CATALOGUES / "zh").glob("*.po"))
CJK = "[\u4e00-\u9fff]"
PLACE = re.compile(r"\{[^{}]*\}")
CODE = re.compile(
    r"`[^`]*`|--[a-z-]+|customary \w+|[A-Z]{2,}=?|\w+\.(?:toml|xlsx)|\d{4}-\d\d-\d\d(?:\.\.\d{4}-\d\d-\d\d)?"
)
# What is not in Chinese yet: whoever translates a file takes it from this list, and nobody puts one on it.
NOT_YET = frozenset((ROOT / "tests" / "not_in_chinese.txt").read_text("utf-8").split())
SAID = {str(path.relative_to(ROOT)): said_in(path) for path in files()}
every_file = pytest.mark.parametrize("name", SAID)


def entries(path):
    """Context, English and Chinese of the finished entries of a catalogue."""
    with path.open("rb") as file:
        messages = list(read_po(file, abort_invalid=True))
    return [(m.context or "", str(m.id), str(m.string)) for m in messages if m.id and m.string and not m.fuzzy]


ENTRIES = [entry for path in CATALOGUES for entry in entries(path)]
KNOWN = {text for context, text, _chinese in ENTRIES if not context}


def places(text):
    """The places of a template with their formats."""
    return sorted((name, form) for _text, name, form, _conversion in string.Formatter().parse(text) if name)


def lacks(name):
    """What a file says that has no Chinese, and the lines on which it puts a sentence together by itself."""
    said = SAID[name]
    words = [word for word in said.words if wording.word(word, "zh") == word]
    return [text for text in said.sentences if text not in KNOWN], words, said.glued


@every_file
def test_what_a_file_says_is_in_chinese(name):
    """Every sentence and every word of ours has Chinese, and none is put together outside of `say`."""
    if name not in NOT_YET:
        assert lacks(name) == ([], [], [])


def test_the_list_of_what_is_not_in_chinese_shrinks():
    """A file that has all its Chinese is on it no longer, nor is one that is gone."""
    assert {name for name in NOT_YET if name not in SAID or lacks(name) == ([], [], [])} == set()


def test_no_catalogue_translates_what_nobody_says():
    """A sentence that was changed since, or is said no longer, is named: its Chinese would never be read."""
    written = {text for path in files() for text in texts_in(path)}
    assert KNOWN - written - MADE == set()


# Heads of reasons that stand in snapshots: what follows them is the shop's own.
HEADS = {"outside {rest}", "quarantined: {rest}", "loaded as {rest}", "merged: {rest}"}
# Headings and options of its own that Typer writes into each help.
HELP = {
    "Options",
    "Commands",
    "Arguments",
    "Install completion for the current shell.",
    "Show completion for the current shell, to copy it or customize the installation.",
}
MADE = HEADS | HELP


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_a_catalogue_is_gettexts(path):
    """It is read by Babel as Chinese in UTF-8 with one plural form, and no entry stands in it twice."""
    with path.open("rb") as file:
        catalogue = read_po(file, abort_invalid=True)
    assert (str(catalogue.locale), catalogue.charset, catalogue.num_plurals) == ("zh", "utf-8", 1)
    keys = [(context, english) for context, english, _chinese in entries(path)]
    assert len(keys) == len(set(keys)) == len(catalogue)


def test_no_two_catalogues_differ():
    """One text has one translation, whichever room says it."""
    found = {}
    assert [found.setdefault((c, english), chinese) for c, english, chinese in ENTRIES] == [e[2] for e in ENTRIES]


def faulty(is_wrong):
    """The English of the entries that are wrong, with their Chinese."""
    return [(english, chinese) for context, english, chinese in ENTRIES if is_wrong(context, english, chinese)]


def without_places(chinese):
    """The Chinese without its places and code, which have rules of their own."""
    return PLACE.sub("□", CODE.sub("□", chinese))


def test_both_languages_have_the_same_places():
    """Named alike and formatted alike: a translation may turn them round and lose none."""
    assert faulty(lambda _context, english, chinese: places(english) != places(chinese)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        f"{CJK}[A-Za-z0-9`]|[A-Za-z0-9`]{CJK}",
        r"\s[，。：；（）“”、]|[，。：；（）“”、]\s",
        f"{CJK}[,.:;()!?]|[,.:;()!?]{CJK}",
        "[您你！]",
    ],
    ids=["a space is missing", "a space too many", "a mark of half width", "an address or a shout"],
)
def test_chinese_follows_its_own_typography(wrong):
    """A space between Chinese and Latin or digits, none beside full-width marks, no half-width ones, no “您”."""
    assert faulty(lambda _context, _english, chinese: re.search(wrong, without_places(chinese))) == []


def test_chinese_uses_the_terms_of_the_field():
    """Words that mean something else beside ours."""
    wrong = "用户|会话|截止|剔除|遗漏|折扣率|同比|环比|召回率|收入|司机|护照"
    assert faulty(lambda _context, _english, chinese: re.search(wrong, chinese)) == []


def test_a_translation_is_chinese():
    """It has Chinese in it, unless it is a name or a template without a word of its own."""
    assert faulty(lambda c, e, zh: not c and not re.search(CJK, zh) and re.search("[a-z]{2}", PLACE.sub("", e))) == []


def test_a_sentence_ends_alike():
    """A full stop where the English has one, none where a heading has none."""
    ends = lambda text, stop: text.rstrip("”）)").endswith(stop)  # noqa: E731
    assert faulty(lambda c, e, zh: not c and len(e) > 3 and ends(e, ".") != ends(zh, "。")) == []


def test_a_space_parts_a_value_from_the_chinese_around_it():
    """Where the value begins or ends with a letter or a digit; a Chinese one stands as the words do."""
    template = "{n:,} {reason}"
    assert wording.say(template, "zh", n=5, reason="测试") == "5 行：测试"
    assert wording.say("{first} or {more}", "zh", first="France", more="未知") == "France 或未知"
    assert wording.say("as of {day}", "zh", day="2025-01-31") == "截至 2025-01-31"


def test_a_label_of_the_rules_needs_no_second_entry():
    """Its Chinese stands beside it in data/*.toml; one that several rules have is called as its own column calls it."""
    assert wording.word("churn risk", "zh") == "流失风险客户"
    assert wording.word("lost", "zh", column="lifecycle_stage") == "流失期"
    assert wording.word("lost", "zh") == "流失"
    assert wording.word("Lisbon", "zh", column="lifecycle_stage") == "Lisbon"
