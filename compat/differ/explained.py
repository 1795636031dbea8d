"""Deliberate differences: lines of an answer that may differ, each with the line of DIFFERENCES.md that tells why."""
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))


class Explanations:
    """
    explained.txt: a regular expression for whole lines, a tab, and words that stand in one line of DIFFERENCES.md. With
    "order " in front the expression is for what was asked, and the lines of the answer may stand in another order.
    """

    def __init__(self):
        self._rows = []
        self._orders = []
        reasons = open(os.path.join(HERE, "..", "DIFFERENCES.md"), encoding="utf-8").read().splitlines()
        for number, row in enumerate(open(os.path.join(HERE, "explained.txt"), encoding="utf-8"), 1):
            row = row.rstrip("\n")
            if not row or row.startswith("#"):
                continue
            pattern, _, words = row.partition("\t")
            lines = [i for i, text in enumerate(reasons, 1) if text.startswith("- ") and words in text]
            if len(lines) != 1:
                raise SystemExit("explained.txt: line %d: %r is in %d lines of DIFFERENCES.md, must be in one" % (number, words, len(lines)))
            rows, pattern = (self._orders, pattern[6:]) if pattern.startswith("order ") else (self._rows, pattern)
            rows.append((re.compile(pattern), "DIFFERENCES.md:%d" % lines[0]))

    def explain(self, line, real, ours):
        """The reason when the answers are equal but for lines that may differ, else None."""
        if sorted(real.split("\n")) == sorted(ours.split("\n")):
            return next((why for pattern, why in self._orders if pattern.match(line)), None)
        reasons = set()

        def kept(text):
            lines = []
            for line in text.split("\n"):
                reason = next((why for pattern, why in self._rows if pattern.fullmatch(line)), None)
                if reason is None:
                    lines.append(line)
                else:
                    reasons.add(reason)
            return lines

        return ", ".join(sorted(reasons)) if kept(real) == kept(ours) and reasons else None
