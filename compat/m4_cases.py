"""Programs for m4 by hand, each for a corner of one builtin or option; makecf must do what GNU m4 does with every one.

A case is (arguments, program). It runs in a folder with the files of FILES. Tables of single expressions become one case each.
"""

FILES = {
    "inc.m4": "included `text' len(abc)\ndefine(`x', `from inc')dnl\nlast __file__:__line__\n",
    "bare": "no newline at the end",
    "quoted.m4": "`open quote\n",
    "call.m4": "len(abc",
    "sub/deep.m4": "deep __file__:__line__ include(`other.m4')\n",
    "sub/other.m4": "other __file__\n",
    "two/other.m4": "the other of two\n",
    "self.m4": "self __line__ ifdef(`again', `', `define(`again')include(`self.m4')')",
    "wrap.m4": "m4wrap(`wrapped in __file__:__line__\n')in wrap\n",
    "octets": "\xe9\xff\x80 octets\n",
}


def each(arguments, form, texts):
    return [(arguments, form % t if "%" in form else form.replace("@", t)) for t in texts]


CASES = []
add = CASES.extend

# eval: numbers, operators, precedence, associativity, errors
add(each([], "eval(`@')\n", """1 -1 +1 --1 -+1 !1 ~1 !!5 ~~5 -!0 !-1 ~-1 1+1 1-1 1--1 1-+1 2*3 7/2 -7/2 7/-2 -7/-2 7%3 -7%3 7%-3 2**0 2**10
(-2)**3 -2**2 2**31 2**32 2**-1 1**-1 (-1)**-3 0**0 0**5 2**3**2 1<<0 1<<31 1<<32 1<<-1 -1<<1 256>>4 -256>>4 -1>>31 1>>32 1>>-1 5&3 5|3 5^3 1|2^3&4
1<2 2<1 1<=1 1>2 2>=2 1==1 1!=1 1=1 1==2==0 3>2>1 1<2==1 1&&2 0&&2 0||3 0||0 1||0&&0 !0&&1 1&&!1 (1) ((1)) (1+2)*3 1+2*3 1*2+3 10-3-2 100/10/5 100%7%4
1,2 1? 1?2:3 a 0a a0 0x 0x10 0X1f 0xg 010 08 0b101 0b2 0B11 0r2:101 0r36:z 0r37:1 0r1:111 0r1:112 0r0:1 0R16:ff 0r16:fg 1.5 1e3 1_0 2147483647 2147483648
4294967295 4294967296 99999999999999999999 2147483647+1 -2147483648-1 -2147483648/-1 -2147483648%-1 65536*65536 ~0 ~0>>1 1+ +  - * 1* *1 ( ) (1 1) ()
1() (1)(2) 1//2 1%%2 1&&&2 1|||2 1===1 1=<2 1=>2 !=1 1!1 1~1 1/0 1%0 0/1 1/(1-1) 1||1/0 0&&1/0 1&&1/0 0||1/0 1<<1<<1 1<2<<1 1+2<<1 1|1==2 2&3==3
++1 1++2 1--2 1+-2 1-~2 1<<<2 1>>>2 1+=2 1-=2 1*=2 1/=2 1%=2 1&=2 1|=2 1^=2 1<<=2 1>>=2 '1' "1" 1;2 1# $1 @1 [1] {1} \\1 0x7fffffff 0x80000000 0xffffffff 0x1ffffffff
-0x80000000 0777 0888 00 0xA+0Xa 0r8:17+1 0r10:9 0r10:a 1and2 1or2 not1""".split()))
add(each([], "eval(@)\n", """1,2 10,2 255,16 -255,16 255,36 255,1 0,1 5,1 -5,1 255,0 255,37 255,-1 255,x 255, 255,,8 255,10,0 255,10,1 255,10,20 -255,10,8 255,16,8 -255,16,8 255,2,4
255,10,-1 255,10,x 5,1,3 5,1,8 0,10,0 0,1,0 0,2,0 0,1 0,16,0 0,36,3 1,1,0 ,16 ,,3 1,10,2,3 1,2,3,4,5 2**31,16 -2147483648,2 -2147483648,36 -2147483648,10,12 1+1,3 10,10.5 10,3+4 10,`10' 7,2,2147483647000
10,010 10,0x10""".split()))
add(each([], "eval(`@')\n", ["", " ", " 1 ", "1 + 1", "1 +\n1", "\t1\t", " ( 1 ) ", "1 2", "1 < < 2", "1 & & 2", "1 = = 2", "! = 1", "* * 2", "2 * * 3", "1 #c", "0 x10", "1 \\", "1 << 2 + 3",
                             "(1 << 2) + 3", "1 + (2", "1 + 2)", "1 == 1 == 1", "1 != 1 != 1", "3 - 2 - 1", "2 + 3 * 4 ** 2", "-1 ** 2", "- 1", "~ 0", "! 0", "1 ? 2", "1 , 2"]))

# incr, decr, len
add(each([], "incr(`@')|decr(`@')|len(`@')\n", ["", " ", "0", "-1", "-0", "+1", "1 ", " 1", "1x", "x", "0x10", "010", "2147483647", "-2147483648", "2147483648", "4294967295", "9223372036854775807",
                                              "9223372036854775808", "-9223372036854775809", "1.5", "1+1", "\t3", "3\n", "\n3", "--1", "a b c"]))
CASES += [([], "incr()incr(1,2)decr(1,2,3)incr`'incr decr len len() len(a,b) len(`a,b') incr(incr(incr(1)))\n")]

# index, substr, translit
add(each([], "index(@)|", ["", "a", "a,a", "ab,b", "abc,", ",", ",a", "abcabc,ca", "abc,abcd", "aaa,aa", "`a,b', `,'", "a,b,c", "`abc', `C'", "`a\nb', `\nb'", "a b,` '"]))
add(each([], "substr(@)|\n", ["", "a", "abc,0", "abc,1", "abc,3", "abc,4", "abc,-1", "abc,0,0", "abc,0,1", "abc,0,99", "abc,1,-1", "abc,x", "abc,1,x", "abc,", "abc,1,", "abc,1,1,1", ",0", ",0,1", "abc,` 1'", "abc,1 ",
                              "abc,2147483647", "abc,-2147483648", "abc,4294967296", "abc,1,4294967297", "abc,99999999999999999999", "abc,1+1", "`a,b,c',2,2", "abc,01", "abc,0x1"]))
