//! The language of rules, construct by construct: a word for it, a line of it, and whether a rule may use it.
//!
//! Every line is a whole script. The test at the bottom of `support` compiles each with the real compiler, and runs
//! what is accepted in the engine and as JavaScript, so a row that no longer holds fails the tests.

use crate::diagnostic::{Code, code};

/// A construct that rules may use.
pub(super) struct Construct {
    pub name: (&'static str, &'static str),
    pub example: &'static str,
}

/// Constructs that belong together, under one heading.
pub(super) struct Group {
    pub title: (&'static str, &'static str),
    pub constructs: &'static [Construct],
}

/// A construct that the compiler refuses.
pub(super) struct Refused {
    pub name: (&'static str, &'static str),
    pub example: &'static str,
    /// What is reported.
    pub code: Code,
    /// What to write instead.
    pub instead: (&'static str, &'static str),
}

/// A sign between two values.
pub(super) struct Operator {
    pub sign: &'static str,
    pub meaning: (&'static str, &'static str),
    /// Letters of the types on both sides, as in a registration of the runtime; `d` is any value.
    pub types: &'static str,
}

const fn row(zh: &'static str, en: &'static str, example: &'static str) -> Construct {
    Construct { name: (zh, en), example }
}

const fn refused(
    name: (&'static str, &'static str),
    example: &'static str,
    code: Code,
    instead: (&'static str, &'static str),
) -> Refused {
    Refused { name, example, code, instead }
}

const fn operator(sign: &'static str, types: &'static str, zh: &'static str, en: &'static str) -> Operator {
    Operator { sign, meaning: (zh, en), types }
}

