"""Brings a candidate into one way of writing: LaTeX without wrappers, spacing commands and markdown."""

from __future__ import annotations

import re

from verifiers.rules.math_answer.bound import without_redundant_brackets
from verifiers.rules.math_answer.unicode_maths import to_latex

# A backslash that a string literal swallowed: "\frac" became form feed and "rac".
_SWALLOWED = {"\f": "\\f", "\b": "\\b", "\a": "\\a", "\v": "\\v", "\r": "\\r", "\t": "\\t"}
_DAMAGE = re.compile(
    "\f(?=rac|box|orall)|\b(?=egin|eta|inom|oxed|mod|ar|f|ig)|\a(?=lpha|ngle|pprox|rc)|\v(?=ert|ec|arphi)"
    "|\r(?=ight|ho|angle|ceil|floor|m)|\t(?=ext|imes|heta|an|frac|o |au|riangle)"
)
_DOUBLED = re.compile(
    r"\\\\(?=(?:d?frac|sqrt|left|right|pi|cdot|times|text|begin|end|infty|boxed|circ|cup|le|ge|pm|in)\b)"
)
_DROPPED = re.compile(
    r"\\(?:left|right|[bB]igg?[lrm]?|displaystyle|textstyle|limits|nolimits|!|rm|bf|it|tt|phantom\{[^{}]*\}|hfill|nonumber|checkmark|blacksquare|(?:text)?color\{[a-z]+\})"
    r"(?![A-Za-z])\.?(?<!\\right\.\.)"
)
_EMPTY_DELIMITER = re.compile(r"\\(?:left|right)\s*\.(?!\d)")
_SPACING = re.compile(
    r"(?<!\\)\\(?:[,;:> ]|quad(?![A-Za-z])|qquad(?![A-Za-z])|hspace\{[^{}]*\}|thinspace(?![A-Za-z]))|~|\u00a0"
)
_HTML = re.compile(r"<(sup|sub)>([^<>]{1,60})</\1>")
_TAGS = re.compile(r"</?(?:b|i|em|strong|br|p|span|div)\s*/?>", re.IGNORECASE)
_PYTHON_POWER = re.compile(r"(?<=[\w)}\]])\s*\*\*\s*(?=[\w({\\-])")
_LEADING = (
    r"(?:approximately|about|roughly|exactly|simply|just|(?:the\s+)?(?:final\s+)?answer\s*(?:is(?:\s*:)?|[:=])(?!\w))"
)
_LEAD = re.compile(
    rf"^\s*(?:\\text\{{\s*{_LEADING}\s*\}}|(?P<kept>\\text\{{)?\s*{_LEADING}(?!\w)"
    r"|\\(?:approx|thickapprox|sim|therefore|because)(?![A-Za-z])|[:=](?!=))\s*",
    re.IGNORECASE,
)
# 0.333... and 0.1424242...: one digit three times, or several twice, and dots.
_GOING_ON = re.compile(
    r"(?P<fixed>\d*\.\d*?)(?:(?P<digit>\d)(?P=digit){2,}|(?P<period>\d{2,8})(?P=period)+(?P<rest>\d*))\s*(?:\\[lc]?dots|\.\.\.)"
)
_ALL_BUT = re.compile(
    r"^(?:\\text\{\s*)?all\s+real(?:\s+numbers|s)(?:\s+[a-z])?\s+(?:except|but|other\s+than|not\s+equal\s+to)(?:\s+for)?\s*\}?"
    r"(?P<points>[^A-Za-z]{1,80}?)\}?$"
)
_CUBE_ROOT = re.compile(r"\\?\bcbrt\b")
_DOTTED = re.compile(r"\\dot\s*(\d)")
_PREFIXED = re.compile(r"^0(?:(?P<base>x)(?=[0-9A-Fa-f]{1,40}$)|b(?=[01]{1,200}$))(?P<digits>[0-9A-Fa-f]+)$")
_BASE_SIXTEEN = re.compile(r"\\(?:text|mathrm)\{\s*([0-9A-F]{2,12})\s*\}\s*_(?=\{?\s*1[126])")
_PREFIX = {"over": "\\frac", "choose": "\\binom"}
_ALIASES = {"≈": r"\approx ", "&lt;": "<", "&gt;": ">", "&amp;": "&", "\\leqslant": r"\le ", "\\geqslant": r"\ge "}
_CHOSEN = re.compile(r"(?:\{\})?[_^]\{?(\d{1,5})\}?\s*C\s*_\{?(\d{1,5})\}?(?!\d)")
_ORDINAL = re.compile(
    r"(?<=\d)\s*(?:\^?\s*\{?\\(?:text|mathrm)\{\s*(?:st|nd|rd|th)\s*\}\}?|(?:st|nd|rd|th)\b|\^\{?(?:st|nd|rd|th)\}?)"
)
_THOUSANDS = re.compile(r"\{?,\}?\s*\\!\s*(?=\d{3})")
_BRACED_COMMA = re.compile(r"\s*\{\s*,\s*\}\s*(?=\d{3})")
_INFIX = re.compile(r"\{([^{}]{1,200})\\(over|choose)(?![A-Za-z])([^{}]{1,200})\}")
_END = " \t\n.,;^"


