"""Random m4 programs: mostly sensible calls of every builtin, some wrong ones, nested and redefined, with changed delimiters."""
import os

NAMES = ["foo", "bar", "x", "y", "_z", "list", "len", "incr", "define", "a1"]
TEXTS = ["abc", "", "a b", "hello world", "u,v", "(a)", "1", "12", "0", "-3", "3abc", " 7", "$1", "$@", "$#", "$*-$0", "[$2]", "foo", "bar(1)", "a\nb",
         "#c", "`'", "quoted `text'", "\xe9\xff", "aXbXc", "abcabc", "99999999999", "u-w", "a-f", "%d", "%s|%5s", "\\(a\\|b\\)", "b*", "^a", "c$", "\\&\\1", "[a-c]+"]
EXPRESSIONS = ["1+2*3", "2**10", "-7/2", "-7%3", "7%-2", "1<<4|3", "~5", "!0", "!5", "(1+2)*3", "1<2", "3>=3", "1==2", "1!=2", "0x1f", "017", "0b101", "0r3:12",
               "1&&0", "1||0", "6&3", "6^3", "1 +", "(2", "2)", "1 2", "abc", "1/0", "1%0", "2**-1", "0**0", "0**-1", "1=1", "++1", "- -1", "-+2", "1<<33", "-1>>1",
               "2147483647+1", "-2147483648/-1", "0&&1/0", "1||1/0", "0||1/0", "2**3**2", "1?2:3", "", " ", "0x", "08", "1,2", "4294967296", "!(1&&~0)", "1<2<3", "5--3"]
PATTERNS = ["a", "b*", "^", "$", "\\w+", "\\(a\\)\\(b\\)?", "[^a-c]", "\\bb", "a\\|c", ".", "a+b?", "\\(", "[", "x*", "\\<.", ".\\>", "\\`a", "c\\'", "\\(.\\)\\1", "", "*a", "\\W",
            "\\{2\\}", "a{2}", "\\B"]
REPLACEMENTS = ["X", "", "\\&\\&", "\\1", "<\\0>", "\\2\\1", "\\", "\\n", "$1", "[\\&]"]
FORMATS = ["%d", "%5d|%-5d|%05d", "%+d % d", "%x %X %o", "%#x %#o", "%s", "%.2s|%5s|%-5s|", "%c%c", "%%", "%f %.2f", "%e %g", "%5.1f|%-8.3f|%08.2f", "%a", "%*d", "%-*d|%.*f",
           "%ld %hd %hhd", "%y", "%", "%i", "%u", "%5%", "%.3d", "%+.3e", "%G %E", "%.0f", "%#g", "%q", "%5", "%-", "%lld", "%+s", "%#x"]
NUMBERS = ["0", "1", "2", "-1", "10", "255", "3.5", "-2.25", "1e3", "abc", "", "65", "007", "2147483648", "0x10"]


