//! The table of codes: every kind of finding has one row, and a code never changes its meaning.
//!
//! The explanation and the smallest example of each row are what `salesbook explain` and the manual show.

/// How much harm a finding does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is published.
    Error,
    /// Published all the same.
    Warning,
}

impl Severity {
    /// The word in reports and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

/// A kind of finding.
#[derive(Debug, Clone, Copy)]
pub struct Code(&'static Row);

/// One row of the table.
#[derive(Debug)]
struct Row {
    name: &'static str,
    severity: Severity,
    title: (&'static str, &'static str),
    explanation: (&'static str, &'static str),
    example: &'static str,
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.0.name == other.0.name
    }
}

impl Eq for Code {}

impl Code {
    /// The stable code, such as `SB0301`.
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// How much harm it does.
    pub fn severity(self) -> Severity {
        self.0.severity
    }

    /// What was found, in general words.
    pub fn title(self) -> super::Bilingual {
        super::Bilingual::new(self.0.title.0, self.0.title.1)
    }

    /// Why it is a mistake.
    pub fn explanation(self) -> super::Bilingual {
        super::Bilingual::new(self.0.explanation.0, self.0.explanation.1)
    }

    /// The smallest text that shows it.
    pub fn example(self) -> &'static str {
        self.0.example
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $constant:ident = $name:literal $severity:ident, $zh:literal, $en:literal, $why_zh:literal, $why_en:literal, $example:literal;)*) => {
        $(
            #[doc = concat!("`", $name, "`: ", $en, ".")]
            pub const $constant: Code = Code(&Row {
                name: $name,
                severity: Severity::$severity,
                title: ($zh, $en),
                explanation: ($why_zh, $why_en),
                example: $example,
            });
        )*

        /// Every code, in the order of the table.
        pub const ALL: &[Code] = &[$($constant),*];
    };
}