add(each([], "translit(@)|\n", ["", "abc", "abc,", "abc,b", "abc,b,", "abc,abc,xyz", "abc,abc,x", "abc,a,xyz", "abc,ab,xx", "aaa,aa,xy", "abc,a-c,A-C", "abc,c-a,1-3", "abc,a-c,3-1", "abc,a-", "a-c,-,_", "a-c,a-,_x",
                                "a-c,--,_", "abc,a-b-c,1-9", "abc,a-c-e,123456", "abc,-a,xy", "-abc,-a,xy", "abc,a--c,x", "abc,a-c,-", "abc,a-c,--", "abc,a-c,a", "ABC,A-Z,a-z", "a\xe9,\xe0-\xef,e", "a\xe9\xff,\x80-\xff,?",
                                "abc,`a-z',`b-za'", "hello,`a-yz',`b-za'", "abc,a-c,A-C,x", "`a,b',`,',`;'", "abc, b", "` abc',` '", "abc,z-a,a-z", "m4,`0-9a-z',`z-a9-0'", "abc,a-a,x", "abc,aa-c,123", "-,-", "a-z,a-z",
                                "`x[y]', `[]', `()'", "abc,cba,", "`a\nb',`\n',` '", "abcde,`b-d',`x'", "abcde,`b-d',`xy'", "abcde,`d-b',`xyz'", "---,-,x", "`a-b-c',`-a',`x-'", "aAbB,`aA-Zz',`1-5'"]))

# regexp and patsubst: emacs syntax
EXPRESSIONS = ["", "a", ".", "..", "^", "$", "^$", "^a", "c$", "a$c", "a^c", "*", "*a", "\\*", "a*", "a*b", "a+", "+", "a?", "?", "a**", "a+?", "\\(a\\)", "\\(\\)", "\\(a\\|b\\)c", "a\\|b", "\\|", "\\|a", "a\\|", "\\(^a\\)", "\\(a$\\)",
               "a\\|^b", "[abc]", "[^abc]", "[a-c]", "[c-a]", "[]a]", "[^]a]", "[a-]", "[-a]", "[a", "[", "[]", "[[:alpha:]]", "[[:digit:][:space:]]", "[[.a.]]", "[\\]", "[\\n]", "\\w", "\\W", "\\b", "\\B", "\\<", "\\>", "\\`", "\\'",
               "\\`a", "c\\'", "\\bb", "\\Bb", "\\s", "\\S", "\\d", "\\n", "\\t", "\\.", "\\\\", "\\", "a\\", "(", ")", "(a)", "a|b", "{", "a{2}", "a\\{2\\}", "\\{", "\\(", "\\)", "\\(a", "a\\)", "\\(a\\(b\\)\\)", "\\(a\\)\\(b\\)\\(c\\)",
               "\\(.\\)\\1", "\\1", "\\(a\\)\\2", "\\9", "\\0", "\\&", "a.c", "a\nb", "^b", "b$", "\\(a*\\)*", "\\(a*\\)+", "\\(a\\|ab\\)\\(c\\|bcd\\)", "\\(ab\\)*c", "x*", "x*b", ".*", ".*b", ".+", "[^b]*", "\\w+\\W*", "=", "\\=", "\\_", "\\sw", "\\cA"]
SUBJECTS = ["abcabc", "a b\nbc aa", ""]
for expression in EXPRESSIONS:
    for subject in SUBJECTS:
        CASES.append(([], "regexp(`%s',`%s')|regexp(`%s',`%s',`<\\&>')|patsubst(`%s',`%s')|patsubst(`%s',`%s',`<\\&>')\n" % ((subject, expression) * 4)))
add(each([], "regexp(`abc', `\\(a\\)\\(b\\)?', `@')|patsubst(`abcab', `\\(a\\)\\(b\\)?', `@')\n", ["", "x", "\\&", "\\0", "\\1", "\\2", "\\3", "\\9", "\\", "\\\\", "x\\", "\\x", "\\n", "\\(", "&", "$1", "\\1\\2\\1", "\\10", "[\\&]\\", "len(\\&)"]))
CASES += [([], "regexp()regexp(a)regexp(a,b,c,d)patsubst()patsubst(a)patsubst(a,b,c,d)regexp`'patsubst`'\n"), ([], "patsubst(`abc',,`-')patsubst(`a\nb\n',`^',`> ')patsubst(`a\nb\n',`$',`;')\n"),
          ([], "patsubst(`aaa',`a',`b',)regexp(`\xe9t\xe9', `\xe9', `\\&e')patsubst(`\xe9t\xe9',`[\xe0-\xef]',`e')patsubst(`\xff', `.', `x')\n"),
          ([], "define(`r', `patsubst(`$1', `\\w+', `len(`\\&')')')r(`one two three')\n"), ([], "regexp(`abc', `b', `shift(x,y)')regexp(`abc', `z', `q')regexp(`abc',`z')\n")]

