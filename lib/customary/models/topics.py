"""Topics of short texts: TF-IDF and non-negative matrix factorisation. A topic is its top words.

Factored by Kullback–Leibler divergence (Lee and Seung 2001, eq. 3): by squared distance the most frequent topic is cut
into several and rare ones fall together.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_NOT_WORDS = re.compile(r"\S*@\S*|https?://\S*|www\.\S*|\S*\d\S*")
_CJK = "\u3400-\u4dbf\u4e00-\u9fff"
_CJK_RUN = re.compile(f"[{_CJK}]+")
_LETTERS = re.compile(f"[^\\W\\d_{_CJK}]+(?:['’][^\\W\\d_]+)?")
_DIGITS_IN_CJK = re.compile(f"(?<=[{_CJK}])\\d+|\\d+(?=[{_CJK}])")
# What stands before somebody's name, in small or capital letters; the name itself begins with a capital one.
_ADDRESS = (
    "mrs?|ms|miss|dr|dear|hi|hello|hey|thanks to|thank you|served by|spoke (?:to|with)|colleague|agent|advis[eo]r|"
    "clerk|herrn?|frau|hallo|liebe[rs]?|danke|mitarbeiter(?:in)?|kolleg(?:en?|in)|"
    "sr\\.?ª?|sra|senhora?|dona|olá|prezad[oa]|obrigad[oa]|atendente|vendedora?"
)
_NAMED = re.compile(f"(?<![^\\W_])(?i:{_ADDRESS})\\.? +([A-ZÀ-ÖØ-Þ][^\\W\\d_]+(?: [A-ZÀ-ÖØ-Þ][^\\W\\d_]+)?)")
NAMED_SHARE = 0.1  # of the texts with a word: so often it follows a form of address, then it is a name
SHORTEST = 3  # letters of a word in an alphabet; a Chinese word has at least two characters


@dataclass(frozen=True)
class TopicRule:
    """How topics are looked for: how many, from how many texts and customers on, and which words never count."""

    count: int
    fewest_texts: int
    fewest_authors: int
    words: int
    most_share: float
    left_out: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Topics:
    """Labels by topic number, and for each text its topic (−1 is none) and how much of the text it is (0 to 1)."""

    labels: tuple[str, ...]
    topic: NDArray[np.int64]
    weight: NDArray[np.float64]


def _chinese_words() -> Callable[[str], list[str]]:
    import jieba  # it loads for a second, which a shop without Chinese does not pay

    jieba.setLogLevel(60)
    # Without the hidden Markov model an unknown word, such as a name, falls into single characters and is dropped.
    return lambda text: [str(word) for word in jieba.cut(text, HMM=False) if len(word) > 1]


def words_of(texts: Iterable[str]) -> list[list[str]]:
    """The words of each text in small letters; addresses, links and whatever holds a digit are none."""
    plain = [_NOT_WORDS.sub(" ", _DIGITS_IN_CJK.sub(" ", text.lower())) for text in texts]
    chinese = _chinese_words() if any(_CJK_RUN.search(text) for text in plain) else lambda text: []
    said = {
        text: [word for run in _CJK_RUN.findall(text) for word in chinese(run)]
        + [word for word in _LETTERS.findall(text) if len(word) >= SHORTEST]
        for text in set(plain)  # many customers write the very same words
    }
    return [said[text] for text in plain]


def names_spoken_to(texts: Sequence[str]) -> frozenset[str]:
    """Words that the texts use as somebody's name: "thanks to Maria", "Frau Meier"; in small letters.

    A capital letter after a form of address, in at least a tenth of the texts that have the word: a single “Dear
    Parcel” makes no name of the parcel. Without capital letters, as in Chinese, nothing is found.
    """
    named = Counter(word for text in texts for word in {w for name in _NAMED.findall(text) for w in _letters(name)})
    if not named:
        return frozenset()
    used = Counter(word for text in texts for word in _letters(text) & named.keys())
    return frozenset(word for word, n in named.items() if n >= NAMED_SHARE * used[word])


def _letters(text: str) -> set[str]:
    return set(_LETTERS.findall(text.lower()))


def vocabulary(words: Sequence[Sequence[str]], authors: Sequence[str | None], rule: TopicRule) -> list[str]:
    """The words that may be spoken of: used by enough different known authors, not in most texts, in sorted order."""
    users: dict[str, set[str]] = defaultdict(set)
    texts: Counter[str] = Counter()
    for said, author in zip(words, authors, strict=True):
        for word in set(said) - rule.left_out:
            texts[word] += 1
            if author is not None:
                users[word].add(author)
    most = rule.most_share * len(words)
    return sorted(word for word, n in texts.items() if len(users[word]) >= rule.fewest_authors and n <= most)


def _labels(parts: NDArray[np.float64], known: Sequence[str], n: int) -> list[str]:
    """Each topic's `n` heaviest words among those that weigh nowhere more; words of equal weight by the alphabet."""
    home = parts.argmax(axis=0)
    labels = []
    for topic, weights in enumerate(parts):
        own = [j for j in range(len(known)) if home[j] == topic and weights[j] > 0.05 * weights.max()]
        best = sorted(own, key=lambda j: (-round(float(weights[j]), 9), known[j]))[:n]
        labels.append(" · ".join(known[j] for j in best))
    return labels


