"""The words and commands that the reader knows."""

from __future__ import annotations


def word_set(text: str) -> frozenset[str]:
    return frozenset(text.split())


FUNCTIONS = word_set(
    "sin cos tan cot sec csc arcsin arccos arctan arccot sinh cosh tanh coth log ln lg exp max min gcd lcm "
    "sqrt arctanh arcsinh arccosh arcsec arccsc sgn arg det"
)
ALIASES = {
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "tg": "tan",
    "ctg": "cot",
    "arctg": "arctan",
    "cosec": "csc",
}
BIG = {"sum": "sum", "prod": "prod", "int": "int", "iint": "int", "iiint": "int", "oint": "int", "lim": "lim"}
GREEK = word_set(
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi rho sigma tau "
    "upsilon "
    "phi varphi chi psi omega Gamma Delta Theta Lambda Xi Sigma Upsilon Phi Psi Omega ell hbar nabla partial imath mho "
    "angle triangle odot"
)
TEXT = word_set("text textbf textit textrm textsf texttt mbox hbox textnormal mathrm operatorname mathsf")
# Commands that change how their argument looks, not what it is.
DRESS = word_set(
    "mathbf boldsymbol bm mathit mathcal mathfrak vec overrightarrow overline bar hat widehat tilde underline "
    "dot boxed fbox ensuremath mathop widetilde pmb"
)
FRACTIONS = word_set("frac dfrac tfrac cfrac")
BINOMIALS = word_set("binom dbinom tbinom")
RELATIONS = {
    "=": "=", "==": "=", ":=": "=", "<": "<", ">": ">", "<=": "<=", ">=": ">=", "=<": "<=", "!=": "!=",
    "\\le": "<=", "\\leq": "<=", "\\ge": ">=", "\\geq": ">=", "\\lt": "<", "\\gt": ">", "\\ne": "!=", "\\neq": "!=",
    "\\in": "in", "\\notin": "notin", "\\approx": "~", "\\equiv": "=", "\\simeq": "~", "\\doteq": "~",
    "\\to": "->", "\\rightarrow": "->",
}  # fmt: skip
TIMES = {"*", "\\cdot", "\\times", "\\ast"}
OVER = {"/", "\\div"}
UNIONS = {
    "\\cup": "union",
    "\\cupdot": "union",
    "\\cap": "intersection",
    "\\setminus": "difference",
    "\\backslash": "difference",
}
SPACES = frozenset("RZNQC")
BASE_WORDS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "sixteen": 16,
}  # fmt: skip

SEPARATOR_WORDS = {
    "and": "and",
    "or": "or",
    "和": "and",
    "或": "or",
    "以及": "and",
    "与": "and",
    "及": "and",
    "或者": "or",
}
# From these words on an item says for which letters or when it holds.
CLAUSE_WORDS = word_set("for where with when if such whenever provided given as 其中 对于")
# A statement about all of these numbers is no family that runs through them.
UNIVERSAL_WORDS = word_set("all every each positive natural nonnegative non-negative \\forall") | {"N"}
INTEGER_WORDS = word_set("integer integers whole 整数")
SHORT_WORDS = word_set(
    "and or for the is no if of to in all any yes not are odd cm km mm kg mg ml ft lb lbs oz mph kph "
    "min sec hr hrs am pm "
    "usd rmb day one two six ten cup per by at mi yd gal it as an on sq cc kw gb mb tb rad deg pct"
)
PLURAL_SCALES = {
    "hundred": 10**2,
    "thousand": 10**3,
    "k": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "dozen": 12,
}
PART_WORDS = {
    "half": 2, "halves": 2, "third": 3, "thirds": 3, "fourths": 4, "fifth": 5, "fifths": 5, "sixth": 6, "sixths": 6,
    "seventh": 7, "sevenths": 7, "eighth": 8, "eighths": 8, "ninth": 9, "ninths": 9, "tenth": 10, "tenths": 10,
    "hundredth": 100, "hundredths": 100, "thousandth": 1000, "thousandths": 1000,
}  # fmt: skip
_COUNTED = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
NUMBER_WORDS = {word: str(value) for value, word in enumerate(_COUNTED.split(" "))}
# After a number these say another one, or take it back; they are no unit.
CHANGING_WORDS = word_set("plus minus over squared cubed factorial double triple twice choose mod modulo")
# A statement behind one of these holds only where its condition does.
CONDITIONAL_WORDS = word_set("if unless provided")
UNTRUE_WORDS = word_set(
    "not isn wrong incorrect false negative below least most less fewer than maybe perhaps otherwise"
)
SCRIPT_SCALES = {"百": 10**2, "千": 10**3, "万": 10**4, "亿": 10**8}
SCRIPT_MORE = ("半", "多", "余", "以上", "以下", "左右")
PERCENT_WORDS = word_set("percent percents pct percentage")
DEGREE_WORDS = word_set("degree degrees deg")
RADIAN_WORDS = word_set("radian radians rad")