# format
add(each([], "format(@)|\n", ["", "`%d'", "`%d',1", "`%d',-1", "`%d',x", "`%d',", "`%d',1x", "`%d',` 1'", "`%d',`1 '", "`%d',0x10", "`%d',010", "`%d',1.5", "`%d',99999999999", "`%d',4294967295", "`%i',5", "`%u',5", "`%u',-1", "`%x',255", "`%X',255", "`%x',-1",
                              "`%o',8", "`%o',-1", "`%#x',255", "`%#X',255", "`%#o',8", "`%#x',0", "`%#o',0", "`%5d',1", "`%-5d',1", "`%05d',1", "`%-05d',1", "`%+d',1", "`%+d',-1", "`% d',1", "`% d',-1", "`%+ d',1", "`%+5d',1", "`%+05d',1", "`% 05d',1",
                              "`%.3d',1", "`%5.3d',1", "`%-5.3d',1", "`%05.3d',1", "`%.0d',0", "`%.d',1", "`%.0d',1", "`%+.3d',1", "`%.3x',255", "`%#.3x',255", "`%#8x',255", "`%#08x',255", "`%'d',1000", "`%I d',1",
                              "`%s',a", "`%s'", "`%5s',a", "`%-5s',a", "`%05s',a", "`%.2s',abc", "`%.0s',abc", "`%5.2s',abc", "`%-5.2s',abc", "`%.s',abc", "`%+s',a", "`% s',a", "`%#s',a", "`%.99s',abc", "`%s%s',a", "`%s',a,b", "`%s',`a,b'", "`%s',`%d'",
                              "`%c',65", "`%c',a", "`%c',", "`%c'", "`%5c',65", "`%-5c',65", "`%05c',65", "`%c',0", "`%c',256", "`%c',-1", "`%c%c',72,105", "`%.2c',65", "`%+c',65", "`%#c',65", "`%c',321",
                              "`%%'", "`%5%'", "`%'", "`a%'", "`%-'", "`%5'", "`%.'", "`%5.'", "`%y',1", "`%Z',1", "`%n',1", "`%p',1", "`%m',1", "`%q',1", "`%a',1", "`%A',10.5", "`%ls',a", "`%hs',a", "`%lc',65", "`%hc',65",
                              "`%hd',70000", "`%hhd',300", "`%hd',-1", "`%hu',-1", "`%hhu',-1", "`%hx',-1", "`%ld',5000000000", "`%lu',-1", "`%lx',-1", "`%lld',5000000000", "`%qd',5000000000", "`%Ld',1", "`%zd',1", "`%jd',1", "`%td',1", "`%hhhd',1", "`%llld',1", "`%lhd',1",
                              "`%f',1.5", "`%f',", "`%f',x", "`%f'", "`%f',1e10", "`%f',1e400", "`%f',1e-400", "`%a',4e-324", "`%a',0x1p-1074", "`%g',1e-310", "`%d',1e400", "`%f',-1e400", "`%f',inf", "`%f',nan", "`%f',0x1p3", "`%f',` 1'", "`%f',`1 '", "`%f',1x", "`%F',1.5", "`%F',inf", "`%.0f',1.5", "`%.0f',2.5", "`%.1f',0.25", "`%.10f',0.1", "`%.f',1.5", "`%#.0f',1.5",
                              "`%10.2f',3.14159", "`%-10.2f',3.14159", "`%010.2f',3.14159", "`%+.2f',3.14159", "`% .2f',3.14159", "`%+f',-1", "`%10f',inf", "`%010f',inf", "`%-10f',inf", "`%e',12345.678", "`%E',12345.678", "`%.2e',12345.678", "`%.0e',12345.678", "`%#.0e',5", "`%e',0",
                              "`%e',1e-300", "`%g',100000", "`%g',1000000", "`%g',0.0001", "`%g',0.00001", "`%G',1e20", "`%.3g',1234.5", "`%#g',1.5", "`%#.3g',1", "`%.0g',1.5", "`%g',0", "`%a',0", "`%a',0.1", "`%.2a',0.1", "`%A',255", "`%20a',1", "`%020a',1", "`%lf',1.5", "`%Lf',1.5", "`%hf',1.5",
                              "`%*d',5,1", "`%*d',-5,1", "`%-*d',5,1", "`%-*d',-5,1", "`%0*d',5,1", "`%*d',x,1", "`%*d',,1", "`%*d',5", "`%*d'", "`%.*d',3,1", "`%.*d',-3,1", "`%.*d',,1", "`%.*f',2,3.14159", "`%*.*f',8,2,3.14159", "`%*.*f',-8,-2,3.14159", "`%.*s',2,abc", "`%*s',5,ab", "`%*c',5,65",
                              "`%*%',5", "`%1$d',5", "`%2$s',a,b", "`%1$*2$d',5,6", "`%d %d %d',1,2", "`%s %d %f %c %x',a,1,2,65,255", "`\\n\\t\\\\'", "`\\x41\\101'", "`a\\", "`%d',`-0'", "`%d',+5", "`%+i',5", "`%5u',5", "`%-+5d|',5", "`%+-5d|',5", "`%0-5d|',5", "`%00005d',5", "`%--5d|',5", "`%++d',5", "`%##x',5",
                              "`%1000d',1", "`%-1000d|',1", "`%.50d',1", "`%.30f',1.1", "`%d %s',`1,2'", "`%s',defn(`len')", "`%\xe9',1", "`\xe9%s',\xff"]))