/// What rules may use.
pub(super) const GROUPS: &[Group] = &[
    Group {
        title: ("变量和赋值", "Variables and assignment"),
        constructs: &[
            row("变量（`let`）", "variable (`let`)", "let n = 3; n"),
            row("常量（`const`）", "constant (`const`)", "const ENOUGH = 3; ENOUGH"),
            row(
                "函数里用文件开头的常量（`global::`）",
                "constant of the file inside a function (`global::`)",
                "const TOP = 9; fn top() { global::TOP } top()",
            ),
            row("同名的新变量", "shadowing", "let n = 1; let n = n + 1; n"),
            row("赋值", "assignment", "let n = 1; n = 2; n"),
            row(
                "算完放回去",
                "assignment with an operator",
                "let n = 7; n += 1; n -= 2; n *= 3; n /= 2; n %= 5; n **= 2; n",
            ),
            row("按位算完放回去", "the same with bits", "let n = 6; n <<= 2; n >>= 1; n &= 7; n |= 8; n ^= 1; n"),
            row("改里面的一项", "assignment to an item", "let m = #{ a: [1, 2] }; m.a[1] = 5; m"),
            row("块有值", "block as a value", "let n = { let a = 2; a * 3 }; n"),
            row("注释", "comment", "/* why */ 1 // why"),
        ],
    },
    Group {
        title: ("判断和循环", "Conditions and loops"),
        constructs: &[
            row(
                "`if`有值",
                "`if` as a value",
                "let n = 3; if n > 5 { \"many\" } else if n > 1 { \"some\" } else { \"few\" }",
            ),
            row(
                "`switch`几个值一行",
                "`switch` with several values",
                "let n = 2; switch n { 1 | 2 => \"low\", 3 => \"middle\", _ => \"high\" }",
            ),
            row(
                "`switch`区间",
                "`switch` with ranges",
                "let n = 12; switch n { 0..10 => \"one digit\", 10..=99 => \"two\", _ => \"more\" }",
            ),
            row(
                "`switch`按数组或映射分",
                "`switch` on arrays and maps",
                "switch [1, 2] { [1, 2] => \"pair\", _ => \"else\" }",
            ),
            row(
                "`switch`附带条件",
                "`switch` with a guard",
                "let sure = true; switch 3 { 3 if sure => \"yes\", _ => \"no\" }",
            ),
            row("`for`走遍数组", "`for` over an array", "let sum = 0; for n in [1, 2, 3] { sum += n; } sum"),
            row("`for`走遍区间", "`for` over a range", "let sum = 0; for n in 1..=4 { sum += n; } sum"),
            row("`for`隔几个取一个", "`for` in steps", "let sum = 0; for n in range(0, 10, 3) { sum += n; } sum"),
            row("`for`走遍文字", "`for` over a text", "let found = []; for c in \"abc\" { found.push(c); } found"),
            row(
                "`for`连同次序",
                "`for` with the position",
                "let sum = 0; for (n, at) in [5, 6] { sum += n * at; } sum",
            ),
            row("`while`", "`while`", "let n = 1; while n < 50 { n *= 2; } n"),
            row("`do`", "`do`", "let n = 0; do { n += 3; } while n < 7; do { n -= 1; } until n < 5; n"),
            row(
                "`loop`和带值的`break`",
                "`loop` and `break` with a value",
                "let n = 0; let r = loop { n += 1; if n > 4 { break n * 10; } }; r",
            ),
            row("别的循环也有值", "other loops as values", "let r = for n in [3, 8, 9] { if n > 5 { break n; } }; r"),
            row("`continue`", "`continue`", "let sum = 0; for n in 1..6 { if n == 3 { continue; } sum += n; } sum"),
        ],
    },
    Group {
        title: ("函数", "Functions"),
        constructs: &[
            row("函数", "function", "fn double(n) { n * 2 } double(4)"),
            row("`return`", "`return`", "fn sign_of(n) { if n < 0 { return -1; } 1 } sign_of(-5)"),
            row(
                "参数个数不同的同名函数",
                "one name with several numbers of parameters",
                "fn add(a) { a } fn add(a, b) { a + b } add(1) + add(2, 3)",
            ),
            row(
                "自己调用自己",
                "recursion",
                "fn factorial(n) { if n < 2 { 1 } else { n * factorial(n - 1) } } factorial(10)",
            ),
            row("写在点后面", "method call", "let a = [3, 1, 2]; a.sort(); a"),
            row(
                "自己的函数写在点后面（`this`）",
                "own function as a method (`this`)",
                "fn grow(by) { this += by; } let n = 4; n.grow(3); n",
            ),
            row("只用于某一种类的方法", "method of one type", "fn int.half() { this / 2 } 8.half()"),
            row("闭包", "closure", "let f = |a, b| a - b; f.call(7, 2)"),
            row("闭包用外面的变量", "captured variable", "let k = 3; [1, 2].map(|n| n * k)"),
            row(
                "先给一部分参数（`curry`）",
                "currying (`curry`)",
                "let f = |a, b| a - b; let g = f.curry(10); g.call(3)",
            ),
            row("函数当作值", "function as a value", "fn double(n) { n * 2 } [1, 2].map(double)"),
            row("按名字取函数", "function by its name", "fn double(n) { n * 2 } Fn(\"double\").call(4)"),
            row(
                "问有没有这个名字",
                "asking whether a name exists",
                "let n = 1; fn f() { 1 } [is_def_var(\"n\"), is_def_fn(\"f\", 0), is_shared(n)]",
            ),
            row("映射里放函数", "function in a map", "let m = #{ price: 5, of: |n| this.price * n }; m.of(3)"),
        ],
    },
    Group {
        title: ("值", "Values"),
        constructs: &[
            row("整数（64位）", "whole number (64 bits)", "[1_000_000, -7, 0xff, 0b101, 0o17]"),
            row("整数的乘方", "power of whole numbers", "let n = 3; [n ** 2, 2 ** 10]"),
            row("小数（64位浮点数）", "number with decimals (64-bit float)", "[1.5, 2e3, 10 / 4.0]"),
            row("文字", "text", "\"one\\ttwo\\u4e00\""),
            row("原样的文字", "raw text", "#\"no \\n escapes\"#"),
            row("文字里填值（`${…}`）", "interpolation (`${…}`)", "let n = 3; `${n} of ${n + 2}`"),
            row("字符", "character", "['c', '\\n', \"abc\"[1], \"abc\"[-1]]"),
            row("是否", "truth value", "[true, !true]"),
            row("没有值", "no value", "let n = (); n == ()"),
            row("数组", "array", "let a = [1, [2, 3]]; [a[1][0], a[-1]]"),
            row("映射", "map", "let m = #{ a: 1, \"b c\": 2 }; [m.a, m[\"b c\"], m.missing]"),
            row("区间", "range", "[1..4, 1..=4]"),
            row("取一段", "part of a text", "\"salesbook\"[0..5]"),
            row(
                "里面有没有（`in`）",
                "whether it is in there (`in`)",
                "[2 in [1, 2], \"x\" !in #{ x: 1 }, 'c' in \"abc\", 3 in 0..9]",
            ),
            row("没有就换一个（`??`）", "another value instead of none (`??`)", "let n = (); n ?? 5"),
            row("没有就不再往下取（`?.` `?[`）", "stopping at no value (`?.` `?[`)", "let m = (); [m?.a, m?[0]]"),
            row("整数的一位或几位", "bits of a whole number", "let n = 5; n[1] = true; [n, n[0], n[0..=1]]"),
            row("值的种类", "type of a value", "[type_of(1), type_of(\"a\"), type_of([])]"),
        ],
    },
    Group {
        title: ("出错", "Errors"),
        constructs: &[
            row("报错（`throw`）", "raising an error (`throw`)", "throw \"no price\""),
            row("接住错误（`try`）", "catching an error (`try`)", "let r = 0; try { r = 1 / 0; } catch { r = -1; } r"),
            row(
                "看接住的是什么（`catch (e)`）",
                "looking at the error (`catch (e)`)",
                "let r = (); try { throw #{ why: 7 }; } catch (e) { r = e.why; } r",
            ),
            row("接住以后再报", "raising it again", "try { throw \"no price\"; } catch { throw; }"),
        ],
    },
];