def _factor(words: Sequence[Sequence[str]], known: Sequence[str], count: int) -> tuple[NDArray[np.float64], ...]:
    """How much of each topic is in each text, and how much of each word in each topic."""
    # Heavy to import, and only needed while a shop with texts is built.
    from sklearn.decomposition import NMF
    from sklearn.feature_extraction.text import TfidfVectorizer

    kept = set(known)
    weighed = TfidfVectorizer(analyzer=lambda said: [w for w in said if w in kept], vocabulary=known, sublinear_tf=True)
    fit = {"solver": "mu", "beta_loss": "kullback-leibler", "init": "nndsvda", "random_state": 0}
    model = NMF(n_components=count, max_iter=100, tol=1e-3, **fit)
    return model.fit_transform(weighed.fit_transform(words)), model.components_


def find_topics(texts: Sequence[str], authors: Sequence[str | None], rule: TopicRule) -> Topics | None:
    """The topics of `texts`, biggest first; None where there are too few texts or shared words to speak of any.

    A word that fewer than `rule.fewest_authors` authors used is never looked at. Order of the texts does not matter.
    """
    order = np.array(sorted(range(len(texts)), key=lambda i: (texts[i], authors[i] or "")), dtype=np.int64)
    words = words_of(texts[i] for i in order)
    known = vocabulary(words, [authors[i] for i in order], rule)
    speaking = sum(bool(set(said) & set(known)) for said in words)
    count = min(rule.count, len(known) // 2)
    if speaking < rule.fewest_texts or count < 1:
        return None
    amounts, parts = _factor(words, known, count)
    amounts = amounts * np.linalg.norm(parts, axis=1)
    whole = amounts.sum(axis=1)
    found = np.where(whole > 0, amounts.argmax(axis=1), -1)
    return _number_topics(
        order, found, amounts.max(axis=1) / np.where(whole > 0, whole, 1.0), _labels(parts, known, rule.words)
    )


def _number_topics(
    order: NDArray[np.int64], found: NDArray[np.int64], weight: NDArray[np.float64], labels: Sequence[str]
) -> Topics:
    """Topics numbered by how many texts are theirs; one without a text or a word of its own is none."""
    sizes = [int((found == k).sum()) if labels[k] else 0 for k in range(len(labels))]
    ranked = [k for k in sorted(range(len(labels)), key=lambda k: (-sizes[k], labels[k])) if sizes[k]]
    number = {k: n for n, k in enumerate(ranked)}
    topic, share = np.full(len(order), -1, dtype=np.int64), np.zeros(len(order))
    topic[order] = [number.get(int(k), -1) for k in found]
    share[order] = weight
    return Topics(tuple(labels[k] for k in ranked), topic, np.where(topic >= 0, share, 0.0))