# define and what belongs to it
add([([], p) for p in [
    "define(`a',`b')a define(`a',`c')a undefine(`a')a\n", "define(`a')a|define(a,b)a\n", "define()define(`')define(`',`x')\n", "define(`a b',`x')a b indir(`a b')\n", "define(`1a',`x')1a indir(`1a')\n", "define(`a-b',1)a-b indir(`a-b')defn(`a-b')\n",
    "define(`_',`u')_ __ _a a_\n", "define(`a',`x',`y')a\n", "define(`define',`x')define(`a')\n", "define(`a',`$0')a\n" .replace("$0", "$'`0"), "define(`n',`$#')n n() n(,) n(a) n(a,b) n((a,b)) n(`a,b')\n", "define(`f',`$1$2')f(a,b) f(a) f f(,b) f(a,b,c)\n",
    "define(`f',`$*')f(a,b) f( a , b ) f(`a',`b')\n", "define(`f',`$@')f(a,b) f(`a,b') f(``a'')\n", "define(`f',`[$*][$@][$#]')f f() f(a,,c)\n", "define(`f',`$9$10$11')f(1,2,3,4,5,6,7,8,9,X,Y)\n", "define(`f',`${1}$-$!$$')f(a)\n", "define(`f',`$01 $00')f(a)\n",
    "define(`f',`$1')f(f(f(x)))f(`f(x)')f(``f(x)'')\n", "define(`f',``$1'')f(f) define(`g',`$1 $1')g(g(a))\n", "define(`f',`a')f(b)c f (b) f\n(b) f()()\n", "define(`f',`g')define(`g',`[$1]')f(x) indir(`f',x)\n", "define(`f',`g(')define(`g',`[$1]')f x)\n", "define(`f',`define(`f',`second')first')f f\n",
    "define(`x',`y')define(x,`z')y x\n", "define(`q',`dnl')a q b\nc\n", "define(`f', defn(`len'))f(abc)f undefine(`len')f(ab)len(ab)\n", "define(`f',`defn(`f')')dnl\nlen(f)\n", "pushdef(`a',1)pushdef(`a',2)a popdef(`a')a popdef(`a')a popdef(`a')a\n", "pushdef()popdef()undefine()defn()\n",
    "pushdef(`a',1)define(`a',2)popdef(`a')a\n", "define(`a',1)pushdef(`a',2)undefine(`a')a\n", "define(`a',1)pushdef(`a',defn(`a')2)a popdef(`a')a\n", "define(`a',1)define(`b',2)popdef(`a',`b')a b undefine(`nosuch',`a')\n", "defn(`a')defn(`len')(abc)\n", "define(`a',`x')defn(`a',`a')|defn(`a',`len')|defn(`len',`a')|defn(`len',`incr')\n",
    "define(`l',defn(`len')x)l\n", "define(`l',x`'defn(`len'))l\n", "define(defn(`len'),x)\n", "pushdef(defn(`len'),x)undefine(defn(`len'))popdef(defn(`len'))\n", "indir(defn(`len'))builtin(defn(`len'))ifdef(defn(`len'),y,n)\n", "len(defn(`len'))incr(defn(`len'))ifelse(defn(`len'),,y,n)\n", "`'defn(`len')`'defn(`incr')\n",
    "define(`e',`$@')e(defn(`len'))e(a,defn(`len'),b)\n", "define(`f',`<$1>')f(defn(`len'))f(defn(`dnl'))x\n", "m4wrap(defn(`len'))\n", "m4wrap(`x'defn(`len'))\n", "errprint(defn(`len')x)\n", "divert(defn(`len'))x\n", "shift(defn(`len'),b)shift(a,defn(`len'))\n", "dumpdef(defn(`len'))\n", "changequote(defn(`len'))\n",
    "define(`f',`f')`'dnl\nindir(`f')indir(`nosuch')indir()indir(`')indir`'\n", "builtin()builtin(`nosuch')builtin(`')builtin`'builtin(`len',abc)builtin(`len')builtin(`define')builtin(`dnl')x\ny\n", "undefine(`define')define(`a',1)a builtin(`define',`a',2)a\n", "undefine(`builtin')builtin(`len',a)\n",
    "pushdef(`len',`mine')len(a)builtin(`len',a)popdef(`len')len(a)\n", "indir(`define',`a',`b')a indir(`indir',`len',abc)builtin(`builtin',`len',ab)indir(`builtin',`len',a)\n", "indir(`len')indir(`incr')indir(`ifdef',a)indir(`shift')\n", "define(`f',`$#:`$0'')indir(`f')indir(`f',)indir(`f',a,b)\n",
    "ifdef(`a')ifdef()ifdef(`len',y)ifdef(`len',y,n)ifdef(`a',y,n)ifdef(`a',y)ifdef(`len',y,n,x)\n", "ifelse()ifelse(a)ifelse(a,b)ifelse(a,a,y)ifelse(a,b,y)ifelse(a,b,y,n)ifelse(a,b,y,n,x)ifelse(a,b,1,c,c,2)ifelse(a,b,1,c,d,2,3)ifelse(a,b,1,c,d,2,3,4)ifelse(,,y)ifelse(,,)\n",
    "ifelse(`a',a,`len(abc)',no)ifelse(1,2,,3)ifelse(a,b,c,d,e,f,g,h,i,j)ifelse(a,b,c,d,e,f,g,h,i)\n", "shift shift() shift(a) shift(a,b) shift(a,b,c) shift(a,`b,c') shift(a,`len(x)')\n", "define(`r',`ifelse(`$#',0,,`$#',1,``$1'',`r(shift($@)),`$1'')')r(a,b,c,d)\n",
    "define(`f',`ifelse(`$1',0,,`$1 f(decr(`$1'))')')f(20)\n", "define(`a',`)b')len(x`'a\n", "len(`a'b`c') len( a) len(a ) len(\n\na) len(a\n) len(# c\n)\n", "len((,)) len(()()) len(`(') len(`)')\n", "x(a,b)len\n(a) len (a) `len'(a) len`'(a)\n"]])

# quotes and comments
add([([], p) for p in [
    "changequote([,])[a]`b'\n", "changequote([)[a'b'\n", "changequote([,)[a'\n", "changequote(,)`a'\n", "changequote()`a'\n", "changequote([,])changequote`a'\n", "changequote([,])changequote()`a'\n", "changequote(,])`a]\n", "changequote(x)xax\n", "changequote(|)|a|'\n", "changequote([[,]])[[a [[b]] c]] [d]\n",
    "changequote(<<,>>)<<a>b>> <a>\n", "changequote(`',`')a\n", "changequote(a,b)xaybz aab bb\n", "changequote(\",\")\"a\" \"len(x)\" len(\"a,b\")\n", "changequote(`|',`|')|a||b|\n", "changequote(`(',`)')(a)(b(c))\n", "changequote(`,',`,')len(a,b,c)\n", "changequote(` ',`\n') a\nlen( b\n)\n",
    "changequote([,],x)[a]\n", "changequote([,])define([f],[$@|$*])f([a],b)\n", "define(`f',`changequote([,])')f[a]`b'changequote[x]\n", "changequote(\x80,\x81)\x80a\x81\n", "changequote(`#',`%')#a%\n", "changequote(`1',`2')1a2 len(1x,y2)\n", "changequote([,])len([a]`b)\n", "changequote(`begin',`end')begin x end begin y begin z end end\n",
    "`a`b'c' ``' `'' `a\nb'\n", "'a' ` '' ''\n", "changequote(ab,ba)abxabybazba\n", "changequote(aa,a)aaxa aaya\n", "changequote(`>',`<')>a< >b>c<d<\n",
    "# len(a)\nlen(# x\n)\n", "changecom`'# len(ab)\n", "changecom()# len(ab)\n", "changecom(`;')a ; len(ab)\nlen(ab)\n", "changecom(`/*',`*/')/* len(a) */len(a)# len(a)\n", "changecom(`{',`}'){len(a)}len({,})\n", "changecom(,`x')# len(a)\n", "changecom(`a')a len(b)\n", "changecom(`len',`)')len(a)len(b)\n",
    "changecom(`/*',`')/* len(a)\nlen(a)\n", "changecom(`#',`#')# len(a) # len(a)\n", "changecom(`#',`x')# len(a) x len(a)\n", "changecom(``',`'')`len(a)'len(a)\n", "changecom(`dnl')dnl len(a)\nlen(a)\n", "changecom(`#',`\n',x)# a\n", "# `quote\nlen(a)'\n", "`# not comment\n'len(a)\n", "changecom(`(',`)')len(a)\n", "changecom(`,',`\n')len(a,b\n)\n",
    "define(`f',`# comment $1\n')f(a)f(`b')\n", "changecom(`/*',`*/')len(/* , */)len(`/*')\n", "changecom(`--')a -- len(x)\n- len(x)\n", "changecom(`\xe9')\xe9 len(x)\n", "changecom(`1')len1 1 len(x)\n", "changecom(`_')a_len(x)_ len(x)\n", "changecom(`//',`//')// len(a) // len(a)\n",
    "dnl\n", "a dnl", "a dnl b\nc\n", "dnl()x\ny\n", "dnl(a,b)x\ny\n", "define(`d',defn(`dnl'))a d b\nc\n", "len(a dnl b\nc)\n", "`dnl'\ndnl`'x\ny\n", "dnl`\n'x\n", "a`'dnl b\nc\n", "define(`x',`a dnl')x b\nc\n", "define(`x',`a dnl b\nc')x d\n"]])