/// What the compiler refuses.
pub(super) const REFUSED: &[Refused] = &[
    refused(("`eval`", "`eval`"), "eval(\"1 + 1\")", code::RULE_UNSUPPORTED, ("直接写出来", "write it out")),
    refused(
        ("`import`", "`import`"),
        "import \"x\" as x;",
        code::RULE_UNSUPPORTED,
        ("写进同一个文件", "put it into the same file"),
    ),
    refused(("`export`", "`export`"), "let n = 1; export n;", code::RULE_UNSUPPORTED, ("不用写", "not needed")),
    refused(
        ("`global`以外的命名空间", "a namespace other than `global`"),
        "math::max(1, 2)",
        code::RULE_UNSUPPORTED,
        ("直接写`max(1, 2)`", "`max(1, 2)` alone"),
    ),
    refused(
        ("函数用调用处的变量", "a function in its caller's scope"),
        "fn f() { 1 } f!()",
        code::RULE_UNSUPPORTED,
        ("当作参数传进去", "pass it as a parameter"),
    ),
    refused(
        ("给常量赋值", "assignment to a constant"),
        "const N = 1; N = 2;",
        code::RULE_UNSUPPORTED,
        ("用`let`", "use `let`"),
    ),
    refused(
        ("小数的乘方", "powers of numbers with decimals"),
        "2.0 ** 0.5",
        code::RULE_UNSUPPORTED,
        ("开方用`sqrt`，平方写`n * n`", "`sqrt`, or `n * n`"),
    ),
    refused(
        ("看不出是哪个函数的名字", "a function's name that cannot be told"),
        "fn f(name) { Fn(name) } f(\"abs\")",
        code::RULE_UNSUPPORTED,
        ("用映射：`#{ a: |n| … }`", "a map: `#{ a: |n| … }`"),
    ),
    refused(
        ("改常量里面的值", "changing what is inside a constant"),
        "const A = [1]; A[0] = 2;",
        code::RULE_UNSUPPORTED,
        ("用`let`", "use `let`"),
    ),
    refused(("三角函数", "trigonometry"), "sin(0.5)", code::RULE_UNKNOWN_NAME, ("查表", "a table of values")),
    refused(
        ("对数和指数", "logarithms and exponentials"),
        "[ln(2.0), log(2.0), exp(1.0)]",
        code::RULE_UNKNOWN_NAME,
        ("查表，或者用循环相乘", "a table, or a loop that multiplies"),
    ),
    refused(
        ("时间", "time"),
        "timestamp()",
        code::RULE_UNKNOWN_NAME,
        ("在页面上问日期", "ask for the date on the page"),
    ),
    refused(("等待", "waiting"), "sleep(1)", code::RULE_UNKNOWN_NAME, ("不用写", "not needed")),
    refused(
        ("随机数", "random numbers"),
        "rand(1, 6)",
        code::RULE_UNKNOWN_NAME,
        ("同样的回答要得到同样的结果", "equal answers give equal results"),
    ),
    refused(("字节数组", "byte arrays"), "blob(4)", code::RULE_UNKNOWN_NAME, ("用数组", "an array")),
    refused(
        ("读JSON文字", "reading JSON"),
        "parse_json(\"{}\")",
        code::RULE_UNKNOWN_NAME,
        ("直接写映射`#{ a: 1 }`", "write the map: `#{ a: 1 }`"),
    ),
];