def normalise(text: str) -> str:
    """Return `text` as the reader of formulas takes it: same mathematics, one way of writing."""
    text = _repaired(text)
    text = to_latex(text)
    text = _without_layout(text)
    if "dots" in text or "..." in text:
        text = _GOING_ON.sub(_repeating, text)
    text = _CUBE_ROOT.sub(r"\\sqrt[3]", text) if "cbrt" in text else text
    text = _BASE_SIXTEEN.sub(r"\1_", _PREFIXED.sub(_with_base, text)) if "_" in text or text[:1] == "0" else text
    text = _DOTTED.sub(r"\\dot{\1}", text) if "\\dot" in text else text
    text = _without_dollars(text)
    text = without_redundant_brackets(text.strip())
    text = _ORDINAL.sub("", _LEAD.sub(lambda lead: lead["kept"] or "", text))
    text = _CHOSEN.sub(r"\\binom{\1}{\2}", _without_end(text)) if "C" in text else _without_end(text)
    return _ALL_BUT.sub(r"\\mathbb{R}\\setminus\\{\g<points>\\}", text) if text.startswith(("all", "\\text{")) else text


def _with_base(match: re.Match[str]) -> str:
    return f"{match['digits'].upper()}_{{{16 if match['base'] == 'x' else 2}}}"


def _repeating(match: re.Match[str]) -> str:
    """Write 0.333... as 0.\\overline{3}; what is cut off inside its period must go on like it."""
    period = match["digit"] or match["period"]
    if match["rest"] and not period.startswith(match["rest"]):
        return match[0]
    return f"{match['fixed']}\\overline{{{period}}}"


def _repaired(text: str) -> str:
    if not text.isprintable():
        text = _DAMAGE.sub(lambda control: _SWALLOWED[control[0]], text)
    if "\\\\" in text:
        text = _DOUBLED.sub(lambda _: "\\", text)
    return text


def _without_layout(text: str) -> str:
    if "&" in text or "geqslant" in text or "leqslant" in text:
        for alias, sign in _ALIASES.items():
            text = text.replace(alias, sign)
    if "<" in text:
        text = _HTML.sub(lambda tag: f"{'^' if tag[1] == 'sup' else '_'}{{{tag[2]}}}", text)
        text = _TAGS.sub(" ", text)
    if "\\" in text or "~" in text:
        text = _THOUSANDS.sub(",", text)
        text = _EMPTY_DELIMITER.sub("", text)
        text = _DROPPED.sub("", text)
        text = _SPACING.sub(" ", text)
        text = _INFIX.sub(lambda infix: f"{_PREFIX[infix[2]]}{{{infix[1]}}}{{{infix[3]}}}", text)
    if "{" in text:
        text = _BRACED_COMMA.sub(",", text)
    text = text.replace("{,}", ",")
    if "**" in text:
        text = _PYTHON_POWER.sub("^", text).replace("**", "")
    return text


def _without_dollars(text: str) -> str:
    """Drop `$` where it delimits a formula; where it stands alone before a figure it is money."""
    if text.count("$") - text.count("\\$") == 1:
        text = re.sub(r"(?<!\\)\$(?=\s*[\d.])", r"\\$", text)
    text = re.sub(r"(?<!\\)\$", " ", text)
    return re.sub(r"\\[()\[\]](?!\d+(?:ex|pt|em)\])", " ", text)


def _without_end(text: str) -> str:
    text = text.strip()
    while text and text[-1] in _END and not text.endswith("\\,"):
        text = text[:-1].rstrip()
    return text