# diversions
add([([], p) for p in [
    "divert(1)a\ndivert`'b\n", "divert(1)a\ndivert(0)b\nundivert(1)c\n", "divert(2)b\ndivert(1)a\ndivert`'undivert(2,1)\n", "divert(1)a\ndivert(2)undivert(1)b\n", "divert(-1)lost\ndivert`'divnum\n", "divert(-2)x`'divnum`'divert`'divnum\n", "divert(1)a`'undivert(1)b\n", "divert(1)a\ndivert`'undivert(1)undivert(1)\n",
    "divert(x)a\n", "divert()a divnum\n", "divert(1,2)a\n", "divert(` 1')a\n", "divert(1 )a\n", "divert(1x)a\n", "divert(99999999999)a`'divnum\n", "divert(2147483647)z\ndivert(-2147483648)y\ndivert`'a\n", "divert(010)a`'divnum\n", "divert(0x1)a\n", "divert(--1)a\n", "divert(+1)a`'divnum\n",
    "undivert(x)undivert()undivert(`')undivert(-1)undivert(0)undivert(99)\n", "undivert(`inc.m4')undivert(`nosuch')undivert(`sub')undivert(`bare')\n", "undivert(`inc.m4',`bare')\n", "divert(1)a\ndivert`'undivert(`bare',1)\n", "divert(1)undivert(`inc.m4')divert`'undivert(1)\n", "undivert(1 )undivert(` 1')\n",
    "divert(1)one\ndivert(3)three\ndivert(2)two\n", "divert(1)define(`x',`y')x divert`'x undivert(1)\n", "define(`q',`divert(1)text\ndivert(0)')q q\n", "m4wrap(`undivert(1)end\n')divert(1)a\n", "divert(1)a\nm4wrap(`b\n')divert`'c\n", "divert(-1)m4wrap(`x\n')\n", "divert(-1)\nlen(a,b)errprint(`e\n')\n", "divert(5)x`'divnum\nm4exit\n",
    "divert(-1)undivert(1)\ndivert(1)kept\n", "divert(1)a\ndivert(-1)undivert(1)divert(0)undivert(1)b\n", "divnum(a)divnum()divnum\n", "divert(1)a\ndivert(1)b\ndivert(01)c\n", "undivert\n", "divert(1)x\ndivert`'undivert\nend\n", "divert(0)a\nundivert(0)b\n", "divert(1)a\ndivert(2)b\ndivert(3)undivert\ndivert`'c\n"]])

# m4wrap, include, places
add([([], p) for p in [
    "m4wrap(`a')m4wrap(`b')m4wrap(`c')\n", "m4wrap(`a',`b',`c')m4wrap()m4wrap(`')\n", "m4wrap(`m4wrap(`b\n')a\n')\n", "m4wrap(`define(`x',`y')')m4wrap(`x')\n", "m4wrap(`le')m4wrap(`n(abc)\n')\n", "m4wrap(`len(')m4wrap(`abc)\n')\n", "m4wrap(`n(abc)\n')m4wrap(`le')\n", "m4wrap(`__line__:__file__\n')\n\nx\n", "m4wrap(`errprint(`e\n')')m4wrap(`dnl')\n",
    "m4wrap(`undefined `quoted'\n')m4wrap(``quoted' len(a)\n')\n", "m4wrap(`divert(1)')m4wrap(`a\n')b\n", "m4wrap(`m4exit(3)')text\n", "m4wrap(len(abc))m4wrap(``len'(abc)\n')\n", "m4wrap`'x m4wrap\n", "m4wrap(`include(`inc.m4')')a\n", "include(`wrap.m4')after\n", "m4wrap(`dnl')m4wrap(`x\n')\n", "m4wrap(`len(a')\n",
    "m4wrap(`a\n')m4exit\n", "define(`w',`m4wrap(`$1 ')')w(1)w(2)w(3)\n",
    "include(`inc.m4')x\n", "include(inc.m4)\n", "include(`nosuch')after\n", "include()\n", "include(`')\n", "include\n", "include(`sub')\n", "include(`inc.m4',`x')\n", "sinclude(`inc.m4')sinclude(`nosuch')sinclude()sinclude(`sub')sinclude\n", "include(`bare')after\n", "include(`bare')include(`bare')\n", "len(include(`bare'))\n", "len(include(`inc.m4'))\n",
    "include(`quoted.m4')'x\n", "include(`call.m4'))x\n", "include(`self.m4')\n", "include(`bare/x')\n", "include(`/dev/null')x\n", "include(`./inc.m4')\n", "include(`octets')\n", "include(`inc.m4')__line__ __file__\n", "include(`sub/deep.m4')\n", "define(`f',`include(`bare')')f f\n", "include(`inc.m4')`'include(`inc.m4')\n",
    "__file__ __line__ __program__ __file__() __line__(x) __program__(a,b)\n__line__\n", "len(\n\n__line__)\n", "define(`l',`__line__')l\nl(\n)l\n", "errprint(__line__\n)__line__\n", "`a\nb\n'__line__\n", "dnl\n__line__ # c\n__line__\n", "errprint(`a',`b')errprint()errprint(`x\n',`y\n')errprint\n", "errprint( a , b)errprint(`len(a)')errprint(len(abc)`\n')\n",
    "m4exit(0)x\n", "m4exit(1)", "m4exit(255)", "m4exit(256)", "m4exit(-1)", "m4exit(x)", "m4exit()x", "m4exit(`')", "m4exit(1,2)", "a m4exit b", "len(m4exit(4))", "divert(1)a\nm4exit(2)", "divert(1)a\ndivert`'b m4exit(2)", "m4exit(257)", "m4exit( 3)", "include(`nosuch')m4exit(0)", "include(`nosuch')m4exit", "len(a,b)m4exit(0)"]])

