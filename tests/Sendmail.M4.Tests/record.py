#!/usr/bin/env python3
"""record.py: runs GNU m4 1.4.19 on the programs below and writes what it did to cases.txt, which the tests hold ours against."""
import json
import os
import subprocess
import tempfile

# (name, options, program). A program may use the file inc.m4, whose content is INCLUDED.
INCLUDED = "first foo\ndefine(`foo', `from the file')dnl\nlast foo\n"
CASES = [
    ("define", [], "define(`a', `[$1]')a(x) a a() define(`b', a)b define(`c')c."),
    ("define without parenthesis", [], "define defn undefine define()"),
    ("arguments", [], "define(`f', ``$0':$#:$*:$@:$1:$2:$10:${1}:$')f f() f(a) f(a, b ,c) f(`a,b', (c,d)) f(1,2,3,4,5,6,7,8,9,ten)"),
    ("arguments skip leading space only", [], "define(`f', `<$1|$2>')f(  a , \n\t b )f(` a', `'  b)"),
    ("redefined while collecting", [], "define(`f', `1')f(define(`f', `2'))f f(undefine(`f'))f"),
    ("pushdef", [], "define(`a', 1)pushdef(`a', 2)pushdef(`a', 3)a popdef(`a')a popdef(`a')a popdef(`a')a popdef(`a')a"),
    ("define replaces the top", [], "pushdef(`a', 1)pushdef(`a', 2)define(`a', 3)a popdef(`a')a"),
    ("undefine removes all", [], "pushdef(`a', 1)pushdef(`a', 2)undefine(`a', `nosuch')a"),
    ("defn", [], "define(`a', `x a')defn(`a') define(`add', defn(`incr'))add(2) len(defn(`a'))defn(`nosuch')"),
    ("defn joins texts, not builtins", [], "define(`a', 1)define(`b', 2)defn(`a', `b')defn(`a', `len')"),
    ("a builtin in an argument", ["-d"], "define(`x', defn(`len')`rest')dumpdef(`x')define(`y', `rest'defn(`len'))dumpdef(`y')ifelse(defn(`len'), `', same)"),
    ("indir and builtin", [], "define(`a b', `<$1>')indir(`a b', 1)builtin(`len', abc)indir(`nosuch')builtin(`nosuch')indir(`len')indir builtin"),
    ("rename a builtin", [], "define(`longueur', defn(`len'))undefine(`len')longueur(`abc') len(abc) longueur(a, b)builtin(`len', ab)"),
    ("ifdef", [], "define(`a')ifdef(`a', yes, no) ifdef(`b', yes, no) ifdef(`b', yes)|ifdef(`a')"),
    ("ifelse", [], "ifelse(a)ifelse(a, a, same)ifelse(a, b, same, other)ifelse(a, b, 1, c, c, 2, 3)ifelse(a, b, 1, c, d, 2, 3)ifelse(a, b)ifelse(a, a, x, y, z)"),
    ("shift", [], "shift(1, 2, 3) shift(1) shift() shift(1, `a,b', `c')"),
    ("recursion", [], "define(`rev', `ifelse($#, 0, , $#, 1, ``$1'', `rev(shift($@)), `$1'')')rev(1, 2, 3, 4, 5)"),
    ("rescanned with what follows", [], "define(`foo', `ba')define(`bar', `X')foo`'r foo()r define(`open', `len')open(abc)"),
    ("words", [], "define(`x', `<y>')x x1 1x _x x.x x-x é`'x"),
    ("quotes nest", [], "`a `b' c'``d''"),
    ("changequote", [], "changequote([, ])define([a], [b [c]])a `a' changequote`'[x] changequote(<<, >>)<<a <b>>> changequote(<<>>)changequote(x)"),
    ("changequote off", [], "changequote(, )`a' define(b, 1)b"),
    ("changequote with one argument", [], "changequote([)[a' changequote(`|', )"),
    ("equal quotes", [], "changequote(|, |)|a|define(|x|, |y|)x |x|"),
    ("quotes win over parentheses", [], "changequote(`(', `)')len(abc)"),
    ("comments", [], "# define(`a', 1)\nlen(abc) # len(abc) `\n'len(`# a')"),
    ("changecom", [], "changecom(/*, */)len(/*,*/)/* len(a) */ # len(ab)\nchangecom# len(ab)\nchangecom(;)len(a) ; len(a)\n"),
    ("comment wins over macro", [], "changecom(`len', `)')len(abc) len`'"),
    ("dnl", [], "a dnl b\nc dnl(x) d\ne`'dnl\nf\ndnl"),
    ("m4wrap", [], "m4wrap(`one ')m4wrap(`two', ` three ')m4wrap(`m4wrap(`inner')')text\n"),
    ("include", [], "define(`foo', `outer')include(`inc.m4')foo sinclude(`nosuch')sinclude(`inc.m4')include(`nosuch.m4') end\n"),
    ("place in an included file", [], "__file__:__line__\ninclude(`inc.m4')__file__:__line__ errprint(__program__:__file__:__line__: text\n)"),
    ("divert", [], "divert(2)two\ndivert(1)one\ndivert(-1)lost\ndivert`'zero divnum divert(10)ten divnum\ndivert(0)end\n"),
    ("undivert", [], "divert(1)one\ndivert(2)two\ndivert`'undivert(2, 1)undivert(1)|undivert(`inc.m4')undivert(`nosuch')undivert(0)undivert(99)"),
    ("undivert into a diversion", [], "divert(1)a foo\ndivert(3)undivert(1)b\ndivert define(`foo', `not expanded')undivert"),
    ("divert large", [], "divert(2147483647)last\ndivert(1000)middle\ndivert`'first\n"),
    ("len and index", [], "len() len(abc) index(abc, c) index(abc, x) index(abc, ) index(, a) index(abc) len(a, b)"),
    ("substr", [], "substr(abcdef, 2) substr(abcdef, 2, 3) substr(`abcdef', -1)|substr(`abcdef', 6)|substr(`abc', 1, 100) substr(`abc', 1, -1)|substr(abc)|substr(abc, x)|substr(abc, , )"),
    ("translit", [], "translit(`GNUs not Unix', `a-z', `A-Z') translit(`GNUs not Unix', `A-Z', `z-a') translit(`abc', `b') translit(`a-b', `a-', `x_') translit(`aaa', `aa', `bc') translit(`abc', `c-a', `1-3') translit(`x')"),
    ("regexp", [], "regexp(`GNUs not Unix', `\\<[a-z]\\w+') regexp(`GNUs not Unix', `\\<Q\\w*') regexp(`GNUs not Unix', `\\w\\(\\w+\\)$', `*** \\& *** \\1 ***') regexp(`abc', `x', `y')|regexp(`abc', `b', `\\2\\')|regexp(`abc', `')|regexp(`abc')"),
    ("patsubst", [], "patsubst(`GNUs not Unix', `^', `OBS: ') patsubst(`GNUs not Unix', `\\<', `-') patsubst(`GNUs not Unix', `\\w*', `(\\&)') patsubst(`GNUs not Unix', `\\w+', `(\\&)') patsubst(`GNUs not Unix', `[A-Z][a-z]+') patsubst(`a\nb', `^', `|')patsubst(`abc', `\\(a\\)\\|\\(b\\)', `<\\1\\2>')"),
    ("bad expressions", [], "regexp(`a', `\\(')patsubst(`a', `[')patsubst(`a', `\\)')patsubst(`a+b*c', `+', `plus')patsubst(`a{2}', `a\\{2\\}', x)"),
    ("format", [], "format(`%s %d|%5d|%-5d|%05d|%+d|%x|%X|%o|%c|%%', a, 1, 2, 3, 4, 5, 255, 255, 8, 65)format(`%.2f|%8.3f|%e|%g|%a', 1.5, 2.25, 100, 0.0001, 1)"),
    ("format width from arguments", [], "format(`%*d|%-*d|%.*f|%.3s|%5s|%-5s|', 5, 1, 5, 2, 2, 3.14159, abcdef, ab, ab)"),
    ("format says what is wrong", [], "format(`%y')format(`%d', x)format(`%d', `')format(`%d', 99999999999)format(`%+s', a)format(`%hd %hhd %ld', 70000, 300, 5000000000)format(`%')"),
    ("incr and decr", [], "incr(1) decr(1) incr(-1) incr(2147483647) incr(` 1') incr(`1 ') incr() incr(a) incr(99999999999999999999)"),
    ("eval", [], "eval(1 + 2 * 3) eval((1 + 2) * 3) eval(-7 / 2) eval(-7 % 3) eval(2 ** 10) eval(2 ** 3 ** 2) eval(-2 ** 2) eval(7 > 3 && 2 <= 2) eval(1 << 33) eval(-1 >> 1) eval(!0) eval(~5) eval(6 & 3 | 8 ^ 1) eval(1 == 1) eval(1 != 1)"),
    ("eval numbers", [], "eval(0x1F) eval(017) eval(0b101) eval(0r36:zz) eval(0r1:111) eval(10, 2) eval(-10, 16, 5) eval(10, 36) eval(5, 1) eval(255, , 8) eval(99999999999) eval(2147483647 + 1)"),
    ("eval says what is wrong", [], "eval(1 +)eval((1)eval(`)')eval(1 2)eval(abc)eval(1abc)eval(1 / 0)eval(1 % 0)eval(2 ** -1)eval(0 ** 0)eval(1, 37)eval(1, 2, -1)eval()eval(1 = 1)"),
    ("eval does not finish needless parts", [], "eval(0 && 1 / 0)eval(1 || 1 / 0)eval(0 || 1 / 0)"),
    ("operators that do not exist", [], "eval(1 ++ 2)"),
    ("syscmd", ["--allow-commands"], "syscmd(`exit 3')sysval esyscmd(`echo \"len(abc)\"')sysval syscmd(`kill -9 $$')sysval"),
    ("dumpdef", ["-d"], "define(`a', `x $1')dumpdef(`len', `a', `nosuch')pushdef(`a', `y')dumpdef(`a')"),
    ("trace", ["-d"], "define(`f', `<$1>')traceon(`f', `len')f(1) f len(abc)f(len(ab))traceoff(`f')f(2)"),
    ("trace everything", ["-dV"], "define(`f', `incr($1)')f(1)\ninclude(`inc.m4')"),
    ("debugmode", [], "traceon(`len')debugmode(`aeqxl')\nlen(ab)debugmode(`-x')len(a)debugmode(`zz')debugmode()len(c)debugmode`'len(d)"),
    ("trace is cut", ["-d", "-l3"], "traceon(`len', `defn')len(`abcdef')len(ab)defn(`len')"),
    ("errprint", [], "errprint(`a', `b', c)errprint(`\n')out"),
    ("m4exit", [], "before m4exit(7) after"),
    ("m4exit without text of diversions", [], "divert(1)lost divert`'kept m4exit"),
    ("m4exit out of range", [], "m4exit(256)"),
    ("end of file in a string", [], "ok\n`not closed\nx"),
    ("end of file in arguments", [], "ok\nlen(abc,\nx"),
    ("end of file in a comment", [], "ok # not closed"),
    ("prefixed builtins", ["-P"], "m4_define(`a', 1)a define(`b', 2)b m4___line__"),
    ("traditional", ["-G"], "define(`f', `$10')f(1,2) format(`x') patsubst(a, b) eval(1 + 1) index(abc, b)"),
    ("quiet", ["-Q"], "len(a, b)incr(a)"),
    ("fatal warnings once", ["-E"], "len(a, b)more\n"),
    ("fatal warnings twice", ["-E", "-E"], "len(a, b)more\n"),
    ("definitions of the command line", ["-Da=1", "-Db", "-Dc=<$1>", "-Ulen"], "a b c(2) len(abc)"),
    ("sync lines", ["-s"], "define(`two', `1\n2')\n# x\ndnl none\nhello\ntwo\n`a\nb' c\ninclude(`inc.m4')end\n"),
    ("nesting limit", ["-L", "3"], "len(len(len(a)))len(len(len(len(a))))"),
    ("suspicious sequences", ["--warn-macro-sequence"], "define(`a', `$10')define(`b', `${1}')define(`c', `$1')"),
    ("unknown option", ["--nosuch"], ""),
    ("unknown option with a value", ["--nosuch=1"], ""),
    ("ambiguous option", ["--d"], ""),
    ("eval names bad input", [], "eval(`(a)')eval(`-a')eval(`1+a')eval(`(1 a)')eval(`a+1')eval(`(1++)')eval(`(1=1) 2')eval(`=1')"),
    ("indirect calls without arguments", [], "indir(`index')|indir(`regexp')|indir(`patsubst')|indir(`substr')|indir(`translit')|index()|regexp()"),
    ("zero octets", [], "a\0b`c\0d'len(`x\0y')\0incr(1)"),
    ("octets above 127", [], "len(`\xe9\xff')translit(`\xe9', `\xe9', `e')substr(`a\xe9b', 1, 1)index(`ab\xff', `\xff')"),
]


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    with tempfile.TemporaryDirectory() as directory, open(os.path.join(here, "cases.txt"), "w") as out:
        with open(os.path.join(directory, "inc.m4"), "w") as file:
            file.write(INCLUDED)
        for name, options, program in CASES:
            theirs = [o for o in options if o != "--allow-commands"]
            done = subprocess.run(["m4"] + theirs, input=program.encode("latin-1"), capture_output=True, cwd=directory, timeout=20,
                                  env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"})
            out.write(json.dumps({"name": name, "options": options, "input": program, "exit": done.returncode,
                                  "output": done.stdout.decode("latin-1"), "errors": done.stderr.decode("latin-1")}) + "\n")


if __name__ == "__main__":
    main()