class Program:
    def __init__(self, random, directory):
        self.random, self.directory = random, directory
        self.left, self.right = "`", "'"
        self.arguments = []
        for option, chance in (("-d", .1), ("-dV", .08), ("-dt", .05), ("-G", .04), ("-Q", .05), ("-E", .05), ("-EE", .02), ("-s", .1), ("-l4", .04), ("-P", .02), ("-dcexq", .04)):
            if random.random() < chance:
                self.arguments.append(option)
        if random.random() < .1:
            self.arguments += ["-Dfoo=" + random.choice(TEXTS).replace("\xe9\xff", "e"), "-Ulen"]
        if random.random() < .05:
            self.arguments += ["-tfoo", "-tlen"]
        self.text = "".join(self.line() for _ in range(random.randrange(1, 14))).encode("latin-1")
        with open(os.path.join(directory, "inc.m4"), "w") as file:
            file.write("included foo len(abc)\ndefine(`x', `fromfile')dnl\nlast x\n")

    def pick(self, things):
        return self.random.choice(things)

    def quote(self, text):
        return self.left + text + self.right

    def argument(self, depth=0):
        chance = self.random.random()
        if chance < .55:
            return self.quote(self.pick(TEXTS))
        if chance < .7:
            return self.pick(["1", "2", "abc", "foo", " x", "x ", "", "-1", "5"])
        if chance < .95 and depth < 3:
            return self.call(depth + 1)
        return self.quote(self.pick(NAMES))

    def arguments_of(self, low, high, depth):
        return ",".join(self.argument(depth) for _ in range(self.random.randrange(low, high + 1)))

    def name(self):
        return self.quote(self.pick(NAMES))

    def call(self, depth=0):
        r = self.random
        kind = r.randrange(46)
        n = self.name
        if kind < 5:
            return "define(%s, %s)" % (self.quote(self.pick(NAMES[:6])), self.safe_body())
        if kind == 5:
            return "pushdef(%s, %s)" % (n(), self.safe_body())
        if kind == 6:
            return "popdef(%s)" % n()
        if kind == 7:
            return "undefine(%s)" % self.quote(self.pick(NAMES[:6]))
        if kind == 8:
            return "defn(%s)" % ",".join(n() for _ in range(r.randrange(1, 3)))
        if kind in (9, 10):
            return "%s(%s)" % (self.pick(NAMES), self.arguments_of(0, 4, depth))
        if kind == 11:
            return "ifdef(%s, %s)" % (n(), self.arguments_of(0, 3, depth))
        if kind in (12, 13):
            return "ifelse(%s)" % self.arguments_of(0, 8, depth)
        if kind == 14:
            return "shift(%s)" % self.arguments_of(0, 4, depth)
        if kind == 15:
            return "indir(%s, %s)" % (n(), self.arguments_of(0, 3, depth))
        if kind == 16:
            return "builtin(%s, %s)" % (self.quote(self.pick(["len", "incr", "eval", "nosuch", "shift", "define", "index"])), self.arguments_of(0, 3, depth))
        if kind == 17:
            return "index(%s)" % self.arguments_of(0, 3, depth)
        if kind == 18:
            return "substr(%s, %s)" % (self.argument(depth), self.pick(["1", "0", "2", "-1", "x", "", "1, 2", "0, -1", "1, 100", "5", "1,"]))
        if kind in (19, 20):
            return "translit(%s)" % self.arguments_of(1, 3, depth)
        if kind in (21, 22):
            return "patsubst(%s, %s%s)" % (self.argument(depth), self.quote(self.pick(PATTERNS)), r.choice(["", ", " + self.quote(self.pick(REPLACEMENTS))]))
        if kind in (23, 24):
            return "regexp(%s, %s%s)" % (self.argument(depth), self.quote(self.pick(PATTERNS)), r.choice(["", ", " + self.quote(self.pick(REPLACEMENTS))]))
        if kind in (25, 26):
            return "format(%s%s)" % (self.quote(self.pick(FORMATS)), "".join("," + self.quote(self.pick(NUMBERS)) for _ in range(r.randrange(4))))
        if kind in (27, 28):
            return "eval(%s%s)" % (self.quote(self.pick(EXPRESSIONS)), r.choice(["", "", "", ",16", ",2,8", ",36", ",3", ",37", ",,4", ",10,-1", ",x"]))
        if kind == 29:
            return "%s(%s)" % (self.pick(["incr", "decr", "len"]), self.arguments_of(0, 2, depth))
        if kind == 30:
            return "divert(%s)" % self.pick(["1", "2", "-1", "0", "", "x", "1", "0", "77"])
        if kind == 31:
            return "undivert(%s)" % self.pick(["", "1", "2", "1,2", "inc.m4", "nosuch.m4", "0", "-1", "77"])
        if kind == 32:
            return self.pick(["include", "sinclude"]) + "(" + self.quote(self.pick(["inc.m4", "inc.m4", "nosuch.m4", ""])) + ")"
        if kind == 33:
            return self.pick(["divnum", "__file__", "__line__", "__program__", "sysval", "divnum(x)", "shift", "define", "changequote", "changecom", "__line__()"])
        if kind == 34:
            return "m4wrap(%s)" % self.arguments_of(1, 2, depth)
        if kind == 35:
            return "errprint(%s)" % self.arguments_of(1, 3, depth)
        if kind == 36:
            return "dumpdef(%s)" % ",".join(self.quote(self.pick(NAMES)) for _ in range(r.randrange(1, 3)))
        if kind == 37:
            return self.pick(["traceon", "traceoff"]) + "(" + ",".join(self.quote(self.pick(NAMES)) for _ in range(r.randrange(1, 3))) + ")"
        if kind == 38:
            return "debugmode(%s)" % self.pick(["", "aeq", "+l", "-q", "V", "t", "+x", "c", "zz"])
        if kind == 39:
            return "changecom(%s)" % self.pick(["", "`/*',`*/'", "`;'", "`#'", "`//'"])
        if kind == 40:
            return "esyscmd(%s)" % self.quote(self.pick(["echo hi", "exit 3", 'printf "foo(1)"'])) + "sysval"
        if kind == 41:
            return "syscmd(%s)" % self.quote(self.pick(["echo hi", "exit 2", "true"])) + "sysval"
        if kind == 42 and depth == 0 and r.random() < .3:
            old = self.left, self.right
            self.left, self.right = self.pick([("[", "]"), ("<<", ">>"), ("`", "'"), ("{", "}"), ("``", "''")])
            return "changequote(%s,%s)" % (old[0] + self.left + old[1], old[0] + self.right + old[1])
        return "%s %s" % (self.pick(TEXTS[:9]).replace("(a)", ""), self.pick(["dnl rest of line\n", "# comment foo(\n", "text"]))

    def safe_body(self):
        # A body that names a macro which may become itself would run for ever.
        body = self.pick([t for t in TEXTS if t not in ("foo", "bar(1)")] + ["<$1|$2>", "$0", "ifelse($1,,none,$1)", "$#:$*", "shift($@)", "$10", "`$1'"])
        if "$0" in body:
            body = body.replace("$0", "`$0'")
        return self.quote(body)

    def line(self):
        r = self.random
        chance = r.random()
        if chance < .03:
            return self.pick(["dnl", "len(", "`unfinished ", "m4exit(3)", "m4exit", "traceon\n", "undivert\n", "\0\n", "defn(`len')(a)\n"])
        return "".join(self.call() + self.pick([" ", "", "\n", "`'"]) for _ in range(r.randrange(1, 4))) + "\n"