# trace, dumpdef, debug
add([([], p) for p in [
    "dumpdef(`len')dumpdef(`nosuch')dumpdef(`')\n", "define(`a',`x\ny')define(`b',`$1')dumpdef(`b',`a',`len',`b')\n", "pushdef(`a',1)pushdef(`a',2)dumpdef(`a')popdef(`a')dumpdef(`a')\n", "define(`__x',1)define(`_x',2)define(`X',3)define(`x1',4)dumpdef(`x1',`X',`_x',`__x')\n", "define(`a',defn(`len'))dumpdef(`a')\n", "define(`a')dumpdef(`a')\n",
    "changequote([,])define([a],[x])dumpdef([a])\n", "define(`a',`\xe9')dumpdef(`a')\n", "traceon(`a')define(`a',`x')a a(1)\n", "traceon(`len')len(abc)len()len\n", "traceon`'len(a)define(`f',`len($1)')f(x)traceoff`'len(a)\n", "traceon(`f')f define(`f',1)f undefine(`f')f define(`f',2)f\n", "traceon(`f',`g')define(`f',`g($1)')define(`g',`$1')f(a)traceoff(`f')f(b)\n",
    "traceon(`nosuch')traceoff(`nosuch')traceoff(`never')\n", "pushdef(`f',1)traceon(`f')pushdef(`f',2)f popdef(`f')f\n", "traceon(`dnl')a dnl b\nc dnl(x)\nd\n", "traceon(`define')define(`a',`b')define(`l',defn(`len'))\n", "traceon(`defn')defn(`len')defn(`nosuch')defn(`defn')\n", "traceon(`eval',`format')eval(1+1)format(`%s',)eval(`1/0')\n",
    "traceon(`ifelse',`ifdef',`shift')ifelse(a,b,c,d)ifdef(`len',`x')shift(a,b)\n", "traceon(`include')include(`bare')\n", "traceon(`m4wrap')m4wrap(`len(a)')traceon(`len')\n", "traceon(`divert',`undivert')divert(1)x divert`'undivert\n", "traceon(`changequote')changequote([,])changequote\n", "traceon(`errprint')errprint(`x\n')\n", "traceon(`indir',`len')indir(`len',abc)\n",
    "traceon(`builtin',`len')builtin(`len',abc)\n", "traceon(`traceon',`traceoff')traceon(`x')traceoff(`x')\n", "traceon(`debugmode')debugmode(`aeqxl')debugmode(`+f')debugmode\n", "define(`f',`$@')traceon(`f')f(f(a),f(f(b)))\n", "traceon(`len')len(len(len(a)))\n", "traceon(`patsubst',`regexp')patsubst(`a',`a')regexp(`a',`b',`c')patsubst(`a',`a',`b')\n"]])
for flags in ("", "a", "e", "ae", "q", "aq", "eq", "aeq", "t", "ta", "tae", "x", "xa", "xae", "c", "cae", "ce", "ca", "f", "fl", "l", "fla", "i", "p", "ip", "V", "Vx", "+x", "-e", "+", "-", "aeqtxcflipV", "z", "ax!", "-V", "+V", "AEQ"):
    body = "define(`f',`len($1)')traceon(`f',`len')f(abc)f\ninclude(`inc.m4')sinclude(`nosuch')f(f(a))\n"
    CASES.append(([], "debugmode(`%s')%s" % (flags, body)))
    CASES.append((["-d" + flags], body))
CASES += [(["-d", "-d-e"], "traceon(`len')len(a)\n"), (["-daeq", "-d+x"], "traceon(`len')len(a)\n"), (["-dz"], "len(a)\n"), (["--debug"], "traceon(`len')len(a)\n"), (["--debug=ax"], "traceon(`len')len(a)\n"), ([], "debugmode(`a',`b')debugmode()debugmode\n"),
          ([], "debugfile(`dbg')traceon(`len')len(a)debugfile`'undivert(`dbg')len(b)\n"), ([], "debugfile(`')traceon(`len')len(a)dumpdef(`len')debugfile`'len(b)\n"), ([], "debugfile(`/nosuch/x')debugfile(`a',`b')\n"), ([], "debugfile(`dbg2')dumpdef(`len')errprint(`e\n')debugfile`'undivert(`dbg2')\n"),
          (["-tlen"], "len(abc)\n"), (["-tf", "-dae"], "define(`f',`$1')f(x)\n"), (["-t", "len", "-t", "incr"], "len(incr(1))\n"), (["--trace=len"], "len(a)\n"), (["-tnosuch"], "nosuch define(`nosuch',1)nosuch\n"), (["-l5"], "traceon(`len',`f')define(`f',`$1')len(`abcdefghij')f(`abcde')f(`abcdef')\n"), (["-l0", "-tlen"], "len(`abcdefghij')\n"),
          (["-l3", "-d"], "define(`a',`abcdefgh')dumpdef(`a')\n"), (["-lx", "-tlen"], "len(abc)\n"), (["--arglength=2", "-tlen"], "len(abc)\n"), (["-o", "dbg3"], "traceon(`len')len(a)errprint(`e\n')debugfile`'undivert(`dbg3')\n"), (["--debugfile=dbg4"], "traceon(`len')len(a)\ndebugfile`'undivert(`dbg4')\n"), (["--debugfile"], "traceon(`len')len(a)\n"),
          (["--debugfile="], "traceon(`len')len(a)\n"), (["-o", "/nosuch/x", "--debugfile=/nosuch/y"], "x\n"), (["-o", "ok", "--debugfile=/nosuch/y"], "x\n"), (["-dz", "-da", "-tlen"], "len(a)\n"), (["-da", "-dz", "-tlen"], "len(a)\n"), (["-o", "/nosuch/x", "-tlen"], "len(a)\n"),
          ([], "traceon(`debugmode')debugmode(`')debugmode()debugmode`'debugmode(`zz')debugmode(`aeq')debugmode`'\n"), (["-dae"], "traceon(`debugmode')debugmode(`x')debugmode(`+x')debugmode(`-x')debugmode(`V')debugmode(`+')x\n"),
          (["--error-output=dbg5"], "dumpdef(`len')debugfile`'undivert(`dbg5')\n"), (["-o", "/nosuch/x"], "len(a)\n"), (["--debugfile=/nosuch/x"], "len(a)\n"), (["-dV", "-tlen"], "len(a)\nm4wrap(`len(b)')\ninclude(`inc.m4')undivert(`bare')\n"), (["-di"], "include(`inc.m4')include(`self.m4')m4wrap(`x\n')\n"),
          (["-dp", "-Isub"], "include(`other.m4')include(`deep.m4')\n"), (["-dpi", "-I", "nosuch", "-I", "two", "-Isub"], "include(`other.m4')include(`inc.m4')include(`none')\n")]

