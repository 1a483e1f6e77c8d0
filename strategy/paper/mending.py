"""Layout mended, no word changed: what scanning and page breaks did to a text is undone, misprints stay."""

import re
import unicodedata
from dataclasses import dataclass, field

ENDS = re.compile(r"[.!?:;…)\"“”»]$")
BULLET = re.compile(r"^[-•–▪]\s+")
NUMBERED = re.compile(r"^(\d{1,2})\.\s+")
MARKED = re.compile(r"\s*(■|#{1,6}\s|\*\*.+\*\*\s*$)")
LONG_LINE = 60  # a shorter line without a full stop is a signature or a heading, not half a sentence


@dataclass
class Part:
    """Lines that stand together: a paragraph, a list or a heading. line: where it begins in the file, from 1."""

    lines: list = field(default_factory=list)
    line: int = 0
    marked: bool = False  # set off by a square, bold type or "#": a heading, however long

    @property
    def text(self):
        return "\n".join(self.lines)

    @property
    def is_bullets(self):
        return all(BULLET.match(line) for line in self.lines)

    @property
    def is_numbered(self):
        return all(NUMBERED.match(line) for line in self.lines)

    @property
    def is_heading(self):
        """One short line that does not end like a sentence."""
        return len(self.lines) == 1 and (self.marked or looks_like_heading(self.lines[0]))

    @property
    def is_page_number(self):
        return len(self.lines) == 1 and bool(re.fullmatch(r"\d{1,3}", self.lines[0]))


def looks_like_heading(line):
    return len(line) <= 160 and not ENDS.search(line) and not BULLET.match(line) and not NUMBERED.match(line)


def mend_line(line):
    """One line without the marks of the conversion: WIR^{2.0} in both spellings, bold signs, squares, odd spaces."""
    line = unicodedata.normalize("NFC", line).replace("\u00a0", " ").replace("\u00ad", "").strip("\ufeff \t\f\v\r")
    line = re.sub(r"WIR\s*\$?\^\{?2\.0\}?\$?", "WIR2.0", line)
    line = re.sub(r"\*\*(.+?)\*\*", r"\1", line).replace("**", "")
    return re.sub(r"^(■|#{1,6} )\s*", "", line)


def parts_of(lines, first_line):
    """Parts of a stretch of raw lines; sentences and words cut by page ends are whole again."""
    groups = []
    for offset, raw in enumerate(lines):
        line = mend_line(raw)
        if not line:
            groups.append(None)
        elif groups and groups[-1] is not None:
            groups[-1].lines.append(line)
        else:
            groups.append(Part([line], first_line + offset, bool(MARKED.match(raw))))
    parts = []
    for group in filter(None, groups):
        group.lines = unwrap(group.lines)
        if group.is_page_number:
            continue
        if parts and goes_on(parts[-1], group):
            last = parts[-1]
            last.lines[-1] = join(last.lines[-1], group.lines[0])
            last.lines += group.lines[1:]
        else:
            parts.append(group)
    return [piece for part in parts for piece in split_lists(part)]


def unwrap(lines):
    """Lines of one paragraph that a narrow page broke become one; lists, headings and signatures keep their lines."""
    whole = [lines[0]]
    for line in lines[1:]:
        before = whole[-1]
        starts_item = BULLET.match(line) or NUMBERED.match(line)
        if not starts_item and not ENDS.search(before) and (line[0].islower() or len(before) >= LONG_LINE):
            whole[-1] = join(before, line)
        else:
            whole.append(line)
    return whole


def goes_on(part, following):
    """True where `following` is the rest of a sentence that a page end cut off."""
    last, first = part.lines[-1], following.lines[0]
    if part.marked or following.marked:
        return False
    if BULLET.match(first) or NUMBERED.match(first) or ENDS.search(last):
        return False
    if BULLET.match(last):
        return first[0].islower()
    return first[0].islower() or (len(last) >= LONG_LINE and not NUMBERED.match(last))


def join(before, after):
    """Two halves of a line; a hyphen at the break belongs to the break if a small letter follows."""
    if re.search(r"\w-$", before) and not re.match(r"(?:und|oder|bzw\.|sowie|als|bis|noch)\s", after):
        return before[:-1] + after if after[0].islower() else before + after
    return f"{before} {after}"


def split_lists(part):
    """A list directly below a sentence, or a sentence directly below a heading, becomes a part of its own."""
    pieces, line = [], part.line
    for offset, text in enumerate(part.lines):
        kind = "bullet" if BULLET.match(text) else "number" if NUMBERED.match(text) else "text"
        if pieces and pieces[-1][0] == kind:
            pieces[-1][1].lines.append(text)
        else:
            pieces.append((kind, Part([text], line + offset, part.marked)))
    return [piece for _kind, piece in pieces]


def text_of(parts):
    """The official text of several parts: blocks parted by blank lines, bullets with one kind of mark."""
    return "\n\n".join(
        "\n".join("- " + BULLET.sub("", line) for line in part.lines) if part.is_bullets else part.text
        for part in parts
    )


def words(text):
    """Words alone, for asking whether two documents say the same."""
    return re.findall(r"[\w*]+", unicodedata.normalize("NFC", text))