/// Mistakes in what is allowed, which are reported in the same way.
pub(super) const MISTAKES: &[Refused] = &[
    refused(
        ("没有声明的变量", "an undeclared variable"),
        "let total = 1; totl",
        code::RULE_UNKNOWN_NAME,
        ("先写`let`；打错字会提示相近的名字", "`let` first; the nearest name is suggested"),
    ),
    refused(
        ("参数个数不对", "a wrong number of parameters"),
        "fn f(a) { a } f()",
        code::RULE_UNKNOWN_NAME,
        ("补上或去掉", "add or remove some"),
    ),
    refused(
        ("全角标点", "full-width punctuation"),
        "let n = 1；",
        code::RULE_SYNTAX,
        ("改成半角", "use the ASCII one"),
    ),
];

/// The operators, apart from powers, of which little can be kept exact.
pub(super) const OPERATORS: &[Operator] = &[
    operator("+", "ii ff if fi sd ds cc aa mm", "加；接上；合并", "sum; put behind; merge"),
    operator("-", "ii ff if fi ss sc", "减；从文字里去掉", "difference; take out of a text"),
    operator("*", "ii ff if fi", "乘", "product"),
    operator("/", "ii ff if fi", "除；两个整数只取整数部分", "quotient; of two whole numbers the whole part"),
    operator("%", "ii ff if fi", "余数", "remainder"),
    operator(
        "==",
        "dd",
        "相等；种类不同就是不等，函数不能比",
        "equal; values of different types are not, functions cannot be compared",
    ),
    operator("!=", "dd", "不相等", "not equal"),
    operator("<", "ii ff if fi ss cc", "小于", "less"),
    operator("<=", "ii ff if fi ss cc", "小于或等于", "less or equal"),
    operator(">", "ii ff if fi ss cc", "大于", "greater"),
    operator(">=", "ii ff if fi ss cc", "大于或等于", "greater or equal"),
    operator("&&", "bb", "而且；左边不成立就不看右边", "and; the right side only if needed"),
    operator("||", "bb", "或者；左边成立就不看右边", "or; the right side only if needed"),
    operator("in", "da ss cs sm ir", "在里面", "is in there"),
    operator("??", "dd", "左边没有值就用右边", "the right side if the left is no value"),
    operator("..", "ii", "区间，不含右边", "range without its end"),
    operator("..=", "ii", "区间，含右边", "range with its end"),
    operator("&", "ii bb", "按位与；两边都算", "bits of both; both sides are computed"),
    operator("|", "ii bb", "按位或；两边都算", "bits of either; both sides are computed"),
    operator("^", "ii bb", "按位异或", "bits of one only"),
    operator("<<", "ii", "左移", "shift left"),
    operator(">>", "ii", "右移", "shift right"),
];