# options
for arguments, text in [
    (["-Da"], "a|\n"), (["-Da=b"], "a|\n"), (["-Da=b=c"], "a\n"), (["-D=x"], "indir(`')\n"), (["-D", "a=1", "-D", "a=2"], "a popdef(`a')a\n"), (["-Da=1", "-Ua"], "a\n"), (["-Ua", "-Da=1"], "a\n"), (["-Ulen"], "len(a)\n"), (["-Unosuch"], "x\n"), (["--define=a=b"], "a\n"), (["--define", "a=b"], "a\n"), (["--undefine=len"], "len(a)\n"),
    (["-Da=`q'"], "a\n"), (["-Da=$1-$#"], "a(x)\n"), (["-Dlen=x"], "len(a)\n"), (["-Da b=c"], "indir(`a b')\n"), (["-Da=len(abc)"], "a\n"), (["-P"], "m4_len(abc)len(abc)m4___file__ m4_dnl x\nm4_define(`a',1)a\n"), (["--prefix-builtins"], "m4_eval(1+1)m4_builtin(`len',a)m4_builtin(`m4_len',a)m4_indir(`m4_len',a)\n"), (["-P", "-Dm4_x=1", "-tm4_len"], "m4_x m4_len(a)m4_dumpdef(`m4_len')m4_defn(`m4_len')\n"),
    (["-P", "-G"], "m4_format(`x')m4_len(a)m4_unix unix\n"), (["-G"], "format(`x')regexp(a,b)indir(`len')builtin(`len')esyscmd(x)__file__ __line__ debugmode debugfile patsubst(a,a)unix __unix__ __gnu__\n"), (["--traditional"], "define(`f',`$10')f(a)define(`a',`x')a\n"), (["-G", "-g"], "format(`x')\n"), (["-g"], "format(`x')__gnu__ __unix__ unix\n"),
    (["-E"], "len(a,b)x\n"), (["-EE"], "len(a,b)x\n"), (["-E", "-E"], "include(`nosuch')x\n"), (["--fatal-warnings"], "len()x\n"), (["-E"], "divert(1)a\ndivert`'len()\n"), (["-EE"], "errprint(`x\n')dumpdef(`nosuch')y\n"), (["-E"], "eval(1/0)y\n"), (["-EE"], "eval(1/0)y\n"), (["-E"], "undefine(`nosuch')x\n"), (["-Q"], "len(a,b)incr()incr(x)eval(1/0)indir(`nosuch')\n"), (["--quiet"], "len()x\n"), (["--silent"], "len()x\n"), (["-Q", "-E"], "len()incr(x)\n"),
    (["-s"], "a\nlen(x)\ninclude(`inc.m4')b\n"), (["-s"], "define(`f',`x\ny')f\nz\n"), (["-s"], "divert(1)a\ndivert`'b\nundivert(1)c\n"), (["-s"], "divert(1)a\ndivert`'undivert(9)b\nundivert(1)c\nd\n"), (["-s"], "divert(1)a\ndivert(2)x undivert(1)c\nd\ndivert`'e\nundivert\nf\n"), (["-s"], "divert(1)a\ndivert(-1)undivert(1)\ndivert`'c\nd\n"), (["-s"], "divert(1)divert`'x\nundivert(1)c\nd\n"), (["--synclines"], "dnl\ndnl\na\n`b\nc'\nd\n"), (["-s"], "# c\n\n\nx\n"), (["-s"], "m4wrap(`w\n')x\n"), (["-s"], "len(\na)\nb\n"), (["-s"], "undivert(`inc.m4')x\n"), (["-s"], "a dnl b\nc\n"), (["-s", "inc.m4", "-"], "x\n"), (["inc.m4", "-s", "-"], "x\n"),
    (["-I", "sub"], "include(`deep.m4')\n"), (["-Isub"], "include(`deep.m4')\n"), (["--include=sub"], "include(`deep.m4')\n"), (["-Itwo", "-Isub"], "include(`other.m4')\n"), (["-Isub", "-Itwo"], "include(`other.m4')sinclude(`other.m4')undivert(`other.m4')\n"), (["-Inosuch"], "include(`deep.m4')\n"), (["-I", ""], "include(`inc.m4')\n"), (["-Isub/"], "include(`other.m4')\n"), (["-Isub///"], "include(`other.m4')\n"), (["-I./sub/."], "include(`other.m4')\n"), (["-I/"], "include(`dev/null')x\n"), (["-Isub", "deep.m4"], ""),
    (["inc.m4"], ""), (["inc.m4", "bare", "inc.m4"], ""), (["-", "inc.m4"], "first\n"), (["inc.m4", "-"], "x\n"), (["nosuch"], ""), (["nosuch", "inc.m4"], ""), (["sub"], ""), (["quoted.m4", "inc.m4"], ""), (["call.m4", "inc.m4"], ""), (["-Da=1", "-", "-Da=2", "inc.m4"], "a\n"), (["-", "-Dx=y"], "x\n"), (["--", "-Da"], ""), (["-Da=1", "--", "-"], "a\n"), (["wrap.m4", "inc.m4"], ""), (["-", "-"], "x\n"),
    (["-L2"], "len(len(len(a)))\n"), (["-L", "3"], "len(len(len(a)))\n"), (["--nesting-limit=1"], "len(len(a))\n"), (["-L0"], "len(len(len(a)))\n"), (["-Lx"], "len(len(a))\n"), (["-L1"], "len(a)len(a)\n"), (["-B1"], "x\n"), (["-S1"], "x\n"), (["-T1"], "x\n"), (["-N1"], "x\n"), (["-H5"], "x\n"), (["-H0"], "x\n"), (["--hashsize=7"], "x\n"), (["-Hx"], "x\n"), (["-e"], "x\n"), (["-i"], "x\nlen(abc)\n"), (["--interactive"], "x\n"),
    (["-W", "x"], ""), (["-z"], ""), (["--nosuch"], ""), (["--def"], ""), (["--d"], ""), (["--defi=a=1"], "a\n"), (["--in=sub"], ""), (["--inc=sub"], "include(`other.m4')\n"), (["--tr"], ""), (["--quiet=x"], ""), (["--define"], ""), (["-D"], ""), (["-I"], ""), (["-t"], ""), (["-l"], ""), (["-o"], ""), (["-L"], ""), (["-F"], ""), (["-R"], ""), (["-Eza"], ""), (["-EQs"], "len()\n"), (["-sDa=b"], "a\n"), (["-="], ""), (["-?"], ""),
    (["--warn-macro-sequence"], "define(`a',`$10')define(`b',`${1}')pushdef(`c',`$123 ${x}')define(`d',`$1')\n"), (["--warn-macro-sequence=x+"], "define(`a',`axxb')define(`b',`xx$1')\n"), (["--warn-macro-sequence="], "define(`a',`$10')\n"), (["--warn-macro-sequence=\\("], "x\n"), (["--warn-macro-sequence", "-Da=$10"], "a\n"),
    (["-R", "nosuch"], ""), (["-R", "inc.m4"], ""), (["-F", "/nosuch/x"], "x\n"), (["-F", "frozen1"], "define(`a',1)x\n"),
]:
    CASES.append((arguments, text))

