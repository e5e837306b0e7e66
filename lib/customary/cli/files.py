"""A file that was taken away, given to the shell: its figure asked again, and what has changed since."""

from pathlib import Path
from typing import TYPE_CHECKING

from customary.cli.sentences import usage_error
from customary.wording import say

if TYPE_CHECKING:
    from customary.query.answer import Answer


KINDS = (".xlsx", ".csv", ".png", ".svg")


def answer_of_file(text: str) -> "Answer":
    """The answer to the question of a downloaded file, of the shop it came from as that stands now.

    Of a workbook of a whole chapter it is the first figure. What has changed since is said on stderr.
    """
    from customary.cli.progress import note
    from customary.errors import Refused
    from customary.page.explore.asking import inquiry_of_link
    from customary.query.taken_files import origins_in
    from customary.shop import open_shop

    if Path(text).suffix.lower() not in KINDS:
        raise usage_error("write a shop and a metric or study, or a file that was downloaded: sales.xlsx")
    origin, *others = origins_in(Path(text))
    asked = inquiry_of_link(open_shop(origin.shop), origin.query)
    if asked.answer is None:
        raise Refused("{name} has no answer: {fault}", name=text, fault=asked.fault)
    for said in asked.choice.notes:
        note(said)
    if others:
        note(
            say(
                "the first of its {n} figures; the others: {links}",
                n=len(others) + 1,
                links=say(", ").join(one.query for one in others),
            )
        )
    return asked.answer