codes! {
    UNREADABLE_FILE = "SB0101" Error, "文件读不出来", "file cannot be read",
        "文件打不开，或者不是UTF-8编码的文本。", "The file cannot be opened, or is not UTF-8 text.", "content/zh/a.md saved as GBK";
    OUTSIDE_LINK = "SB0102" Error, "链接指到手册外面", "symbolic link leaves the playbook",
        "手册里的符号链接只能指向手册里面的文件，否则会把别处的文件发布出去。", "A symbolic link may only point to files inside the playbook; otherwise files from elsewhere would be published.", "content/zh/x.md -> /etc/passwd";
    BAD_FILE_NAME = "SB0103" Error, "文件名不能用", "file name cannot be used",
        "页面的编号就是文件名，只能用小写字母、数字和连字符。", "A page's id is its file name: lower-case letters, digits and hyphens.", "content/zh/objections/太贵了.md";
    NO_CONTENT = "SB0104" Error, "找不到内容", "no content found",
        "手册根目录下要有 `content/<语言>/_index.md`。", "A playbook needs `content/<language>/_index.md` below its root.", "an empty folder";
    MISSING_FRONT_MATTER = "SB0201" Error, "没有页头", "front matter is missing",
        "每个页面开头是两行 `---` 之间的页头。", "Every page starts with front matter between two `---` lines.", "# 标题";
    UNCLOSED_FRONT_MATTER = "SB0202" Error, "页头没有收尾", "front matter is not closed",
        "页头的最后要有单独一行 `---`。", "Front matter ends with a line `---` of its own.", "---\nkind: guide";
    FULL_WIDTH_COLON = "SB0203" Error, "页头里用了全角冒号", "full-width colon in front matter",
        "键后面要用半角冒号加一个空格，全角冒号不算。", "A key is followed by an ASCII colon and a space; a full-width colon does not count.", "title：太贵了";
    CURLY_QUOTES = "SB0204" Error, "用弯引号包住了值", "value wrapped in curly quotes",
        "包住值要用半角引号，弯引号会变成文字的一部分。", "A value is wrapped in ASCII quotes; curly quotes would become part of the text.", "title: “太贵了”";
    TAB_INDENT = "SB0205" Error, "用制表符缩进", "tab used for indentation",
        "YAML只认空格缩进。", "YAML is indented with spaces only.", "tags:\n\t- 价格";
    FULL_WIDTH_SPACE = "SB0206" Error, "页头里有全角空格", "full-width space in front matter",
        "缩进和冒号后面要用半角空格。", "Indentation and the space behind a colon are ASCII spaces.", "title:　太贵了";
    DUPLICATE_KEY = "SB0207" Error, "同一个键写了两次", "key given twice",
        "写两次就不知道以哪个为准。", "With two values it would be a guess which one counts.", "title: a\ntitle: b";
    YAML_SYNTAX = "SB0208" Error, "YAML写法有误", "YAML cannot be read",
        "这几行不合YAML的写法。", "These lines are not valid YAML.", "tags: [价格";
    UNKNOWN_KEY = "SB0209" Error, "不认识的键", "unknown key",
        "这类页面没有这个键。", "This kind of page has no such key.", "tilte: 太贵了";
    WRONG_TYPE = "SB0210" Error, "值的类型不对", "value of the wrong type",
        "这个键要的是另一种值。", "This key takes another kind of value.", "tags: 价格";
    MISSING_KEY = "SB0211" Error, "缺少必填的键", "required key is missing",
        "这类页面必须写这个键。", "This kind of page must have this key.", "kind: objection (without say)";
    UNKNOWN_VALUE = "SB0212" Error, "不认识的值", "unknown value",
        "这个键只能取规定的几个值。", "This key takes one of a few values.", "kind: objektion";
    TOO_LONG = "SB0213" Error, "写得太长", "text is too long",
        "要说的话必须一口气说得完，卡片必须一屏看得完。", "A line to be said must be sayable in one breath, a card must fit one screen.", "say: (more than 60 characters)";
    NEEDS_QUOTES = "SB0214" Error, "值要加引号", "value needs quotes",
        "以这个符号开头、或中间有「: 」的值，要用半角双引号包起来。", "A value that starts with this character, or contains `: `, must be put in double quotes.", "say: {称呼}，您好";
    EMPTY_VALUE = "SB0215" Error, "值是空的", "value is empty",
        "写了键就要写值，不需要就删掉这一行。", "A key needs a value; delete the line when it is not needed.", "title:";
    NOT_A_HUNDRED = "SB0216" Error, "时间分配加起来不是100", "time split does not add up to 100",
        "四步的百分比加起来要等于100。", "The four percentages must add up to 100.", "time_split: {trust: 40, needs: 30, benefits: 20, close: 20}";
    FULL_WIDTH_COMMA = "SB0217" Error, "列表用了全角逗号", "list separated by full-width commas",
        "方括号里的各项要用半角逗号隔开。", "Items in brackets are separated by ASCII commas.", "tags: [价格，信任]";
    BROKEN_LINK = "SB0301" Error, "链接的页面不存在", "link to a page that does not exist",
        "链接写的是页面编号，编号就是文件名去掉 `.md`。", "A link names a page id, which is its file name without `.md`.", "[[obj-price-to-high]]";
    BROKEN_ANCHOR = "SB0302" Error, "链接的小标题不存在", "link to a heading that does not exist",
        "`#` 后面要写对方页面里的一个小标题。", "Behind `#` stands the text of a heading of that page.", "[[objection-methods#寻问法]]";
    UNSAFE_LINK = "SB0303" Error, "不能用的链接", "link that is not allowed",
        "链接只能是页面编号、相对路径，或 https、http、mailto、tel。", "A link is a page id, a relative path, or https, http, mailto, tel.", "[x](javascript:alert(1))";
    UNKNOWN_BLOCK = "SB0304" Error, "不认识的代码块", "unknown fenced block",
        "三个反引号后面的词不是本工具的块，也不是常见的编程语言。", "The word behind the backticks is neither one of our blocks nor a common language.", "```dialog";
    BAD_BLOCK_LINE = "SB0305" Error, "块里这一行写法不对", "line of a block cannot be read",
        "这种块对每一行有固定的写法。", "This block expects its lines in a fixed form.", "```dialogue\n你好\n```";
    MISSING_BLOCK = "SB0306" Error, "缺少这类页面必需的块", "block required by the kind is missing",
        "这类页面的正文里必须有这个块。", "The body of this kind of page must contain this block.", "kind: objection without ```steps";
    RAW_HTML = "SB0307" Warning, "正文里有HTML", "raw HTML in the text",
        "HTML会原样显示成文字；要启用请在 `salesbook.yaml` 里写 `raw_html: true`。", "HTML is shown as text unless `raw_html: true` stands in `salesbook.yaml`.", "<b>x</b>";
    UNKNOWN_VARIABLE = "SB0308" Error, "不认识的变量", "unknown variable",
        "花括号里的变量要先在 `salesbook.yaml` 的 `variables` 里写好。", "A variable in braces must be listed under `variables` in `salesbook.yaml`.", "{称乎}";
    MISSING_IMAGE = "SB0309" Error, "图片不存在", "image does not exist",
        "图片要放在 `content` 里，写相对路径。", "Images stand in `content` and are named by a relative path.", "![x](no.png)";
    TOP_HEADING = "SB0310" Error, "正文里有一级标题", "level-one heading in the text",
        "页面标题来自页头的 `title`，正文从 `##` 开始。", "The page's title comes from `title`; the text starts at `##`.", "# 太贵了";
    DUPLICATE_ID = "SB0401" Error, "编号重复", "id used twice",
        "同一种语言里，每个页面的文件名不能相同。", "Within a language every page has its own file name.", "a/x.md and b/x.md";
    UNKNOWN_PAGE = "SB0402" Error, "没有这个编号的页面", "no page has this id",
        "这个键写的是页面编号。", "This key takes a page id.", "related: [obj-pirce]";
    COVERED_TWICE = "SB0403" Error, "同一条目被两个页面收录", "row covered by two pages",
        "清单里的每一条只能由一个页面收录。", "Every row of the inventory belongs to exactly one page.", "covers: [aida] on two pages";
    LINK_TO_DRAFT = "SB0404" Error, "链接到草稿", "link to a draft",
        "草稿不会发布，读者会点到不存在的页面。", "Drafts are not published, so the link would lead nowhere.", "[[my-draft]]";
    WRONG_KIND = "SB0405" Error, "页面的类型不对", "page of another kind",
        "这个键只接受某一类页面。", "This key takes pages of one kind only.", "types: [obj-time-think]";
    OUTPUT_COLLISION = "SB0406" Error, "两个页面会写到同一个文件", "two pages share one output file",
        "有些系统不分大小写，文件名只差大小写也算相同。", "Some systems ignore case, so names that differ only in case collide.", "tags: [CRM, crm]";
    EMPTY_LIST = "SB0407" Error, "列表里一页也没有", "list without any page",
        "`list` 块的条件没有页面符合。", "No page fits the conditions of this `list` block.", "```list\ngroup: prise\n```";
    RULE_SYNTAX = "SB0501" Error, "规则语法有误", "rule cannot be parsed",
        "规则不合Rhai的语法。", "The rule is not valid Rhai.", "let x = ;";
    RULE_UNSUPPORTED = "SB0502" Error, "规则里用了不支持的写法", "rule uses something unsupported",
        "这种写法不能原样搬到网页里，所以构建时就拒绝。", "This cannot be carried over to the page exactly, so the build refuses it.", "import \"x\" as x;";
    RULE_UNKNOWN_NAME = "SB0503" Error, "规则里有不认识的名字", "unknown name in a rule",
        "没有这个变量或函数。", "There is no such variable or function.", "socre += 1";
    RULE_LIMIT = "SB0504" Error, "规则超出限制", "rule exceeds a limit",
        "规则太深、太大或运行太久。", "The rule is too deep, too large or runs too long.", "loop {}";
    RULE_NO_ENTRY = "SB0505" Error, "规则没有入口函数", "rule without its entry function",
        "规则要有 `fn classify(facts)`，返回判断结果。", "A rule has `fn classify(facts)`, which returns the result.", "fn clasify(facts) {}";
    RULE_UNKNOWN_FACT = "SB0506" Error, "规则问了页面没有的问题", "rule reads a question the page does not ask",
        "规则里读的问题编号要和工具页面 `facts` 里的一致。", "A fact read by the rule must be listed under `facts` of its tool page.", "facts.rol";
    RULE_UNKNOWN_OPTION = "SB0507" Error, "规则里有页面没有的选项", "rule names an option the page does not offer",
        "规则里比较的选项编号要和工具页面里的一致。", "An option named by the rule must be an option of that question.", "facts.role == \"bos\"";
    RULE_UNKNOWN_OUTCOME = "SB0508" Error, "规则给出页面没有的结果", "rule names an outcome the page does not list",
        "规则返回的结果编号要在工具页面的 `outcomes` 里。", "An outcome returned by the rule must be listed under `outcomes` of its tool page.", "outcome: \"type-ratoinal\"";
    TOOL_WITHOUT_RULE = "SB0509" Error, "工具没有规则", "tool without a rule",
        "工具页面要有同名的 `rules/<编号>.rhai`。", "A tool page needs `rules/<id>.rhai`.", "kind: tool without its rule";
    RULE_RUNTIME = "SB0510" Error, "规则运行出错", "rule fails when it runs",
        "规则在这组事实上运行时出错。", "The rule raised an error for these facts.", "1 / 0";
    CASE_FAILED = "SB0511" Error, "例子的结果不符", "example case has another result",
        "规则对这位例子客户的判断和写下的预期不同。", "The rule judges this example customer differently from what is written.", "outcome: type-task";
    RULE_RESULT = "SB0512" Error, "规则返回的结果不完整", "rule returns an incomplete result",
        "结果要有 `outcome`、`state`、`reasons` 等规定的键。", "The result must have `outcome`, `state`, `reasons` and the other keys.", "fn classify(facts) { 1 }";
    RULE_WITHOUT_TOOL = "SB0513" Warning, "规则没有工具页面", "rule without a tool page",
        "没有页面使用这条规则。", "No page uses this rule.", "rules/x.rhai alone";
    CASE_SHAPE = "SB0514" Error, "例子写法有误", "example case cannot be read",
        "例子要有 `customer`、`facts` 和预期。", "A case has `customer`, `facts` and what is expected.", "- facts: {}";
    SETTING_OUT_OF_RANGE = "SB0515" Error, "门槛超出范围", "threshold out of range",
        "`rules/settings.yaml`里的数字要在同一条的`min`和`max`之间。", "A number in `rules/settings.yaml` lies between the `min` and `max` of its entry.", "ENOUGH: { value: 30, max: 9, … }";
    SETTING_UNREAD = "SB0516" Warning, "没有用上的门槛", "threshold that nothing reads",
        "规则里没有读这个门槛，改它不会改变判断。", "The rule does not read this threshold, so changing it changes nothing.", "ENUOGH: { value: 3, … }";
    SETTING_TWICE = "SB0517" Error, "门槛写了两处", "threshold set in two places",
        "规则里又写了一个同名的常量，`rules/settings.yaml`里的就不算数了。", "The rule has a constant of the same name, so the one in `rules/settings.yaml` would not count.", "const ENOUGH = 3;";
    RULE_PART_UNREACHED = "SB0518" Warning, "规则里怎么答都走不到的地方", "part of a rule that no answers come to",
        "已经证明：哪一种回答组合都走不到这一句、这一支，或者都不会说出表里的这句话。", "It is proved that no combination of answers comes to this statement, takes this way, or brings up this text of a table.", "if n >= 3 { ... } else if n >= 5 { ... }";
    QUESTION_IDLE = "SB0519" Warning, "答了也白答的问题或选项", "question or option that changes nothing",
        "已经证明：不管怎么答，结果、状态、理由、提醒、接着问什么都和没答一样。", "It is proved that outcome, state, reasons, warnings and the next question are the same as without this answer.", "facts: [..., { id: size, ... }] that the rule does not read";
    RULE_UNKNOWN_WARNING = "SB0520" Error, "规则给出页面没有的提醒", "rule gives a warning the page does not list",
        "提醒的文字写在工具页面的 `warnings` 里，没有这个编号，读者就只看到一条空的提醒。", "A warning's text stands under `warnings` of the tool page; without it the reader sees an empty warning.", "warnings: [\"rivla\"]";
    RULE_FAILS = "SB0521" Error, "有些回答会让规则出错", "some answers make the rule fail",
        "看完全部回答组合，有的组合会让规则在这里出错，那位客户就得不到判断。", "Of all combinations of answers some make the rule fail at this place, so that such a customer gets no judgement.", "scores[1] where one score is possible";
    OUTCOME_UNREACHED = "SB0522" Warning, "怎么答都不会出的结果", "outcome that no answers reach",
        "已经证明：页面上的这个结果，哪一种回答组合都不会给出。", "It is proved that no combination of answers gives this outcome of the page.", "outcomes: [..., { id: key }] when every way to `key` is shut";
    WARNING_UNREACHED = "SB0523" Warning, "怎么答都不会出的提醒", "warning that no answers reach",
        "已经证明：页面上的这条提醒，哪一种回答组合都不会给出。", "It is proved that no combination of answers gives this warning of the page.", "warnings: [{ id: rival, ... }] that the rule never gives";
    TEMPLATE_SYNTAX = "SB0601" Error, "模板语法有误", "template cannot be parsed",
        "主题的模板不合Tera的语法。", "A template of the theme is not valid Tera.", "{% if %}";
    TEMPLATE_RENDER = "SB0602" Error, "模板渲染失败", "template fails to render",
        "模板用了页面没有的值。", "The template uses a value that the page does not have.", "{{ page.titel }}";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_sorted() {
        assert!(ALL.windows(2).all(|pair| pair[0].name() < pair[1].name()));
    }
}