# What one run freezes and another goes on with: (arguments and program that freeze, arguments and program that go on)
FROZEN = [
    (([], "define(`a',`x $1')define(`b',defn(`len'))\n"), ([], "a(1) b(abc) defn(`a')dumpdef(`a',`b')\n")),
    (([], "pushdef(`a',1)pushdef(`a',2)pushdef(`a',defn(`len'))\n"), ([], "a(x)popdef(`a')a popdef(`a')a popdef(`a')a\n")),
    (([], "undefine(`len')undefine(`define')\n"), ([], "len(a)define(`x',1)builtin(`len',a)\n")),
    (([], "define(`len',`mine')pushdef(`incr',`x')\n"), ([], "len(a)incr(1)popdef(`incr')incr(1)\n")),
    (([], "changequote([,])changecom(/*,*/)\n"), ([], "[a]`b' /* len(a) */ # len(a)\n")),
    (([], "changequote()changecom\n"), ([], "`a' # len(a)\n")),
    (([], "changequote(`<<',`>>')\n"), ([], "<<len(a)>> <a>\n")),
    (([], "divert(1)one\ndivert(3)three `q'\ndivert(-1)lost\n"), ([], "a divnum\nundivert(3)b\n")),
    (([], "divert(2)text without end"), ([], "x\nundivert(2)y\ndivert(2)more\n")),
    (([], "divert(5)\n"), ([], "divnum divert(5)x\n")),
    (([], "printed\nm4wrap(`wrapped\n')"), ([], "x\n")),
    (([], "define(`e')define(`n',`a\nb\n')define(`o',`\xe9\xff')define(`q',``q'')\n"), ([], "[e][n][o]q defn(`q')\n")),
    (([], "define(`a b',1)define(`\xe9',2)\n"), ([], "indir(`a b')indir(`\xe9')\n")),
    ((["-Dx=1", "-Ulen"], "define(`y',x)\n"), (["-Dx=2", "-Uy"], "x y len(a)\n")),
    ((["-P"], "m4_define(`a',1)\n"), ([], "m4_len(abc) len(abc) a\n")),
    ((["-P"], "m4_define(`a',1)\n"), (["-P"], "m4_len(abc) len(abc) a m4_indir(`m4_len',a)\n")),
    (([], "define(`a',1)\n"), (["-P"], "m4_len(abc) len(abc) a\n")),
    (([], "define(`a',1)\n"), (["-G"], "format(`x')a index(abc,c)\n")),
    ((["-G"], "define(`a',1)\n"), ([], "format(`x')a unix __unix__\n")),
    (([], "traceon(`a')define(`a',1)debugmode(`aex')\n"), ([], "a traceon(`a')a\n")),
    (([], "define(`f',`$0')include(`inc.m4')\n".replace("$0", "`$'0")), (["inc.m4"], "")),
    (([], "`unfinished"), ([], "x\n")),
    (([], "define(`a',1)m4exit(3)"), ([], "a\n")),
    (([], "len(a,b)include(`nosuch')\n"), ([], "x\n")),
]

# commands
CASES += [(["--allow-commands"], p) for p in [
    "syscmd(`echo a')sysval\n", "syscmd(`exit 3')sysval\n", "syscmd(`')sysval\n", "syscmd()sysval\n", "sysval\n", "esyscmd(`echo a')sysval\n", "esyscmd(`printf \"len(abc)\"')\n", "esyscmd(`exit 200')sysval\n", "esyscmd()sysval\n", "esyscmd(`')sysval\n", "syscmd(`kill -9 $$')sysval\n", "esyscmd(`kill -15 $$')sysval\n", "syscmd(`nosuchcommand 2>/dev/null')sysval\n",
    "syscmd(`echo a',`b')\n", "esyscmd(`echo a',`b')\n", "a\nsyscmd(`echo b')c\n", "divert(1)syscmd(`echo a')b\ndivert`'c\n", "divert(-1)esyscmd(`echo a')syscmd(`echo c')divert`'b\n", "syscmd(`cat')x\n", "sysval(a)\n", "syscmd`'esyscmd`'\n", "esyscmd(`printf \"a\\nb\\n\\n\"')x\n", "len(esyscmd(`printf abc'))\n", "define(`f',`syscmd(`echo $1')')f(x)\n",
    "len(mkstemp())len(maketemp())mkstemp`'\n", "ifelse(len(mkstemp(`tmpXXXXXX')),9,ok)\n", "mkstemp(`nosuch/tmpXXXXXX')x\n", "syscmd(`test -f 'mkstemp(`madeXXXXXX'))sysval\n", "ifelse(len(mkstemp(`short')),11,ok,len(mkstemp(`short')))\n", "ifelse(maketemp(`a',`b'),,e,ok)\n", "len(mkstemp(`tXXX'))\n"]]
